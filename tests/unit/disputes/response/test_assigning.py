"""Who may answer the question about a packet."""

import json

import pytest
from tests.unit.disputes.builders import dispute

from disputes.errors import InputError
from disputes.response.assigning import find_assigned, read_assignments

ANN, BOB, ZOE = ({"id": str(number), "name": name} for number, name in enumerate(("ann", "bob", "zoe")))
RULES = read_assignments(
    json.dumps(
        [
            {"amount_from": {"usd": 50_000}, "users": [ANN]},
            {"reasons": ["fraudulent"], "accounts": ["stripe_uk"], "users": [BOB, ZOE]},
        ]
    )
)


@pytest.mark.parametrize(
    ("changes", "account", "names"),
    [
        ({"amount": 50_000}, "stripe_uk", ["ann"]),
        ({"amount": 49_999}, "stripe_uk", ["bob", "zoe"]),
        ({"amount": 99_999, "currency": "eur"}, "stripe_uk", ["bob", "zoe"]),
        ({"amount": 100}, "stripe_default", []),
        ({"amount": 100, "reason": "duplicate"}, "stripe_uk", []),
    ],
)
def test_the_first_rule_that_matches_a_dispute_names_its_users(changes, account, names):
    assert [user.name for user in find_assigned(RULES, dispute(**changes), account)] == names


def test_a_rule_without_conditions_matches_every_dispute():
    rules = read_assignments(json.dumps([{"users": [ZOE]}]))
    assert [user.name for user in find_assigned(rules, dispute(), "any")] == ["zoe"]
    assert read_assignments("[]") == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "variable representment_assigned_users: Invalid JSON"),
        ('[{"users": []}]', "0.users: "),
        ('[{"reason": ["fraudulent"], "users": [{"id": "1", "name": "a"}]}]', "did you mean reasons?"),
        ('[{"users": [{"id": "1"}]}]', "0.users.0.name: Field required"),
    ],
)
def test_an_invalid_rule_is_refused_with_the_problem(text, problem):
    with pytest.raises(InputError) as caught:
        read_assignments(text)
    assert problem in str(caught.value)
    assert "Write it like [{" in str(caught.value)
