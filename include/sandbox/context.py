"""What a running sandbox is made of."""

from dataclasses import dataclass

from sandbox.auth import Keys
from sandbox.faults import Faults
from sandbox.idempotency import Idempotency
from sandbox.request_log import RequestLog
from sandbox.seeds import Seeds
from sandbox.state import State


@dataclass(frozen=True)
class Sandbox:
    """One running sandbox: what it holds, who may ask, and what goes wrong on purpose."""

    seeds: Seeds
    keys: Keys
    idempotency: Idempotency
    faults: Faults
    log: RequestLog

    @property
    def state(self) -> State:
        """Stripe's objects."""
        return self.seeds.state

    @classmethod
    def of(cls, seeds: Seeds, keys: Keys) -> "Sandbox":
        """Start anew from loaded seeds."""
        return cls(seeds, keys, Idempotency(seeds.state.clock), Faults(), RequestLog())
