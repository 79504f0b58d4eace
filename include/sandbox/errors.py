"""The errors that the sandbox answers with, worded as Stripe words them.

A factory for each refusal of parameters, objects, disputes and files; those of the request itself are in
``request_errors``. ``chosen=True`` marks an answer that nobody has seen from Stripe: we chose it, and it carries the
header ``Sandbox-Chosen: true`` so that nobody takes it for proven.
"""

from collections.abc import Mapping, Sequence
from typing import Any

CHOSEN = {"Sandbox-Chosen": "true"}
DOCS = "https://stripe.com/docs/error-codes/"


class StripeError(Exception):
    """An error answer.

    :param status: HTTP status
    :param kind: the body's ``type``: ``invalid_request_error``, ``api_error``, ``card_error`` or ``idempotency_error``
    :param message: for people; clients must not branch on it
    :param code: Stripe's error code, where it gives one
    :param param: the parameter at fault in bracket notation, ``evidence[receipt]``
    :param headers: more headers for the answer
    :param chosen: nobody has seen Stripe's own answer
    """

    def __init__(
        self,
        status: int,
        kind: str,
        message: str,
        code: str | None = None,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
        chosen: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.type = kind
        self.message = message
        self.code = code
        self.param = param
        self.headers = {**(headers or {}), **(CHOSEN if chosen else {})}
        self.chosen = chosen

    def body(self) -> dict[str, Any]:
        """Give the JSON body: absent fields are left out, and ``doc_url`` only comes with a code."""
        error = {"type": self.type, "message": self.message, "code": self.code, "param": self.param}
        if self.code:
            error["doc_url"] = DOCS + self.code.replace("_", "-")
        return {"error": {name: value for name, value in error.items() if value is not None}}


def invalid_request(
    message: str, *, code: str | None = None, param: str | None = None, status: int = 400, chosen: bool = False
) -> StripeError:
    """Refuse a request that this account, object or parameter does not allow."""
    return StripeError(status, "invalid_request_error", message, code, param, chosen=chosen)


# Parameters


def unknown_parameter(param: str, suggestion: str | None = None) -> StripeError:
    """Refuse a parameter that the endpoint does not take."""
    hint = f". Did you mean {suggestion}?" if suggestion else ""
    return invalid_request(f"Received unknown parameter: {param}{hint}", code="parameter_unknown", param=param)


def missing_parameter(param: str) -> StripeError:
    """Refuse a request that lacks a required parameter."""
    return invalid_request(f"Missing required param: {param}.", code="parameter_missing", param=param)


def invalid_integer(param: str, value: str) -> StripeError:
    """Refuse text where a whole number is expected."""
    return invalid_request(f"Invalid integer: {value}", code="parameter_invalid_integer", param=param)


def integer_out_of_range(param: str, *, least: int | None = None, most: int | None = None) -> StripeError:
    """Refuse a number below ``least`` or above ``most``."""
    bound = f"greater than or equal to {least}" if least is not None else f"less than or equal to {most}"
    return invalid_request(f"This value must be {bound}.", code="parameter_invalid_integer", param=param)


def invalid_choice(param: str, allowed: Sequence[str]) -> StripeError:
    """Refuse a value that is not on the list."""
    listed = " or ".join(allowed) if len(allowed) < 3 else f"{', '.join(allowed[:-1])}, or {allowed[-1]}"
    return invalid_request(f"Invalid {param}: must be one of {listed}", param=param)


def invalid_boolean(param: str, value: str) -> StripeError:
    """Refuse what is neither true nor false."""
    return invalid_request(f"Invalid boolean: {value}", param=param)


def invalid_object(param: str) -> StripeError:
    """Refuse a plain value where members are expected."""
    return invalid_request("Invalid object", param=param)


def invalid_array(param: str) -> StripeError:
    """Refuse a plain value where a list is expected."""
    return invalid_request("Invalid array", param=param)


def invalid_string(param: str) -> StripeError:
    """Refuse members or a list where text is expected."""
    return invalid_request("Invalid string", param=param)


def empty_parameter(param: str) -> StripeError:
    """Refuse an empty string where nothing can be unset."""
    return invalid_request(
        f"You passed an empty string for '{param}'. We assume empty values are an attempt to unset a parameter; "
        f"however '{param}' cannot be unset. You should remove '{param}' from your request or supply a non-empty "
        "value.",
        code="parameter_invalid_empty",
        param=param,
    )


def too_long(param: str, value: str, limit: int, *, chosen: bool = False) -> StripeError:
    """Refuse text of more than ``limit`` characters."""
    shown = f"{value[:4]}…{value[-4:]}"
    return invalid_request(f"Invalid string: {shown}; must be at most {limit} characters", param=param, chosen=chosen)


def exclusive_parameters(first: str, second: str) -> StripeError:
    """Refuse two parameters that exclude each other."""
    return invalid_request(
        f"You may only specify one of these parameters: {first}, {second}.", code="parameters_exclusive", param=first
    )


def not_expandable(prop: str, *, on_list: bool = False) -> StripeError:
    """Refuse an ``expand`` of something that is not a reference."""
    hint = f" You may want to try expanding 'data.{prop}' instead." if on_list else ""
    return invalid_request(f"This property cannot be expanded ({prop}).{hint}")


def expanded_too_deep(prop: str) -> StripeError:
    """Refuse an ``expand`` of more than four levels."""
    return invalid_request(f"You cannot expand more than 4 levels of a property. Property: {prop}.", chosen=True)


# Objects


def no_such(resource: str, object_id: str, *, param: str | None = None, status: int = 400) -> StripeError:
    """Answer for an object that does not exist: 404 in the path, 400 in the body, a cursor or a filter.

    :param resource: as Stripe names it in the message, ``dispute`` or ``file_upload``
    :param param: the resource, where left out
    """
    return invalid_request(
        f"No such {resource}: '{object_id}'", code="resource_missing", param=param or resource, status=status
    )


def other_mode(
    resource: str, object_id: str, *, livemode: bool, param: str | None = None, status: int = 400
) -> StripeError:
    """Answer for an object of the other mode, with the status of one that does not exist.

    :param livemode: the mode of the *object*
    """
    there, used = ("live", "test") if livemode else ("test", "live")
    return invalid_request(
        f"No such {resource}: '{object_id}'; a similar object exists in {there} mode, but a {used} mode key was used "
        "to make this request.",
        code="resource_missing",
        param=param or resource,
        status=status,
    )


def no_dispute_for_charge(charge: str) -> StripeError:
    """Answer ``GET /v1/charges/{id}/dispute`` for a charge that nobody disputed."""
    return invalid_request(f"No dispute for charge: {charge}", code="resource_missing", status=404)


# Disputes


def dispute_closed() -> StripeError:
    """Refuse to change a decided dispute."""
    return invalid_request("This dispute is already closed")


def dispute_submitted() -> StripeError:
    """Refuse a second submission, or a change after it. Chosen: Stripe's own body was never seen."""
    return invalid_request("Evidence was already submitted for this dispute and can no longer be changed.", chosen=True)


def dispute_past_due() -> StripeError:
    """Refuse evidence after the deadline."""
    return invalid_request("The deadline for this dispute has passed, evidence is no longer accepted.", chosen=True)


def evidence_locked(param: str) -> StripeError:
    """Refuse evidence that this stage of the dispute does not take."""
    return invalid_request(f"{param} cannot be changed at this stage of the dispute.", param=param, chosen=True)


def evidence_text_too_long(count: int, limit: int) -> StripeError:
    """Refuse texts that are longer together than ``limit`` characters."""
    return invalid_request(
        f"The text of this dispute's evidence has {count} characters in all; at most {limit} are allowed.",
        param="evidence",
        chosen=True,
    )


def page_limit_exceeded(*, chosen: bool) -> StripeError:
    """Refuse evidence that would be compiled to more pages than the network takes, staged evidence too.

    :param chosen: the files alone would fit; by our estimate the text has too many pages
    """
    return invalid_request(
        "The evidence you provided exceeds the page limit of this dispute's card network. Shorten the text or use "
        "files with fewer pages.",
        code="dispute_evidence_page_limit_exceeded",
        chosen=chosen,
    )


# Files


def evidence_files_too_large() -> StripeError:
    """Refuse files of one dispute that are together too large, staged ones too."""
    return invalid_request(
        "The files you've attached to this dispute as evidence will exceed the limit for a dispute's total size. Try "
        "using smaller files, or combining them."
    )


def file_attached_elsewhere(param: str, object_id: str) -> StripeError:
    """Refuse a file that is already evidence of another dispute. Chosen: reported without its body."""
    return invalid_request(
        f"The file '{object_id}' is already attached to another dispute. Upload it again for this one.",
        param=param,
        chosen=True,
    )


def wrong_purpose(param: str, object_id: str, purpose: str) -> StripeError:
    """Refuse a file that was uploaded for something else."""
    return invalid_request(
        f"The file '{object_id}' has the purpose '{purpose}'; it must be 'dispute_evidence'.", param=param, chosen=True
    )


def file_too_long() -> StripeError:
    """Refuse a document of more than 50 pages."""
    return invalid_request(
        "The file you uploaded was too long. Please upload a file with fewer than 50 pages.", param="file"
    )


def file_type_not_supported(mimetypes: Sequence[str]) -> StripeError:
    """Refuse content of a type that the purpose does not take."""
    return invalid_request(
        "We don't currently support that file type. Try uploading a file with one of the following mimetypes: "
        f"{', '.join(mimetypes)}.",
        param="file",
    )


def file_too_large(limit: int) -> StripeError:
    """Refuse a file of more than ``limit`` bytes."""
    return invalid_request(f"The file is too large; at most {limit} bytes are allowed.", param="file", chosen=True)


def purpose_not_linkable(param: str, purpose: str) -> StripeError:
    """Refuse a link to a file whose purpose forbids it."""
    return invalid_request(f"A file with the purpose '{purpose}' cannot be linked.", param=param, chosen=True)


def expiry_passed(param: str) -> StripeError:
    """Refuse an expiry that is not in the future."""
    return invalid_request(f"The `{param}` timestamp must be in the future.", param=param, chosen=True)


def link_expired(link: str) -> StripeError:
    """Refuse to change a file link that has expired."""
    return invalid_request(f"The file link '{link}' has expired and can no longer be updated.", chosen=True)


def file_empty() -> StripeError:
    """Refuse an upload of no bytes."""
    return invalid_request("The file you uploaded is empty.", param="file", chosen=True)
