import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe import params as typed

from sandbox.errors import StripeError
from sandbox.http.form import decode
from sandbox.http.params import LONG_TEXTS, validate


def update(*pairs):
    return validate(typed.DisputeUpdateParams, decode(pairs))


def refused(shape, *pairs):
    with pytest.raises(StripeError) as caught:
        validate(shape, decode(pairs))
    assert caught.value.status == 400
    assert caught.value.type == "invalid_request_error"
    return caught.value


def test_text_is_converted_to_the_declared_types():
    assert validate(
        typed.DisputeListParams,
        decode([("limit", "3"), ("created[gte]", "17"), ("charge", "ch_1"), ("expand[]", "data.charge")]),
    ) == {"limit": 3, "created": {"gte": 17}, "charge": "ch_1", "expand": ["data.charge"]}
    assert validate(typed.DisputeListParams, {"created": "17"}) == {"created": 17}
    assert update(("submit", "false")) == {"submit": False}
    assert update(("evidence[shipping_tracking_number]", "1001")) == {"evidence": {"shipping_tracking_number": "1001"}}


def test_an_unknown_parameter_is_named_in_brackets():
    error = refused(typed.DisputeUpdateParams, ("evidence[foo]", "x"))

    assert (error.code, error.param) == ("parameter_unknown", "evidence[foo]")
    assert error.message == "Received unknown parameter: evidence[foo]"


def test_a_misspelt_parameter_gets_a_suggestion():
    error = refused(typed.DisputeUpdateParams, ("evidence[shipping_carier]", "x"))

    assert error.message.endswith("Did you mean evidence[shipping_carrier]?")


@pytest.mark.parametrize("option", ["api_key", "stripe_account", "idempotency_key", "stripe_version", "headers"])
def test_the_packages_own_options_are_not_parameters(option):
    assert refused(typed.DisputeListParams, (option, "x")).code == "parameter_unknown"


def test_disputes_cannot_be_filtered_by_status():
    assert refused(typed.DisputeListParams, ("status", "lost")).param == "status"


def test_a_missing_parameter_is_named():
    error = refused(typed.FileCreateParams, ("file", "x"))

    assert (error.code, error.param) == ("parameter_missing", "purpose")
    assert error.message == "Missing required param: purpose."


@pytest.mark.parametrize("text", ["abc", "1.0", "1e3", " 1", "\uff11", "0x1", "9" * 19])
def test_an_invalid_integer_is_refused(text):
    error = refused(typed.DisputeListParams, ("limit", text))

    assert (error.code, error.param, error.message) == (
        "parameter_invalid_integer",
        "limit",
        f"Invalid integer: {text}",
    )


def test_a_parameter_may_take_a_number_or_a_word_and_nothing_else():
    name = "expires_at"
    for text, value in (("now", "now"), ("", ""), ("17", 17)):
        assert validate(typed.FileLinkUpdateParams, decode([(name, text)])) == {name: value}
    assert refused(typed.FileLinkUpdateParams, (name, "soon")).message == "Invalid integer: soon"


@pytest.mark.parametrize("text", ["maybe", "True", "1", "no"])
def test_an_invalid_boolean_is_refused(text):
    error = refused(typed.DisputeUpdateParams, ("submit", text))

    assert (error.code, error.param, error.message) == (None, "submit", f"Invalid boolean: {text}")


@pytest.mark.parametrize(
    ("shape", "name"),
    [(typed.DisputeUpdateParams, "intended_submission_method"), (typed.FileCreateParams, "purpose")],
)
def test_an_unlisted_word_is_refused_with_the_list_of_valid_ones(shape, name):
    error = refused(shape, (name, "sometimes"), ("file", "x")) if name == "purpose" else refused(shape, (name, "x"))

    assert (error.code, error.param) == (None, name)
    assert error.message.startswith(f"Invalid {name}: must be one of ")
    assert ", or " in error.message


