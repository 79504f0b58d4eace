"""Jinja for sentences: where templates come from, what they may use, and how errors are reported."""

import traceback
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateRuntimeError,
    TemplateSyntaxError,
    meta,
    nodes,
    pass_context,
)
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context, Macro

from disputes.errors import InputError
from disputes.exhibits.typesetting import visible
from disputes.facts.types import Address, Message
from disputes.facts.wording import FILTERS, TESTS
from disputes.packet.logs import choose_lines, describe_shown
from disputes.packet.template_checks import STATE, TEXT, check_template
from disputes.rules.admissions import confirms
from disputes.rules.rule_files import own_folder, rule_files

LINE_END = "\0"
"""Marks a line end inside a value while the template's own are removed; no value can contain it."""
_MOST_CONFIRMATIONS = 2
_FOLDER = "templates/"
_FILTERS_FOR = {datetime: "moment or day", date: "day", Address: "address"}
"""What puts a value of this type into words."""
_VALUES_FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a filter or a test raises on a value that it does not support."""


def template_names() -> tuple[str, ...]:
    """All templates of letters and text fields, like `claims/fraudulent.j2`."""
    return tuple(sorted(name.removeprefix(_FOLDER) for name in rule_files() if name.startswith(_FOLDER)))


def with_included(names: Iterable[str]) -> frozenset[str]:
    """These templates, and those that they include."""
    found: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += filter(None, meta.find_referenced_templates(_tree(name)[0]))
    return frozenset(found)


def template(name: str) -> Template:
    """A template, checked.

    :param name: like `claims/fraudulent.j2`
    :raises InputError: naming file, line, what is wrong with it and what was probably meant
    """
    with locate_errors():
        return environment().get_template(name)


@contextmanager
def locate_errors() -> Iterator[None]:
    """Name the file and line of an error in a template, without showing a fact's value.

    :raises InputError: in place of Jinja's errors
    """
    try:
        yield
    except TemplateSyntaxError as error:
        raise InputError(error.message or "", subject=f"{error.filename or error.name}:{error.lineno}") from error
    except TemplateNotFound as error:
        raise InputError(f"the template {error.name} does not exist", subject=_place(error)) from error
    except TemplateError as error:
        raise InputError(error.message or "", subject=_place(error)) from error
    except _VALUES_FAULTS as error:
        problem = f"a filter or a test here does not support this value ({type(error).__name__})"
        raise InputError(problem, subject=_place(error)) from error


def _place(error: Exception) -> str:
    """File and line of the innermost template that an error came through; Jinja puts both into the traceback."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    return f"{frames[-1].filename}:{frames[-1].lineno}"


class StatementExtension(Extension):
    """The block `{% statement [SECTION][, at=FACT][, facts=FACTS] %}…{% endstatement %}`."""

    tags = {"statement"}  # noqa: RUF012  (as Jinja declares it)

    def parse(self, parser: Parser) -> nodes.Node:
        """Turn the block into a call."""
        line = next(parser.stream).lineno
        given: dict[str, nodes.Expr] = {name: nodes.Const("") for name in ("at", "facts")}
        section: nodes.Expr = nodes.Const(TEXT)
        while parser.stream.current.type != "block_end":
            if parser.stream.current.type == "name":
                name = next(parser.stream).value
                if name not in given:
                    parser.fail(f"a statement takes a section, at=… and facts=…, not {name}", line)
                parser.stream.expect("assign")
                given[name] = parser.parse_expression()
            else:
                section = parser.parse_expression()
            parser.stream.skip_if("comma")
        body = parser.parse_statements(("name:endstatement",), drop_needle=True)
        place = [nodes.Const(parser.name), nodes.Const(f"{parser.filename or parser.name}:{line}")]
        call = self.call_method(STATE, [nodes.ContextReference(), section, given["at"], given["facts"], *place])
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def _state(
        self, context: Context, section: str, at: str, facts: str, template: str, place: str, caller: Macro
    ) -> str:
        context["page"].state(caller, section, at, facts, template=template, place=place)
        return ""


def _printed(value: Any) -> str:
    """A value inside a sentence. Dates, money, addresses and the like must go through their filter."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        meant = next((f", like {name}" for kind, name in _FILTERS_FOR.items() if isinstance(value, kind)), "")
        raise TemplateRuntimeError(f"{type(value).__name__} needs a filter{meant}")
    return visible(str(value)).replace("\n", LINE_END)


def confirmations(messages: Sequence[Message]) -> list[Message]:
    """The customer's messages that say that what was bought is there, or in use; two at most."""
    return [one for one in messages if one.author == "customer" and confirms(one.text)][:_MOST_CONFIRMATIONS]


def _is_quoted(messages: Sequence[Message]) -> bool:
    """Whether the answer quotes everything that the customer wrote."""
    return 0 < len(confirmations(messages)) == sum(one.author == "customer" for one in messages)


@pass_context
def _see(context: Context, *documents: str) -> str:
    """Where the reader finds these documents: ` (Exhibit 2)`, or nothing."""
    numbers = [listed.number for listed in context["exhibits"] if listed.exhibit.document in documents]
    if not numbers:
        return ""
    return f" (Exhibit{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))})"


@lru_cache(maxsize=64)
def _parsed(name: str, source: str, shown: str) -> nodes.Template:
    return environment().parse(source, name, shown)


def _tree(name: str) -> tuple[nodes.Template, str]:
    """A template's syntax tree, and the name that messages show."""
    if file := rule_files().get(f"{_FOLDER}{name}"):
        return _parsed(name, file.content.decode(), file.shown), file.shown
    shipped = files("disputes").joinpath("templates", *name.split("/"))
    if ".." in name or not shipped.is_file():
        raise TemplateNotFound(name)
    return _parsed(name, shipped.read_text("utf-8"), name), name


class _RuleLoader(BaseLoader):
    """Templates of the merchant over the shipped ones; each is checked when it is loaded."""

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002
    ) -> Template:
        """Parse, check, compile."""
        tree, shown = _tree(name)
        check_template(tree, name, shown, environment)
        code = environment.compile(tree, name, shown)
        return environment.template_class.from_code(environment, code, globals or {})

    def list_templates(self) -> list[str]:
        """All that may be rendered or included."""
        shipped = (file.name for file in files("disputes").joinpath("templates", "email").iterdir())
        return [*template_names(), *(f"email/{name}" for name in sorted(shipped))]


def environment() -> Environment:
    """Jinja for sentences."""
    return _environment(own_folder())


@lru_cache(maxsize=1)
def _environment(_own: Path | None) -> Environment:
    """One for each folder of own rules: Jinja keeps templates by their names."""
    jinja = Environment(  # noqa: S701  (no HTML; Typst's own escaping is in the layout)
        loader=_RuleLoader(),
        extensions=[StatementExtension],
        undefined=StrictUndefined,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters.update(FILTERS, choose_lines=choose_lines, describe_shown=describe_shown)
    jinja.filters.update(confirmations=confirmations, is_quoted=_is_quoted)
    jinja.tests.update(TESTS)
    jinja.globals["see"] = _see
    return jinja
