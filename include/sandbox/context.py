"""What a running sandbox is made of."""

from dataclasses import dataclass

from sandbox.delivery.queues import Queues
from sandbox.delivery.webhooks import Webhooks
from sandbox.http.auth import Keys
from sandbox.http.faults import Faults
from sandbox.http.idempotency import Idempotency
from sandbox.http.request_log import RequestLog
from sandbox.seeds import Seeds
from sandbox.state import State
from sandbox.timekeeper import Timekeeper


@dataclass(frozen=True)
class Sandbox:
    """One running sandbox: what it holds, who may ask, what goes wrong on purpose, and where events go.

    :param aws_endpoint: moto's server with the evidence bucket and the queues; None without such a server
    """

    seeds: Seeds
    keys: Keys
    idempotency: Idempotency
    faults: Faults
    log: RequestLog
    webhooks: Webhooks
    queues: Queues
    timekeeper: Timekeeper
    aws_endpoint: str | None

    @property
    def state(self) -> State:
        """Stripe's objects."""
        return self.seeds.state

    @classmethod
    def of(cls, seeds: Seeds, keys: Keys, aws_endpoint: str | None = None) -> "Sandbox":
        """Start again from loaded seeds."""
        state = seeds.state
        webhooks, queues = Webhooks(state), Queues(state, aws_endpoint)
        state.listeners += [webhooks.send, queues.send]
        idempotency = Idempotency(state.clock)
        timekeeper = Timekeeper(state)
        return cls(seeds, keys, idempotency, Faults(), RequestLog(), webhooks, queues, timekeeper, aws_endpoint)

    def close(self) -> None:
        """Stop what runs in the background."""
        self.timekeeper.close()
        self.webhooks.close()
        self.queues.close()
