"""Checks a template before it is used, so that nothing in it is silently dropped."""

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from jinja2 import Environment, nodes

from disputes.errors import InputError
from disputes.facts.members import GROUPS, MEMBERS
from disputes.rules.loading import known_documents
from disputes.validation import meant

LETTER_SECTIONS = ("head", "claim", "answer", "comparison", "argument", "timeline", "message", "close")
"""In the order in which they are read."""
WITHOUT_FACTS = ("head", "claim", "close")
"""Sections of a letter whose sentences may rest on no fact: who answers, the claim's own words, and what is asked."""
TEXT = "text"
"""The section of a statement that names none: a line of a text field."""
FIELD_SECTIONS = (TEXT, "claim", "answer", "comparison", "argument", "close")
RESTS_ON_NO_FACT = "this sentence rests on no fact, which only the claim's own words may: add facts=…, or remove it"
STATE = "_state"
"""The method of the extension that a statement block calls, with the context, section, `at` and `facts`."""
_SECTIONS = {"claims": LETTER_SECTIONS, "fields": FIELD_SECTIONS}
_GIVEN = ("case", "exhibits", "held", "page", "loop", "caller")
_Found = Iterator[tuple[int, str]]
_Nodes = Sequence[nodes.Node]
_Node = TypeVar("_Node", bound=nodes.Node)


def may_rest_on_nothing(template: str, section: str) -> bool:
    """Whether a sentence of this section needs no fact: the claim's own words, and e-mails, which are not evidence.

    :param template: like `claims/fraudulent.j2`
    """
    return section in WITHOUT_FACTS or _kind(template) not in _SECTIONS


def check_template(tree: nodes.Template, name: str, shown: str, environment: Environment) -> None:
    """Check sections, facts, documents, names, filters, tests and includes of a letter's or a field's template.

    :param name: like `claims/fraudulent.j2`
    :param shown: the file, for messages
    :raises InputError: with a line for each problem, and what was probably meant
    """
    sections = _SECTIONS.get(_kind(name))
    if sections is None:
        return
    whole = tuple(tree.find_all(nodes.Node))  # walked once: a letter has thousands
    found = [
        *_about_statements(whole, sections),
        *_about_facts(whole),
        *_about_calls(whole),
        *_about_names(whole, environment),
        *_about_wording(whole, environment),
    ]
    if found:
        raise InputError("; ".join(f"{shown}:{line}: {problem}" for line, problem in sorted(set(found))))


def _kind(template: str) -> str:
    return template.partition("/")[0]


def _of(kind: type[_Node], whole: _Nodes) -> Iterator[_Node]:
    return (node for node in whole if isinstance(node, kind))


def _about_statements(whole: _Nodes, sections: Collection[str]) -> _Found:
    for block in _of(nodes.CallBlock, whole):
        if isinstance(block.call.node, nodes.ExtensionAttribute) and block.call.node.name == STATE:
            yield from ((block.lineno, problem) for problem in _about_statement(block, sections))


def _about_statement(block: nodes.CallBlock, sections: Collection[str]) -> Iterator[str]:
    written = [argument.value if isinstance(argument, nodes.Const) else None for argument in block.call.args[1:4]]
    if not all(isinstance(one, str) for one in written):
        yield 'section, at and facts must be literals, like "answer"'
        return
    section, at, facts = (str(one) for one in written)
    if section not in sections:
        yield f"section {section} {meant(section, sections)}"
    for name in (*at.split(), *facts.split()):
        if name not in MEMBERS:
            yield f"fact {name} {meant(name, MEMBERS)}"
    if section == "timeline" and not at:
        yield 'a timeline\'s sentence needs its time, like at="shipment.delivered_at"'
    if section not in WITHOUT_FACTS and not (at or facts) and not any(_fact(node) for node in _getattrs(block.body)):
        yield RESTS_ON_NO_FACT


def _about_facts(whole: _Nodes) -> _Found:
    for node in _of(nodes.Getattr, whole):
        if (name := _fact(node)) and name not in MEMBERS:
            yield node.lineno, f"fact {name} {meant(name, MEMBERS)}"


def _about_calls(whole: _Nodes) -> _Found:
    """Facts and documents that are named in `held("…")` and `see("…")`."""
    documents = known_documents()
    for call in _of(nodes.Call, whole):
        called = call.node.name if isinstance(call.node, nodes.Name) else None
        if called in ("held", "see"):
            what, known = ("fact", MEMBERS.keys()) if called == "held" else ("document", documents)
            for argument in call.args:
                if isinstance(argument, nodes.Const) and argument.value not in known:
                    yield argument.lineno, f"{what} {argument.value} {meant(str(argument.value), known)}"


def _about_names(whole: _Nodes, environment: Environment) -> _Found:
    """Names without a value, and templates that do not exist."""
    names = list(_of(nodes.Name, whole))
    own = {node.name for node in names if node.ctx != "load"} | {macro.name for macro in _of(nodes.Macro, whole)}
    known = {*GROUPS, *_GIVEN, *environment.globals, *own}
    for node in names:
        if node.name not in known:
            yield node.lineno, f"{node.name} {meant(node.name, known)}"
    for include in _of(nodes.Include, whole):
        if isinstance(include.template, nodes.Const) and include.template.value not in environment.list_templates():
            wanted = str(include.template.value)
            yield include.lineno, f"template {wanted} {meant(wanted, environment.list_templates())}"


def _about_wording(whole: _Nodes, environment: Environment) -> _Found:
    for node in _of(nodes.Filter, whole):
        if node.name not in environment.filters:
            yield node.lineno, f"filter {node.name} {meant(node.name, environment.filters)}"
    for test in _of(nodes.Test, whole):
        if test.name not in environment.tests:
            yield test.lineno, f"test {test.name} {meant(test.name, environment.tests)}"


def _getattrs(body: list[nodes.Node]) -> Iterator[nodes.Getattr]:
    for node in body:
        yield from node.find_all(nodes.Getattr)


def _fact(node: nodes.Getattr) -> str | None:
    """The fact that `shipment.carrier` is; None for anything else's attribute."""
    group = node.node.name if isinstance(node.node, nodes.Name) else None
    return f"{group}.{node.attr}" if group in GROUPS else None
