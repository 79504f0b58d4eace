"""The short form of `make faults`: nothing is sent to the bank twice, nothing is lost, and nobody has to help."""

import pytest
from tests.faults import parts, services
from tests.faults.field import Field, broken_stack
from tests.faults.killing import Kills

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(1800)]


def kills(field):
    return Kills(field).alone(("task",))


def s3_away(field):
    return services.s3_away(field, seconds=10)


@pytest.fixture(scope="module")
def field(tmp_path_factory):
    with broken_stack(tmp_path_factory.mktemp("stack")) as stack:
        stack.unpause()
        yield Field(stack, few=True)


@pytest.mark.parametrize("make", [kills, parts.scheduler_with_tasks, s3_away, services.stripe_errors_anywhere])
def test_every_dispute_is_answered_once_with_what_was_approved(field, make):
    rows = make(field)
    assert rows
    for row in rows:
        assert row.survived, row
        assert row.recovered == row.times, row
