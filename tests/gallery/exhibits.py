"""The exhibits of the cells, kept from one run to the next: making them takes longer than all letters."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.gallery.cells import NOW, gathered
from tests.gallery.keys import exhibits_key

from disputes.case.exhibiting import exhibit_or_refusal
from disputes.case.gathered import choose_files
from disputes.exhibits.exhibits import Exhibit
from disputes.exhibits.refusal import Refusal
from sandbox import documents, seed_matrix
from sandbox.seed_matrix import Cell

Made = list[Exhibit | Refusal]


class Exhibits:
    """Makes exhibits, or finds those of an earlier run.

    :param folder: where they are kept
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def of(self, cell: Cell) -> Made:
        """In the playbook's order."""
        kept = self._folder / f"{cell.key}.{exhibits_key(cell)}"
        if kept.exists():
            found: Made = pickle.loads(kept.read_bytes())  # our own; the key covers the classes in it
            return found
        made = _made(cell)
        for old in self._folder.glob(f"{cell.key}.*"):
            old.unlink()
        unfinished = kept.with_name("unfinished")
        unfinished.write_bytes(pickle.dumps(made))
        unfinished.rename(kept)
        return made


def _made(cell: Cell) -> Made:
    known = gathered(cell)
    contents = _contents(cell)
    names, policies = (
        [name.removeprefix(kind) for name in contents if name.startswith(kind)] for kind in ("documents/", "policies/")
    )
    taken = choose_files(known, documents=names, policies=policies)

    def made(one: tuple[str, str]) -> Exhibit | Refusal:
        return exhibit_or_refusal(*one, contents[one[1]], facts=known.facts, page_size="a4")

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(made, taken))


def _contents(cell: Cell) -> dict[str, bytes]:
    """Documents and policies by name, compiled as the sandbox does it."""
    with TemporaryDirectory() as made:
        folder = Path(made) / "seeds"
        seed_matrix.write(folder, [cell])
        bucket = documents.bucket(folder / "bucket", NOW)
    return {key.removeprefix(f"charges/{cell.facts['charge']}/"): content for key, content in bucket.items()}
