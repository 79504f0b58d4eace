"""What must hold after every step, whatever happened."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tests.simulation.airflow_model import AWAITING, FAILED, SKIPPED, SUCCESS, Run

from disputes.errors import PersonNeededError
from disputes.response.idempotency import idempotency_key
from disputes.response.submission import PACKET_KEY, SUBMITTED_KEY
from disputes.rounds import Round, RunId, answerable, round_of
from representment.branches import ACCEPT, REFUND
from sandbox.evidence import FILE_FIELDS, LONG_TEXT_FIELDS, SHORT_TEXT_FIELDS

if TYPE_CHECKING:
    from tests.simulation.stripe_in_process import Final, Keyed, Write
    from tests.simulation.world import Started, World

APPROVING = ("Approve", "Approve and pay the network's fee")
_OF_PACKET = re.compile(r"rounds/(?P<dispute>[^/]+)/(?P<round>[^/]+)/(?P<revision>\d+)/")
WAYS_OUT = ("leave", "send_back", "accept", "refund")


class BrokenPromiseError(AssertionError):
    """A promise was broken.

    :param kind: which one; a history is shrunk as long as it breaks the same one
    """

    def __init__(self, kind: str, problem: str) -> None:
        super().__init__(f"{kind}: {problem}")
        self.kind = kind


@dataclass(frozen=True)
class Decided:
    """A decision as it was recorded, and the manifest at that time."""

    response: str
    choice: str
    by: str
    sha256: str
    manifest: bytes | None


@dataclass
class Watch:
    """Looks at a world after every step.

    :ivar moved: the step at which the dispute entered its current round
    """

    world: World
    decisions: list[Decided] = field(default_factory=list)
    finals: int = 0
    writes: int = 0
    ended: int = 0
    ways_out: dict[str, int] = field(default_factory=dict)
    staged: dict[str, int] = field(default_factory=dict)
    round: Round | None = None
    moved: int = 0
    filed: int = 0
    contents: dict[str, bytes] = field(default_factory=dict)
    overwritten: list[str] = field(default_factory=list)
    started: int = 0
    keyed: int = 0

    def __post_init__(self) -> None:
        self.round = round_of(self.world.dispute["status"])
        self.world.s3.listeners.append(self._written)

    def look(self) -> None:
        """Check what the last step did.

        :raises BrokenPromiseError: something that must not be
        """
        stripe = self.world.stripe
        for final in stripe.finals[self.finals :]:
            self.finals += 1
            getattr(self, f"_check_{final.what}")(final)
        for write in stripe.writes[self.writes :]:
            self.writes += 1
            self._check_write(write)
        for run, task, done in self.world.ended[self.ended :]:
            self.ended += 1
            self._note_end(run, task, done)
        for keyed in stripe.keyed[self.keyed :]:
            self.keyed += 1
            self._check_key(keyed)
        for started in self.world.started[self.started :]:
            self.started += 1
            self._check_start(started)
        if self.overwritten:
            raise BrokenPromiseError("a record is overwritten", self.overwritten[0])
        if not self.world.tries:
            self._nothing_left_staged()
        self._nothing_filed_by_stripe()
        round_ = round_of(self.world.dispute["status"])
        if round_ is not self.round:
            self.round, self.moved = round_, self.world.step

    def _written(self, bucket: str, key: str, content: bytes) -> None:
        """A record was written: a response's only once; a decision is remembered."""
        if key.startswith(f"rounds/{self.world.dispute_id}/") and self.contents.setdefault(key, content) != content:
            self.overwritten.append(key)
        if bucket == "representment" and "/approvals/" in key:
            dispute, round_, revision = key.removeprefix("rounds/").split("/")[:3]
            told = json.loads(content)
            manifest = self.world.s3.objects.get((bucket, f"rounds/{dispute}/{round_}/{revision}/manifest.json"))
            response = f"{dispute}__{round_}__{revision}"
            self.decisions.append(Decided(response, told["choice"], told["by"], told["packet_sha256"], manifest))

    def _check_submit(self, final: Final) -> None:
        ours = [one for one in self.world.stripe.finals if (one.what, one.round) == ("submit", final.round)]
        if len(ours) > 1:
            raise BrokenPromiseError("submitted twice", f"{[one.by for one in ours]}")
        self._check_mode(final)
        self._check_case(final)
        decided = self._decision_of(final, APPROVING)
        assert decided.manifest is not None
        manifest = json.loads(decided.manifest)
        uploaded = {file for files in self.world.stripe.files.values() for file in files}
        if own := [name for name, value in manifest["kept"].items() if isinstance(value, str) and value in uploaded]:
            raise BrokenPromiseError("our own packet is taken for others' evidence", f"{own} by {final.by}")
        # Nobody can see what somebody types between our last read and our submit: Stripe has no conditional update.
        unseen = {name for name, (_, at) in self.world.typed.items() if at > final.seen}
        wrong = [name for name in _unlike(manifest, final.evidence) if name not in unseen]
        if wrong:
            raise BrokenPromiseError("submitted something that was not approved", f"{wrong} by {final.by}")
        if self.world.braked_since is not None and self.world.braked_since < final.begun:
            raise BrokenPromiseError("submitted despite the brake", final.by)
        self._check_written(final)

    def _check_written(self, final: Final) -> None:
        """What is sent was recorded first, as this response's: a later try looks for it there."""
        run = RunId.parse(_response(final.by))
        below = f"rounds/{run.dispute}/{run.round}/submit/"
        written = [
            json.loads(content)["response"]
            for (bucket, key), content in self.world.s3.objects.items()
            if bucket == "representment" and key.startswith(below) and key.endswith("/request.json")
        ]
        if str(run) not in written:
            raise BrokenPromiseError("submitted what was not recorded first", f"{final.by}; claimed by {written}")

    def _check_mode(self, final: Final) -> None:
        if self.world.mode != "submit" and self.world.mode_since < final.begun:
            raise BrokenPromiseError("done despite the mode", f"{final.what} in mode {self.world.mode} by {final.by}")

    def _check_case(self, final: Final) -> None:
        """A decision is about the case as it is now, if a change could be seen; a letter says how much was
        refunded."""
        if not 0 < self.world.corrected <= final.seen:
            return
        now, was = self.world.dispute, self.world.folder(_response(final.by)).dispute()
        members = {name: (now[name], getattr(was, name)) for name in ("amount", "network_reason_code")}
        if final.what == "submit":
            charge = self.world.stripe.state.collections["charges"][now["charge"]]
            members["refunded"] = (charge["amount_refunded"], was.charge.amount_refunded if was.charge else 0)
        changed = [name for name, (one, other) in members.items() if one != other]
        if changed:
            raise BrokenPromiseError(f"{final.what} although the case has changed", f"{changed} by {final.by}")

    def _check_close(self, final: Final) -> None:
        self._check_mode(final)
        self._check_case(final)
        self._decision_of(final, (ACCEPT,))
        if final.round is Round.INQUIRY:
            raise BrokenPromiseError("an inquiry was closed", final.by)

    def _check_refund(self, final: Final) -> None:
        self._check_mode(final)
        self._decision_of(final, (REFUND,))
        if final.round is not Round.INQUIRY:
            raise BrokenPromiseError("refunded during a chargeback", f"{final.status} by {final.by}")
        if not answerable(final.status):
            raise BrokenPromiseError("refunded what was answered", f"{final.status} by {final.by}")
        if sum(one.what == "refund" for one in self.world.stripe.finals) > 1:
            raise BrokenPromiseError("refunded twice", final.by)
        charge = self.world.folder(_response(final.by)).dispute().charge
        if charge and final.amount > charge.left and self.world.corrected <= final.seen:
            raise BrokenPromiseError("more is refunded than was decided", f"{final.amount} by {final.by}")

    def _decision_of(self, final: Final, choices: tuple[str, ...]) -> Decided:
        """The decision that a final call rests on: of this response, about this packet, the newest there is."""
        response = _response(final.by)
        if " of " in final.by:
            raise BrokenPromiseError("done by a run with another id", f"{final.what} by {final.by}")
        kind = f"{final.what} without its decision"
        mine = [one for one in self.decisions if one.response == response]
        if not mine or mine[-1].choice not in choices:
            raise BrokenPromiseError(kind, f"{final.by}; decided was {mine[-1].choice if mine else 'nothing'}")
        decided = mine[-1]
        if decided.manifest is None or sha256(decided.manifest).hexdigest() != decided.sha256:
            raise BrokenPromiseError(
                kind, f"{final.by}: decided about {decided.sha256[:8]}, which is not what is staged"
            )
        if decided.by not in ("policy", "deadline") and (response, decided.choice, decided.sha256) not in (
            self.world.answers
        ):
            raise BrokenPromiseError(kind, f"{final.by}: nobody was shown {decided.sha256[:8]}")
        # Nobody can see that the bank was faster than our request; the answer is followed in the round it came to.
        if final.round is not RunId.parse(response).round and self.moved <= final.seen:
            raise BrokenPromiseError(f"{final.what} in another round", f"{final.status} by {final.by}")
        newer = self._newest_before(final.begun)
        if newer.follows(RunId.parse(response)):
            raise BrokenPromiseError(f"{final.what} for an old revision", f"{newer} was there before {final.by}")
        return decided

    def _newest_before(self, step: int) -> RunId:
        """The newest response that had begun its work before a step."""
        newest = RunId(self.world.dispute_id, Round.INQUIRY)
        for (bucket, key), at in self.world.s3.written.items():
            found = _OF_PACKET.match(key)
            if bucket == "representment" and found and at < step:
                run = RunId(found["dispute"], Round(found["round"]), int(found["revision"]))
                newest = run if run.follows(newest) else newest
        return newest

    def _check_write(self, write: Write) -> None:
        """A try does not overwrite what a person typed, if it has seen it or could have."""
        if write.metadata.get(PACKET_KEY) and not write.submit:
            self.staged[_response(write.by)] = write.at
        elif not write.submit and self._is_older(_response(write.by)):
            raise BrokenPromiseError("a newer packet is un-staged", f"by {write.by}")
        for name, (text, at) in self.world.typed.items():
            lost = write.before.get(name) == text != write.after.get(name)
            if lost and at < (write.seen or write.begun) and not self._gathered(write, name, text):
                raise BrokenPromiseError("a person's work is lost", f"{name} by {write.by}")

    def _check_key(self, sent: Keyed) -> None:
        """A key under which Stripe has kept a definite answer is not used again: Stripe would only repeat it."""
        response = _response(sent.by)
        manifest = self._manifest(response)
        if manifest is None:
            return
        run, digest = RunId.parse(response), sha256(manifest).hexdigest()
        spent = re.compile(rf"rounds/{run.dispute}/{run.round}/(stage|submit)/(\d+)/spent\.json")
        for (_, key), at in self.world.s3.written.items():
            found = spent.fullmatch(key) if at < sent.begun else None
            if found and sent.key == idempotency_key(run.dispute, run.round, found[1], digest, int(found[2])):
                raise BrokenPromiseError("a spent key is used again", f"{key} by {sent.by}")

    def _check_start(self, started: Started) -> None:
        """A round that was submitted gets no further revision from us."""
        run = RunId.parse(started.response)
        receipt = f"rounds/{run.dispute}/{run.round}/receipt.json"
        if run.revision > 1 and self.world.s3.written.get(("representment", receipt), started.begun) < started.begun:
            raise BrokenPromiseError("a submitted round gets another revision", f"{run} by {started.by}")

    def _is_older(self, response: str) -> bool:
        """Whether a newer response has staged its packet."""
        return any(RunId.parse(other).follows(RunId.parse(response)) for other in self.staged)

    def _gathered(self, write: Write, name: str, text: str) -> bool:
        """Whether it was there when this response was gathered: then the packet replaces it knowingly."""
        response = _response(write.by)
        return bool(self.world.folder(response).dispute().evidence.get(name) == text)

    def _note_end(self, run: Run, task: Any, done: Any) -> None:
        if task.task_id == "stage" and task.state == SUCCESS and self.world.disturbed < done.begun:
            self._check_staged(run)
        if task.task_id in WAYS_OUT and not done.killed:
            well = task.state == SUCCESS or isinstance(task.died_of, PersonNeededError)
            if well:
                self.ways_out[run.response] = self.world.step

    def _check_staged(self, run: Run) -> None:
        """What is asked about, or approved by the policy, is on the dispute."""
        asks = run.tasks["approve"].state != SKIPPED or run.tasks["submit"].state != SKIPPED
        stored = self._manifest(run.response)
        status = self.world.dispute["status"]
        ours = answerable(status) and round_of(status) is RunId.parse(run.response).round
        if not asks or stored is None or not ours or self.world.tries:
            return
        if self.world.dispute["metadata"].get(PACKET_KEY) != sha256(stored).hexdigest():
            raise BrokenPromiseError("asked about a packet that is not staged", run.name)

    def _nothing_left_staged(self) -> None:
        dispute = self.world.dispute
        for response, at in self.ways_out.items():
            run = RunId.parse(response)
            if self.staged.get(response, 0) >= at or not answerable(dispute["status"]):
                continue
            if round_of(dispute["status"]) is not run.round:
                continue
            ids = self.world.stripe.files.get(response, ())
            left = [
                name
                for name, value in dispute["evidence"].items()
                if value and value in ids and not self._is_in_newer(response, value)
            ]
            stored = self._manifest(response)
            if stored and dispute["metadata"].get(PACKET_KEY) == sha256(stored).hexdigest():
                left.append(PACKET_KEY)
            if left:
                raise BrokenPromiseError("left staged", f"{left} of {response} after its way out")

    def _is_in_newer(self, response: str, file: str) -> bool:
        """Whether a newer packet holds the same bytes, by which an upload to the same dispute is recognised."""
        digest = sha256(self.world.stripe.state.contents[file]).hexdigest().encode()
        newer = [one for one in self.staged if RunId.parse(one).follows(RunId.parse(response))]
        return any(digest in (self._manifest(one) or b"") for one in newer)

    def _manifest(self, response: str) -> bytes | None:
        return self.world.s3.objects.get(("representment", f"rounds/{response.replace('__', '/')}/manifest.json"))

    def _nothing_filed_by_stripe(self) -> None:
        """Smart Disputes answers with what is on the dispute: nothing of ours may be on it that nobody approved."""
        details = self.world.dispute["evidence_details"]
        if details["submission_method"] != "smart_disputes" or details["submission_count"] == self.filed:
            return
        self.filed = details["submission_count"]
        ours = {file for files in self.world.stripe.files.values() for file in files}
        left = [
            name for name, value in self.world.dispute["evidence"].items() if isinstance(value, str) and value in ours
        ]
        if left:
            raise BrokenPromiseError("filed by Stripe", f"{left}, which nobody has approved")

    def at_the_end(self) -> None:
        """Check that nothing is lost, once nothing happens any more.

        :raises BrokenPromiseError: a round that nobody answers or is notified of, or a submission without its receipt
        """
        dispute, runs = self.world.dispute, list(self.world.runs.values())
        round_ = round_of(dispute["status"])
        # Whoever marks `confirm` as success knows of it; Airflow cannot hold that back (docs/clicks.md).
        heard = [
            run for run in runs if run.red or run.tasks["approve"].state == AWAITING or run.tasks["confirm"].by_hand
        ]
        for run in runs:
            if any(task.state == FAILED and not task.error for task in run.tasks.values()):
                raise BrokenPromiseError("red without a message", run.name)
            if not run.over and run.tasks["approve"].state != AWAITING and not self.world.braked:
                raise BrokenPromiseError(
                    "stuck", f"{run.name}: { {name: one.state for name, one in run.tasks.items()} }"
                )
        # In modes `shadow` and `stage` a run ends well with its round open; clearing it is a person's part.
        always = not self.world.mode_since
        if (
            always
            and answerable(dispute["status"])
            and not any(RunId.parse(run.response).round is round_ for run in heard)
        ):
            states = {run.name: _states(run) for run in runs}
            raise BrokenPromiseError("lost", f"{dispute['status']}, and nobody is notified: {states}")
        self._receipts(heard)

    def _receipts(self, heard: list[Run]) -> None:
        """What Stripe took of ours has its receipt, unless a person who clicked has something to look at."""
        for final in self.world.stripe.finals:
            run = RunId.parse(_response(final.by))
            name = f"rounds/{run.dispute}/{run.round}/receipt.json"
            known = final.what != "submit" or ("representment", name) in self.world.s3.objects
            if not known and not (heard and self.world.clicked):
                raise BrokenPromiseError("no receipt", f"{final.by} was submitted")


def _response(by: str) -> str:
    """The response that a try works for."""
    return by.partition("/")[0].rpartition(" of ")[2]


def _states(run: Run) -> dict[str, str | None]:
    return {name: task.state for name, task in run.tasks.items() if task.state in (SUCCESS, FAILED, AWAITING)}


def _unlike(manifest: dict[str, Any], held: dict[str, Any]) -> Any:
    """Fields in which what was submitted is not the packet."""
    for name in (*LONG_TEXT_FIELDS, *SHORT_TEXT_FIELDS, *FILE_FIELDS):
        wanted = manifest["fields"].get(name) or (manifest["files"].get(name) or {}).get("sha256")
        wanted = wanted or manifest["kept"].get(name)
        if (held.get(name) or None) != (wanted or None):
            yield name


__all__ = ["SUBMITTED_KEY", "BrokenPromiseError", "Watch"]
