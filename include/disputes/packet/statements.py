"""Sentences made of facts. A template's sentence is in a block:

    {% statement "timeline", at="shipment.delivered_at" %}The parcel was delivered to
    {{ shipment.delivered_address | address }}.{% endstatement %}

It is written only if every fact in it is known, and goes with those facts into the manifest. Text outside such
blocks is never printed. Tests for optional parts are `held("a.b")`; any other use of a missing fact is an error.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jinja2 import UndefinedError

from disputes.errors import InputError
from disputes.facts.credentials import printable
from disputes.facts.facts import Facts
from disputes.facts.members import MEMBERS
from disputes.facts.wording import instant, noted_day
from disputes.packet.manifest import Statement
from disputes.packet.template_checks import RESTS_ON_NO_FACT, may_rest_on_nothing
from disputes.packet.templates import LINE_END, environment, locate_errors


@dataclass(frozen=True)
class Sentence:
    """A statement and its place.

    :param section: like `answer` or `timeline`; `text` where the template names none
    :param at: its time, in a timeline
    """

    section: str
    text: str
    facts: tuple[str, ...]
    at: date | None = None

    @property
    def statement(self) -> Statement:
        """As the manifest keeps it."""
        return Statement(self.text, self.facts)


def sentences(template: str, facts: Facts, context: Mapping[str, Any]) -> tuple[Sentence, ...]:
    """Every sentence of a template that these facts support, in the template's order.

    :param template: like `claims/fraudulent.j2`
    :param context: values that are not facts, like the claim's name
    :raises InputError: naming file and line of a template that uses what does not exist, asks for a fact unguarded, or
        makes a sentence that rests on none
    """
    page = _Page(facts)
    groups = {group: _Group(page, group) for group in {name.split(".")[0] for name in MEMBERS}}
    with locate_errors():
        environment().get_template(template).render({**context, **groups, "held": page.held, "page": page})
    return tuple(page.sentences)


def timeline(found: Iterable[Sentence]) -> tuple[Sentence, ...]:
    """The sentences of a timeline in order of time; those of one day keep their order where one has no time of day."""
    by_day: dict[date, list[tuple[date, Sentence]]] = {}
    for sentence in found:
        if sentence.at is not None:
            by_day.setdefault(noted_day(sentence.at), []).append((sentence.at, sentence))
    ordered: list[Sentence] = []
    for _, of_day in sorted(by_day.items()):
        if all(isinstance(at, datetime) for at, _ in of_day):
            of_day.sort(key=lambda entry: instant(entry[0]))
        ordered += [sentence for _, sentence in of_day]
    return tuple(ordered)


class _MissingFactError(Exception):
    """Ends a statement whose fact is not held."""


class _Page:
    """One rendering: the facts, and the sentences made so far."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._values: dict[str, Any] = {}
        self._using: list[str] | None = None
        self.sentences: list[Sentence] = []

    def held(self, *names: str) -> bool:
        """Whether all of these facts are held."""
        return all(_known(name) in self._facts for name in names)

    def value(self, name: str) -> Any:
        """A fact's value as it may be printed, noted as used."""
        fact = self._facts.get(_known(name))
        if fact is None and self._using is None:
            raise UndefinedError(f"{name} is used outside a statement, but is not known")
        if fact is None:
            raise _MissingFactError
        if self._using is not None and name not in self._using:
            self._using.append(name)
        if name not in self._values:
            self._values[name] = printable(name, fact.value)
        return self._values[name]

    def state(self, body: Callable[[], str], section: str, at: str, facts: str, *, template: str, place: str) -> None:
        """Make a sentence, or none.

        :param place: file and line of the statement
        """
        self._using = []
        try:
            for name in (*facts.split(), *at.split()):
                self.value(name)
            text = " ".join(body().split()).replace(LINE_END, "\n").strip()
            moment = self.value(at) if at else None
        except _MissingFactError:
            return
        finally:
            used, self._using = tuple(self._using), None
        if text and not used and not may_rest_on_nothing(template, section):
            raise InputError(RESTS_ON_NO_FACT, subject=place)
        if text:
            self.sentences.append(Sentence(section, text, used, moment))


class _Group:
    """A group of facts in a template: `shipment.carrier`."""

    def __init__(self, page: _Page, name: str) -> None:
        self._page = page
        self._name = name

    def __getattr__(self, member: str) -> Any:
        return self._page.value(f"{self._name}.{member}")


def _known(name: str) -> str:
    if name not in MEMBERS:
        raise UndefinedError(f"the fact {name} is not known")
    return name
