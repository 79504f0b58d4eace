"""What is found in messages, measured on messages made for it."""

from pathlib import Path

import pytest
import yaml

from disputes.rules.admissions import CUSTOMERS, OURS, passages

MESSAGES = yaml.safe_load((Path(__file__).parents[3] / "data" / "messages.yaml").read_text("utf-8"))
KINDS = {"merchant": OURS, "customer": CUSTOMERS}


def stopped(part: str, *, by_author: bool) -> tuple[int, list[str]]:
    """How many there are, and which of them a person would be asked about."""
    every = [
        (KINDS[author] if by_author else OURS + CUSTOMERS, text) for author in KINDS for text in MESSAGES[part][author]
    ]
    return len(every), [text for kinds, text in every if any(passages(text, kinds))]


def test_nearly_all_admissions_are_found_and_few_harmless_messages_stop() -> None:
    admissions, found = stopped("admissions", by_author=True)
    harmless, wrongly = stopped("harmless", by_author=True)
    _, in_documents = stopped("harmless", by_author=False)
    print(  # noqa: T201  (`pytest -s` shows it)
        f"\nfound {len(found)} of {admissions} admissions; stopped {len(wrongly)} of {harmless} harmless messages "
        f"whose author is known, {len(in_documents)} where it is not:\n{chr(10).join(in_documents)}"
    )
    missed = {text for author in KINDS for text in MESSAGES["admissions"][author]} - {*found}
    assert (admissions, harmless) == (60, 200)
    assert len(found) >= 57, missed
    assert len(wrongly) <= 4, wrongly
    assert len(in_documents) <= 8, in_documents


@pytest.mark.parametrize(
    ("text", "kind", "quoted"),
    [
        ("Hello. You\u2019re right. Bye.", "admits", "You're right."),
        ("Hello\nWe   will refund you today", "promises", "We will refund you today"),
        ("We apologise for the delay!", "apologises", "We apologise for the delay!"),
        ("If it was our fault, tell us. We apologise.", "apologises", "We apologise."),
        (f"By mistake {'word ' * 100}", "admits", None),
    ],
)
def test_the_sentence_is_quoted(text: str, kind: str, quoted: str | None) -> None:
    found = next(passages(text, OURS))
    assert found.kind == kind
    assert found.quoted == quoted if quoted else (len(found.quoted) < 250 and "By mistake" in found.quoted)
