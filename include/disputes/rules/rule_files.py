"""Playbooks and templates: the shipped ones, replaced file by file by a merchant's own.

The merchant's are in a folder outside the package, so that an upgrade touches none of them:

    $REPRESENTMENT_RULES_DIR/playbooks/<claim>.yaml           base.yaml too
    $REPRESENTMENT_RULES_DIR/templates/claims/<claim>.j2
    $REPRESENTMENT_RULES_DIR/templates/fields/<name>.txt.j2

A file of the same name replaces the shipped one whole.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path, PurePosixPath

from disputes.errors import InputError

RULES_DIR = "REPRESENTMENT_RULES_DIR"
"""Environment variable with the merchant's folder, for every process that makes or reads packets."""
PLAYBOOKS, CLAIM_TEMPLATES, FIELD_TEMPLATES = "playbooks", "templates/claims", "templates/fields"
_ENDINGS = {PLAYBOOKS: ".yaml", CLAIM_TEMPLATES: ".j2", FIELD_TEMPLATES: ".txt.j2"}
_SHIPPED = {PLAYBOOKS: "disputes.rules", CLAIM_TEMPLATES: "disputes", FIELD_TEMPLATES: "disputes"}
_OF_RULES = (".yaml", ".yml", ".j2")
"""Files with these extensions in the merchant's folder are meant to be rules."""


@dataclass(frozen=True)
class RuleFile:
    """A playbook or a template.

    :param name: like `playbooks/fraudulent.yaml` or `templates/claims/fraudulent.j2`
    :param own: the path of the merchant's own file; None: it is shipped
    """

    name: str
    content: bytes
    own: Path | None = None

    @property
    def shown(self) -> str:
        """The file in a message: a shipped one by its name, the merchant's own by its path."""
        return PurePosixPath(self.name).name if self.own is None else str(self.own)


def rule_files() -> Mapping[str, RuleFile]:
    """All playbooks and templates, by name; read once in a process.

    :raises InputError: the folder does not exist, or contains a file in a place that is never read
    """
    return _merge(own_folder())


def own_folder() -> Path | None:
    """The merchant's folder; None where the shipped files are used alone.

    :raises InputError: it is not the full path of a folder
    """
    named = os.environ.get(RULES_DIR)
    if not named:
        return None
    folder = Path(named)
    if not folder.is_absolute():
        raise InputError(f"{named} is not a full path", subject=RULES_DIR, remedy="Write it from the root")
    if not folder.is_dir():
        raise InputError(f"the folder {named} does not exist", subject=RULES_DIR, remedy="Create it, or name another")
    return folder


def names_in(place: str) -> frozenset[str]:
    """The names of all files of one kind, without their ending: claims, or templates.

    :param place: `PLAYBOOKS`, `CLAIM_TEMPLATES` or `FIELD_TEMPLATES`
    """
    ending = _ENDINGS[place]
    found = (PurePosixPath(name) for name in rule_files())
    return frozenset(path.name.removesuffix(ending) for path in found if str(path.parent) == place)


def name_of(place: str, name: str) -> str:
    """`playbooks/fraudulent.yaml` for `fraudulent` among `PLAYBOOKS`."""
    return f"{place}/{name}{_ENDINGS[place]}"


def made_with(names: Iterable[str]) -> dict[str, str]:
    """The identity of each of these files: name -> sha256 of its content, by name.

    :param names: as `rule_files` has them
    """
    known = rule_files()
    return {name: sha256(known[name].content).hexdigest() for name in sorted(set(names))}


@cache
def _merge(own: Path | None) -> Mapping[str, RuleFile]:
    return _shipped() if own is None else {**_shipped(), **{file.name: file for file in _own(own)}}


@cache
def _shipped() -> Mapping[str, RuleFile]:
    found = {}
    for place, package in _SHIPPED.items():
        folder = files(package).joinpath(*place.split("/"))
        for file in folder.iterdir():
            found[f"{place}/{file.name}"] = RuleFile(f"{place}/{file.name}", file.read_bytes())
    return found


def _own(folder: Path) -> Iterable[RuleFile]:
    for path in sorted(folder.rglob("*")):
        within = path.relative_to(folder)
        if any(part.startswith(".") for part in within.parts) or not path.name.endswith(_OF_RULES):
            continue
        _check_place(path, within)
        try:
            yield RuleFile(within.as_posix(), path.read_bytes(), path)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", subject=str(path)) from error


def _check_place(path: Path, within: Path) -> None:
    """A file in a place that is never read would be silently ignored."""
    place = within.parent.as_posix()
    if path.name.endswith(_ENDINGS.get(place, "\0")):
        return
    patterns = [f"{known}/<name>{ending}" for known, ending in _ENDINGS.items()]
    close = get_close_matches(within.as_posix(), patterns, n=1, cutoff=0.5)
    problem = (
        f"is in a place that is never read; did you mean {close[0]}?" if close else "is in a place that is never read"
    )
    raise InputError(problem, subject=str(path), remedy=f"Rules belong in {', '.join(patterns)}")
