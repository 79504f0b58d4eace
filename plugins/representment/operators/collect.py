"""Collect the documents that the playbook asks for and make them into exhibits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from disputes.claims import claim_of
from disputes.documents import chosen, chosen_policies
from disputes.errors import DocumentError
from disputes.playbook import playbook_for
from representment.hooks.documents_hook import DocumentsHook
from representment.operators.base import ResponseOperator
from representment.settings import EVIDENCE_URI, PAGE_SIZE, page_size

if TYPE_CHECKING:
    from airflow.sdk import Context

    from disputes.exhibits import Exhibit

OPENED_SIDE_BY_SIDE = 2
"""Documents opened at the same time; each has a process of its own."""


class CollectOperator(ResponseOperator):
    """Read the order's documents and the policies in force, and write `exhibits/*.pdf` and `exhibits.json`.

    A document that cannot be used is named in `exhibits.json`; the packet goes on without it.

    :param evidence_uri: `s3://…` below which the merchant keeps facts, documents and policies (templated)
    :param page_size: `a4` or `us-letter` (templated)
    """

    template_fields = (*ResponseOperator.template_fields, "evidence_uri", "page_size")

    def __init__(self, *, evidence_uri: str = EVIDENCE_URI, page_size: str = PAGE_SIZE, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.evidence_uri = evidence_uri
        self.page_size = page_size

    def execute(self, context: Context) -> str:
        """Return the address of `exhibits.json`."""
        if self.folder.record("exhibits.json") is None:
            self._collect()
        return self.folder.documents.uri(f"{self.folder.revision}/exhibits.json")

    def _collect(self) -> None:
        evidence = DocumentsHook(self.evidence_uri, aws_conn_id=self.aws_conn_id)
        wanted = self._wanted(evidence)
        contents = evidence.read_all(name for _, name in wanted)
        with ThreadPoolExecutor(OPENED_SIDE_BY_SIDE) as pool:
            made = list(pool.map(self._exhibit, wanted, contents))
        exhibits = [self._keep(number, one) for number, one in enumerate(made) if not isinstance(one, dict)]
        refused = [one for one in made if isinstance(one, dict)]
        for one in refused:
            self.log.warning("%s is left out: %s", one["filename"], one["reason"])
        self.folder.keep("exhibits.json", {"exhibits": exhibits, "refused": refused})

    def _wanted(self, evidence: DocumentsHook) -> list[tuple[str, str]]:
        """Document and name of everything that the playbook wants and the merchant has."""
        dispute = self.folder.dispute()
        playbook = playbook_for(claim_of(dispute).name)
        wishes = playbook.documents((self.folder.record("product.json") or {})["product_type"])
        below = f"charges/{dispute.charge_id}/documents/"
        held = {name.removeprefix(below) for name in evidence.names(below)}
        documents = [(wish.document, below + name) for wish, name in chosen(held, wishes)]
        policies = [
            (wish.document, f"policies/{name}")
            for wish, name in chosen_policies(
                {name.removeprefix("policies/") for name in evidence.names("policies/")}, wishes, self.folder.facts()
            )
        ]
        return list(dict.fromkeys(documents + policies))

    def _keep(self, number: int, exhibit: Exhibit) -> dict[str, Any]:
        name = f"exhibits/{number:02d}-{exhibit.document}.pdf"
        self.folder.documents.write_once(f"{self.folder.revision}/{name}", exhibit.pdf)
        return {"document": exhibit.document, "filename": exhibit.filename, "name": name}

    def _exhibit(self, wanted: tuple[str, str], content: bytes) -> Exhibit | dict[str, str]:
        from disputes.exhibits import make_exhibit  # heavy: only this task pays for it

        document, name = wanted
        filename = name.rpartition("/")[2]
        try:
            return make_exhibit(document, filename, content, page_size=page_size(self.page_size))
        except DocumentError as error:
            return {"document": document, "filename": filename, "reason": f"{error.problem}. {error.remedy}"}