@pytest.mark.parametrize(
    ("name", "message", "param"),
    [
        ("evidence", "Invalid object", "evidence"),
        ("expand", "Invalid array", "expand"),
        ("expand[a]", "Invalid array", "expand"),
        ("evidence[receipt][x]", "Invalid string", "evidence[receipt]"),
        ("evidence[receipt][]", "Invalid string", "evidence[receipt]"),
        ("submit[]", "Invalid string", "submit"),
        ("metadata[a][b]", "Invalid string", "metadata[a]"),
        ("metadata", "Invalid object", "metadata"),
    ],
)
def test_the_wrong_shape_is_refused(name, message, param):
    error = refused(typed.DisputeUpdateParams, (name, "x"))

    assert (error.message, error.param, error.code) == (message, param, None)


@pytest.mark.parametrize(
    ("name", "param"),
    [
        ("submit", "submit"),
        ("intended_submission_method", "intended_submission_method"),
        ("evidence", "evidence"),
        ("expand", "expand"),
        ("expand[]", "expand[0]"),
    ],
)
def test_an_empty_text_is_refused_for_a_field_that_cannot_be_unset(name, param):
    error = refused(typed.DisputeUpdateParams, (name, ""))

    assert (error.code, error.param) == ("parameter_invalid_empty", param)


def test_an_empty_filter_is_refused():
    assert refused(typed.DisputeListParams, ("charge", "")).code == "parameter_invalid_empty"


@pytest.mark.parametrize(
    "name", ["evidence[receipt]", "evidence[product_description]", "evidence[appeal]", "metadata", "metadata[a]"]
)
def test_an_empty_text_unsets_evidence_and_metadata(name):
    assert update((name, "")) == decode([(name, "")])


@pytest.mark.parametrize("name", sorted(LONG_TEXTS))
def test_a_long_field_takes_20_000_characters(name):
    assert update((name, "x" * 20_000))
    assert refused(typed.DisputeUpdateParams, (name, "x" * 20_001)).message.endswith("at most 20000 characters")


def test_a_short_field_takes_5_000_characters_as_the_sandboxs_own_limit():
    assert update(("evidence[service_date]", "é" * 5_000))
    error = refused(typed.DisputeUpdateParams, ("evidence[service_date]", "P1_e" + "x" * 4_993 + "Gvxg"))

    assert error.message == "Invalid string: P1_e…Gvxg; must be at most 5000 characters"
    assert error.param == "evidence[service_date]"
    assert error.headers == {"Sandbox-Chosen": "true"}


def test_metadata_has_its_own_limits():
    assert update(*((f"metadata[k{n}]", "v") for n in range(50)))
    assert refused(typed.DisputeUpdateParams, *((f"metadata[k{n}]", "v") for n in range(51))).message.startswith(
        "Metadata can have up to 50 keys, but you've set 51"
    )
    assert update((f"metadata[{'k' * 40}]", "v" * 500))
    assert refused(typed.DisputeUpdateParams, (f"metadata[{'k' * 41}]", "v")).message.startswith(
        "Metadata keys can have up to 40 characters"
    )
    assert refused(typed.DisputeUpdateParams, ("metadata[k]", "v" * 501)).param == "metadata[k]"


def test_unsetting_many_keys_does_not_exceed_the_limit():
    assert update(*((f"metadata[k{n}]", "") for n in range(60)))


@pytest.mark.parametrize(("status", "ok"), [("paid", True), ("lost", False)])
def test_a_word_is_checked_even_if_the_package_accepts_any_text(status, ok):
    form = {"status": status}

    assert validate(typed.InvoiceListParams, form) == form if ok else refused(typed.InvoiceListParams, *form.items())


names = st.from_regex(
    r"(evidence|metadata|expand|submit|created|limit|x)(\[(receipt|gte|0|1|enhanced_evidence|a)?\]){0,4}\[?",
    fullmatch=True,
)


@given(
    st.lists(st.tuples(names, st.text(max_size=5) | st.sampled_from(["", "true", "7", "manual"])), max_size=6),
    st.sampled_from([typed.DisputeUpdateParams, typed.DisputeListParams, typed.FileCreateParams]),
)
def test_any_form_is_either_accepted_or_refused(pairs, shape):
    try:
        taken = validate(shape, decode(pairs))
    except StripeError:
        return
    assert set(taken) == {name.partition("[")[0] for name, _ in pairs}
