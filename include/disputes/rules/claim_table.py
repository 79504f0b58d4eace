"""Everything that leads to a claim, and where it goes: reason, code or rule -> claim -> DAG -> playbook."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from disputes.rules.claims import reason_codes
from disputes.rules.conditions import describe_rule, entries
from disputes.rules.loading import playbook_for, playbooks_with_a_rule
from disputes.rules.reasons import REASONS, dags_of
from disputes.rules.rule_files import PLAYBOOKS, name_of, rule_files

ANY = "any"


class Way(NamedTuple):
    """One way to a claim.

    :param reason: Stripe's; `any` where it does not matter
    :param code: the network and its reason code; `any` where they do not matter
    :param rule: the other conditions of a playbook's `when`; `-` where it needs none
    :param dag: the DAG that answers the dispute; `the reason's` where any reason leads there
    :param playbook: the playbook's file
    """

    reason: str
    code: str
    rule: str
    claim: str
    dag: str
    playbook: str


def ways_to_claims(dags: Collection[str]) -> list[Way]:
    """All ways: by reasons, by codes that differ from their reason, and by rules, which take precedence.

    :param dags: the existing DAGs, like `respond_fraudulent`
    :raises InputError: a playbook is broken, or nothing leads to it
    """
    by_reason = [_way(reason, ANY, "-", reason, dags) for reason in REASONS]
    return [*by_reason, *_by_code(dags), *_by_rule(dags)]


def _by_code(dags: Collection[str]) -> Iterator[Way]:
    for network, known in reason_codes().networks.items():
        for name, code in known.codes.items():
            if code.claims not in ((), (code.reason,)):
                yield from (_way(code.reason, f"{network} {name}", "-", claim, dags) for claim in code.claims)


def _by_rule(dags: Collection[str]) -> Iterator[Way]:
    for playbook in playbooks_with_a_rule():
        code = " or ".join(entries(playbook.when.get("code", ANY)))
        rule = (
            describe_rule({name: wanted for name, wanted in playbook.when.items() if name not in ("reason", "code")})
            or "-"
        )
        for reason in entries(playbook.when.get("reason", ANY)):
            yield _way(reason, code, rule, playbook.claim, dags)


def _way(reason: str, code: str, rule: str, claim: str, dags: Collection[str]) -> Way:
    dag = "the reason's" if reason == ANY else next((dag for dag in dags_of(reason) if dag in dags), "none")
    file = rule_files()[name_of(PLAYBOOKS, playbook_for(claim).claim)]
    return Way(reason, code, rule, claim, dag, file.shown)
