"""`python -m disputes exhibits FILE… --out FILE.pdf`."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from disputes.commands import Commands
from disputes.errors import DocumentError
from disputes.exhibits.exhibits import Exhibit, compile_exhibits, make_exhibit
from disputes.exhibits.isolation import MAX_BYTES
from disputes.exhibits.sheets import POINTS, PageSize
from disputes.exhibits.typesetting import visible
from disputes.limits import ALL_BYTES, PAGES
from disputes.packet.budget import Room, choose_fit
from disputes.packet.candidates import Candidate, Versions

SOME_REFUSED = 3
ALL_REFUSED = 4
FAILED = 1


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "exhibits",
        help="make one exhibit file from documents of any format",
        description="Make one exhibit file that fits into a packet from documents of any format.",
        epilog=f"Exit status: 0; {SOME_REFUSED} if some documents were refused; {ALL_REFUSED} if all were, and no "
        "file is written. Each refused document is named on standard error with the reason.",
    )
    parser.add_argument("documents", nargs="+", metavar="FILE", type=Path)
    parser.add_argument("--out", required=True, metavar="FILE.pdf", type=Path, help="the exhibit file")
    parser.add_argument("--page-size", choices=list(POINTS), default="a4")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Make the file; the exit status."""
    made: list[Exhibit] = []
    for path in arguments.documents:
        try:
            made.append(_exhibit(path, arguments.page_size))
        except DocumentError as error:
            _say(f"{path}: {error.problem}. {error.remedy}")
    kept, file = _fitted(made, arguments.page_size)
    if not kept:
        return ALL_REFUSED
    try:
        arguments.out.write_bytes(file)
    except OSError as error:
        _say(f"{arguments.out}: cannot be written: {error.strerror}")
        return FAILED
    return 0 if len(kept) == len(arguments.documents) else SOME_REFUSED


def _exhibit(path: Path, page_size: PageSize) -> Exhibit:
    exhibit = make_exhibit(path.name.partition(".")[0].partition("-")[0], path.name, _read(path), page_size=page_size)
    for part in exhibit.left_out:
        _say(f"{path}: {part.filename}: {part.reason}")
    return exhibit


def _read(path: Path) -> bytes:
    """The document.

    :raises DocumentError: when it is none, or cannot be read
    """
    try:
        if not path.is_file() and path.exists():  # a folder, or a pipe that nobody may ever write to
            raise DocumentError("is not a file", remedy="Name each document, not a folder")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)  # one more is refused as too large
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", remedy="Check its name and permissions") from None


def _fitted(exhibits: Sequence[Exhibit], page_size: PageSize) -> tuple[list[Exhibit], bytes]:
    """The exhibits that fit into one file, and the file; images shrink first, and the last ones are left out."""
    everything = [Candidate(Versions(exhibit, page_size), ("",), 0, essential=False) for exhibit in exhibits]
    items, room = [one.item for one in everything], Room(ALL_BYTES, PAGES)
    while True:
        planned = choose_fit(items, room)
        kept = [
            one.versions.exhibit(step) for one, step in zip(everything, planned.steps, strict=True) if step is not None
        ]
        file = compile_exhibits(None, list(enumerate(kept, 1)), page_size)
        if len(file) <= ALL_BYTES:
            break
        room = Room(planned.used(items).bytes - (len(file) - ALL_BYTES), PAGES)
    for one, step in zip(everything, planned.steps, strict=True):
        if step is None:
            _say(f"{one.exhibit.filename}: does not fit: the file may have {PAGES} pages and {ALL_BYTES} bytes")
    return kept, file


def _say(text: str) -> None:
    plain = visible(text).replace("\n", " ")  # a name may hold anything, orders to the terminal too
    sys.stderr.write(f"{plain}\n")
