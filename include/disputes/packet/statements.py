"""Sentences made of facts. A template's sentence stands in a block:

    {% statement "timeline", at="shipment.delivered_at" %}The parcel was delivered to
    {{ shipment.delivered_address | address }}.{% endstatement %}

It is made only when every fact in it is held, and goes with those facts into the manifest. What stands outside such
blocks is never printed. Tests for optional parts are `held("a.b")`; any other use of a missing fact is an error.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, UndefinedError, nodes, pass_context
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context, Macro

from disputes.exhibits.typesetting import visible
from disputes.facts.credentials import printable
from disputes.facts.facts import Facts
from disputes.facts.members import MEMBERS
from disputes.facts.types import Message
from disputes.facts.wording import FILTERS, TESTS, instant, noted_day
from disputes.packet.logs import choose_lines, describe_shown
from disputes.packet.manifest import Statement
from disputes.rules.admissions import confirms

_MOST_CONFIRMATIONS = 2
_LINE_END = "\0"
"""Stands for a value's own line end, until the template's are gone; no value can hold it."""


@dataclass(frozen=True)
class Sentence:
    """A statement and its place.

    :param section: like `answer` or `timeline`; `text` where the template names none
    :param at: the moment it tells of, in a timeline
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
    """Every sentence of a template that these facts carry, in the template's order.

    :param template: like `claims/fraudulent.j2`
    :param context: values that are no facts, like the claim's name
    :raises jinja2.UndefinedError: when the template uses a fact that does not exist, or asks for one unguarded
    """
    page = _Page(facts)
    groups = {group: _Group(page, group) for group in {name.split(".")[0] for name in MEMBERS}}
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
            raise UndefinedError(f"{name} is used outside a statement, and is not held")
        if fact is None:
            raise _MissingFactError
        if self._using is not None and name not in self._using:
            self._using.append(name)
        if name not in self._values:
            self._values[name] = printable(name, fact.value)
        return self._values[name]

    def state(self, body: Callable[[], str], section: str, at: str, facts: str) -> None:
        """Make a sentence, or none."""
        self._using = []
        try:
            for name in (*facts.split(), *at.split()):
                self.value(name)
            text = " ".join(body().split()).replace(_LINE_END, "\n").strip()
            moment = self.value(at) if at else None
        except _MissingFactError:
            return
        finally:
            used, self._using = tuple(self._using), None
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
        raise UndefinedError(f"there is no fact {name}")
    return name


class StatementExtension(Extension):
    """The block `{% statement [SECTION][, at=FACT][, facts=FACTS] %}…{% endstatement %}`."""

    tags = {"statement"}  # noqa: RUF012  (as Jinja declares it)

    def parse(self, parser: Parser) -> nodes.Node:
        """Turn the block into a call."""
        line = next(parser.stream).lineno
        given: dict[str, nodes.Expr] = {name: nodes.Const("") for name in ("at", "facts")}
        section: nodes.Expr = nodes.Const("text")
        while parser.stream.current.type != "block_end":
            if parser.stream.current.type == "name":
                name = next(parser.stream).value
                parser.stream.expect("assign")
                given[name] = parser.parse_expression()
            else:
                section = parser.parse_expression()
            parser.stream.skip_if("comma")
        body = parser.parse_statements(("name:endstatement",), drop_needle=True)
        call = self.call_method("_state", [nodes.ContextReference(), section, given["at"], given["facts"]])
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def _state(self, context: Context, section: str, at: str, facts: str, caller: Macro) -> str:
        context["page"].state(caller, section, at, facts)
        return ""


def _printed(value: Any) -> str:
    """A value inside a sentence. What has a wording of its own (dates, money, addresses) must go through its filter."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise TypeError(f"{type(value).__name__} needs a filter")
    return visible(str(value)).replace("\n", _LINE_END)


def confirmations(messages: Iterable[Message]) -> list[Message]:
    """The customer's messages that say that what was bought is there, or in use; two at most."""
    return [one for one in messages if one.author == "customer" and confirms(one.text)][:_MOST_CONFIRMATIONS]


@pass_context
def _see(context: Context, *documents: str) -> str:
    """Where the reader finds these documents: ` (Exhibit 2)`, or nothing."""
    numbers = [listed.number for listed in context["exhibits"] if listed.exhibit.document in documents]
    if not numbers:
        return ""
    return f" (Exhibit{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))})"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Jinja for sentences."""
    jinja = Environment(  # noqa: S701  (no HTML; Typst's own escaping is in the layout)
        loader=PackageLoader("disputes"),
        extensions=[StatementExtension],
        undefined=StrictUndefined,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters.update(FILTERS, choose_lines=choose_lines, describe_shown=describe_shown, confirmations=confirmations)
    jinja.tests.update(TESTS)
    jinja.globals["see"] = _see
    return jinja
