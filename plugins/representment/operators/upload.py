"""Upload the packet's files, each once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from disputes.response.idempotency import idempotency_key
from representment.operators.base import ResponseOperator
from representment.storage.record_names import UPLOADS_STARTED, upload_record

if TYPE_CHECKING:
    from airflow.sdk import Context

    from disputes.packet.manifest import FileEntry

SIDE_BY_SIDE = 4
"""Uploads at the same time; Stripe takes 20 writes a second. Source: https://docs.stripe.com/rate-limits"""
CLOCK_SKEW = 300
"""How many seconds Stripe's clock may be behind ours when we look for our own upload."""


class UploadOperator(ResponseOperator):
    """Upload every file of the manifest with purpose `dispute_evidence`, and record each one's id.

    Stripe does not make uploads idempotent. A retry finds what an earlier try recorded; what was under way when
    it died is found among Stripe's files by its size and its name, which contains dispute, field and digest.
    """

    def execute(self, context: Context) -> dict[str, str]:
        """Return evidence field -> file id."""
        manifest = self.folder.manifest()
        started = self.folder.keep(UPLOADS_STARTED, {"at": int(time.time()), "try": context["ti"].try_number})
        uploaded = self.folder.file_ids(manifest)
        missing = {field: entry for field, entry in manifest.files.items() if field not in uploaded}
        if missing and started["try"] != context["ti"].try_number:
            uploaded |= self._recover(missing, since=started["at"] - CLOCK_SKEW)
        for field, entry in manifest.files.items():
            how = "To upload" if field in missing else "Already uploaded"
            self.log.info("%s: %s, %d pages, %d bytes", how, field, entry.pages, entry.bytes)
        _ = self.stripe.client, self.folder.store.client  # made before the threads share them
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            return uploaded | dict(pool.map(self._upload, missing.items()))

    def _recover(self, missing: dict[str, FileEntry], *, since: int) -> dict[str, str]:
        """Those of the missing files that Stripe has; they are missing no longer."""
        found: dict[str, str] = {}
        wanted = {(self._stripe_name(field, entry), entry.bytes): field for field, entry in missing.items()}
        for file in self.stripe.files_since(since):
            field = wanted.pop((file["filename"], file["size"]), None)
            if field:
                self.log.info("Found an earlier upload of %s: %s", field, file["id"])
                found |= dict([self._keep(field, file)])
                del missing[field]
        return found

    def _upload(self, item: tuple[str, FileEntry]) -> tuple[str, str]:
        field, entry = item
        content = self.folder.file(field, entry)
        key = idempotency_key(self.run.dispute, self.run.round, f"upload-{field}", entry.sha256, 1)
        return self._keep(field, self.stripe.upload(self._stripe_name(field, entry), content, idempotency_key=key))

    def _keep(self, field: str, file: dict[str, Any]) -> tuple[str, str]:
        """Record a file's id; field and id, as they are then."""
        record = self.folder.keep(upload_record(field), {"id": file["id"], "size": file["size"]})
        return field, str(record["id"])

    def _stripe_name(self, field: str, entry: FileEntry) -> str:
        """The file's name at Stripe, to know it again: a file of another dispute with the same content is not ours."""
        return f"{self.run.dispute}-{field}-{entry.sha256[:16]}.pdf"
