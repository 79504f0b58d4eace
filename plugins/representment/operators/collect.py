"""Collect the documents that the playbook asks for and make them into exhibits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from disputes.case.gathered import choose_files
from disputes.case.task_reports import report_collected
from disputes.exhibits.refusal import Refusal
from representment.exceptions import StorageError
from representment.operators.base import ResponseOperator
from representment.settings import EVIDENCE_URI, page_size_now
from representment.storage.case import Collected, CollectedExhibit
from representment.storage.record_names import EXHIBITS, exhibit_file

if TYPE_CHECKING:
    from airflow.sdk import Context

    from disputes.case.gathered import Gathered
    from disputes.exhibits.exhibits import Exhibit
    from disputes.exhibits.sheets import PageSize
    from disputes.facts.facts import Facts
    from representment.hooks.s3_store import S3Store

POLICIES = "policies/"
OPENED_SIDE_BY_SIDE = 2
"""Documents opened at the same time, each in its own process."""


class CollectOperator(ResponseOperator):
    """Read the order's documents and the policies in force, and write `exhibits/*.pdf` and, last, `exhibits.json`.

    A document that cannot be used is named in `exhibits.json`; the packet goes on without it.

    :param evidence_uri: `s3://…` below which the merchant keeps facts, documents and policies (templated)
    """

    template_fields = (*ResponseOperator.template_fields, "evidence_uri")

    def __init__(self, *, evidence_uri: str = EVIDENCE_URI, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.evidence_uri = evidence_uri

    def execute(self, context: Context) -> str:
        """Return the address of `exhibits.json`."""
        if self.folder.find_collected() is None:
            self._collect()
        return self.folder.store.uri(f"{self.folder.revision}/{EXHIBITS}")

    def _collect(self) -> None:
        evidence = self.store.at(self.evidence_uri)
        case, gathered = self.folder.case(), self.folder.gathered()
        size = case.settings.page_size or page_size_now()
        of_order = _names(evidence, f"charges/{gathered.dispute.charge_id}/documents/")
        taken = _wanted(gathered, of_order, _names(evidence, POLICIES))
        contents = evidence.read_each(name for _, name in taken)
        with ThreadPoolExecutor(OPENED_SIDE_BY_SIDE) as pool:
            made = list(pool.map(partial(_exhibit, gathered.facts, size), taken, contents))
        refused = [part for one in made for part in ([one] if isinstance(one, Refusal) else one.refusals)]
        exhibits = [self._keep(one) for one in made if not isinstance(one, Refusal)]
        asked_for = {name for _, name in taken if not name.startswith(POLICIES)}
        for line in report_collected([one.document for one in exhibits], refused, len(of_order) - len(asked_for)):
            self.log.info(line)
        self.folder.keep_collected(Collected(exhibits=exhibits, refused=refused))

    def _keep(self, exhibit: Exhibit) -> CollectedExhibit:
        name = exhibit_file(exhibit.sha256)
        self.folder.store.write_once(f"{self.folder.revision}/{name}", exhibit.pdf)
        return CollectedExhibit(
            document=exhibit.document,
            filename=exhibit.filename,
            name=name,
            sha256=exhibit.sha256,
            written=exhibit.written,
        )


def _exhibit(facts: Facts, size: PageSize, wanted: tuple[str, str], content: bytes | StorageError) -> Exhibit | Refusal:
    from disputes.case.exhibiting import exhibit_or_refusal  # heavy: only this task pays for it

    if isinstance(content, StorageError):
        document, name = wanted
        return Refusal(document, PurePosixPath(name).name, f"{content.problem}. {content.remedy}")
    return exhibit_or_refusal(*wanted, content, facts=facts, page_size=size)


def _wanted(gathered: Gathered, documents: set[str], policies: set[str]) -> list[tuple[str, str]]:
    """Document and address of everything that the playbook asks for and the merchant has."""
    of_charge = f"charges/{gathered.dispute.charge_id}/"
    found = choose_files(gathered, documents=documents, policies=policies)
    return [(document, name if name.startswith(POLICIES) else of_charge + name) for document, name in found]


def _names(evidence: S3Store, below: str) -> set[str]:
    return {name.removeprefix(below) for name in evidence.names(below)}
