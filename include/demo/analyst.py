"""The analyst of the demo: answers Required Actions as the seeds' script says."""

from collections import Counter
from collections.abc import Mapping, Sequence

from demo.responses import WAITING, Response, is_response
from demo.rest import Json, Rest, RestError, settled
from demo.scenes import Scene

OPTIONS = {
    "approve": "Approve",
    "pay_fee": "Approve and pay the network's fee",
    "send_back": "Send back",
    "accept": "Accept the loss",
    "refund": "Refund in full",
    "leave": "Leave to a person",
}
WITH_FEE = {OPTIONS["approve"]: OPTIONS["pay_fee"]}
"""The option that means the same if a network's fee is asked for."""
REFUSED = range(400, 500)
"""Airflow's answers that another try does not change."""
ASKED_AGAIN = 3
"""How often a question that failed is asked again before the run counts as failed."""


class Analyst:
    """Answers each question once.

    :param rest: Airflow as the user who answers.
    """

    def __init__(self, rest: Rest, scenes: Mapping[str, Scene]) -> None:
        self.rest = rest
        self.scenes = scenes
        self.cleared: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.unanswered: dict[str, str] = {}
        """Why the question of a run cannot be answered, by the run's id; the other runs go on."""

    def act(self, responses: Sequence[Response]) -> list[str]:
        """Answer what can be answered now; return what was done, a line each."""
        done = [self._ask_again(response) for response in responses if self.will_ask_again(response)]
        if any(response.tasks.get("approve") == WAITING for response in responses):
            done += [line for question in self.rest.questions() if (line := self._answer(question))]
        return done

    def is_done(self, response: Response) -> bool:
        """Whether nothing more happens to a run: it has ended, or waits for an answer that nobody gives."""
        if response.state in ("success", "failed"):
            return not self.will_ask_again(response)
        nobody_answers = self.choice(response) is None or response.run_id in self.unanswered
        return response.tasks.get("approve") == WAITING and nobody_answers

    def choice(self, response: Response) -> str | None:
        """Return the option for a run's question; a revision after the first is approved."""
        wanted = self._scene(response).analyst if response.revision == 1 else "approve"
        return OPTIONS.get(wanted)

    def will_ask_again(self, response: Response) -> bool:
        """Whether the question itself failed: the run is cleared from there."""
        failed = response.state == "failed" and response.tasks.get("approve") == "failed"
        return failed and self.cleared[response.run_id] < ASKED_AGAIN

    def _scene(self, response: Response) -> Scene:
        return self.scenes.get(response.dispute, Scene(response.dispute))

    def _ask_again(self, response: Response) -> str:
        self.cleared[response.run_id] += 1
        self.rest.clear(response.dag_id, response.run_id, ["approve"])
        return f"{response.run_id}: the question failed and is asked again"

    def _answer(self, question: Json) -> str | None:
        task = question["task_instance"]
        if not is_response(task):
            return None
        response = Response(task["dag_id"], task["dag_run_id"], task["state"])
        option = self._offered(response, question["options"])
        if option is None or not settled(question, answers=self.answers[response.run_id]):
            return None
        scene = self._scene(response)
        form = {"remark": scene.remark if option == OPTIONS["send_back"] else ""}
        if "claim" in question["params"]:
            form["claim"] = scene.claim or question["params"]["claim"]["value"]
        try:
            self.rest.answer(question, option, form)
        except RestError as error:
            if error.status == 409:  # answered already, or its time has run out
                return None
            if error.status not in REFUSED:
                raise
            return self._give_up(response, str(error))
        self.answers[response.run_id] += 1
        return f"{response.run_id}: analyst answers {option!r}"

    def _offered(self, response: Response, options: Sequence[str]) -> str | None:
        """Return what the script wants in the words of this question; None where nobody answers it."""
        wanted = None if response.run_id in self.unanswered else self.choice(response)
        if wanted is None or wanted in options:
            return wanted
        return WITH_FEE[wanted] if WITH_FEE.get(wanted) in options else OPTIONS["leave"]

    def _give_up(self, response: Response, problem: str) -> str:
        self.unanswered[response.run_id] = problem
        return f"{response.run_id}: analyst cannot answer: {problem}"
