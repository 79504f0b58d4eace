"""A claim's present playbook, for the page of the DAG that uses it."""

from disputes.errors import InputError
from disputes.facts.wording import money, readable
from disputes.packet.scoring import IMPORTANCES
from disputes.response.markdown import escape, list_bullets, section, table
from disputes.rules.loading import playbook_for
from disputes.rules.playbook import FieldPlan, Layer, Playbook

_AT_DEADLINE = {
    "leave": "is removed from the dispute and left to a person",
    "submit_if_complete": "is submitted if nothing is in doubt, else left to a person",
    "submit": "is submitted",
}


def write_playbook_page(claim: str) -> str:
    """Markdown; if the playbook cannot be read it says why, since an error here would make the DAG unusable."""
    try:
        playbook = playbook_for(claim)
    except InputError as error:
        return f"## The playbook cannot be read\n\n{escape(str(error))}"
    parts = [
        f"## The playbook `{playbook.claim}`, as it is now",
        list_bullets(_policy(playbook)),
        section("Evidence for every product", _fields(playbook.fields)),
        *(
            section(f"Additional evidence for a {readable(name)}", _fields(layer))
            for name, layer in playbook.products.items()
        ),
    ]
    return "\n\n".join(part for part in parts if part)


def _policy(playbook: Playbook) -> list[str]:
    approval = playbook.approval
    limits = ", ".join(money(limit, currency) for currency, limit in approval.automatic_below.items())
    asked = f"approves by itself below {limits}, if nothing is in doubt" if limits else "always asks a person"
    missing = "is left to a person" if playbook.missing_essential == "leave" else "asks a person"
    lines = [
        f"The policy {asked}.",
        f"A packet without an essential field {missing}.",
        f"The question closes {approval.not_after_hours} hours before the bank's deadline.",
        f"A packet that nobody has decided on by then {_AT_DEADLINE[approval.at_deadline]}.",
        f"If fighting does not pay: accept {playbook.decision.accept}, refund {playbook.decision.refund}.",
    ]
    if approval.not_before_hours:
        lines.append(
            f"The answer starts {approval.not_before_hours} hours after the dispute, when evidence has settled."
        )
    return lines


def _fields(layer: Layer) -> str:
    """The fields, the most important first; a field that a product does without comes last."""
    given = {field: plan for field, plan in layer.items() if plan}
    ranked = sorted(given.items(), key=lambda item: IMPORTANCES.index(item[1].importance))
    rows = [(f"`{field}`", str(plan.importance), _source(plan)) for field, plan in ranked]
    rows += [(f"`{field}`", "none", "not given") for field, plan in layer.items() if not plan]
    return table(("Field", "Importance", "From"), rows)


def _source(plan: FieldPlan) -> str:
    if plan.fact:
        return f"the fact `{plan.fact}`"
    if plan.template:
        return f"the template `{plan.template}`"
    documents = ", ".join(f"`{document}`" for document in plan.documents)
    return " and ".join(part for part in ("our letter" if plan.letter else "", documents) if part)
