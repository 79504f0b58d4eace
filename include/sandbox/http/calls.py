"""What an endpoint is, what a call of one is, and what it can answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.delivery.webhooks import Webhooks
from sandbox.http import expand
from sandbox.http.auth import Caller
from sandbox.resources import Resource, find
from sandbox.state import Origin, State, StripeObject


@dataclass(frozen=True)
class Call:
    """One call of an endpoint, checked.

    :param ids: the ids in the path, by name
    :param params: the parameters in their types
    :param tree: what to expand
    """

    state: State
    webhooks: Webhooks
    caller: Caller
    path: str
    ids: dict[str, str]
    params: dict[str, Any]
    tree: expand.Tree
    origin: Origin

    def find(self, resource: Resource) -> StripeObject:
        """The object that the path names.

        :raises StripeError: 404 where it does not exist
        """
        livemode, param = self.caller.livemode, resource.path_param
        return find(self.state, resource, self.ids["id"], livemode=livemode, param=param, status=404)

    def render(self, thing: StripeObject) -> StripeObject:
        """A copy for the answer, expanded as the caller asked."""
        return expand.render(self.state, thing, self.tree)


@dataclass(frozen=True)
class Download:
    """An answer that is not JSON."""

    content: bytes
    mimetype: str


@dataclass(frozen=True)
class Chosen:
    """An answer that we chose because nobody has seen Stripe's; its headers say so."""

    body: StripeObject


Result = StripeObject | Chosen | Download


@dataclass(frozen=True)
class Endpoint:
    """A method on a path.

    :param rule: the path in Flask's notation
    :param shape: the typed parameters, a class of ``stripe.params``
    :param kind: the package's class of what is answered
    :param right: what a restricted key needs, ``dispute``
    :param check: checks what the types do not say, before anything is kept under an idempotency key
    :param idempotent: the endpoint honours idempotency keys
    """

    method: str
    rule: str
    shape: Any
    kind: Any
    right: str
    run: Callable[[Call], Result]
    check: Callable[[Mapping[str, Any]], None] = lambda _: None
    is_list: bool = False
    idempotent: bool = True
