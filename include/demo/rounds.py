"""What the rounds have left in the bucket."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from demo.responses import Response


@dataclass(frozen=True)
class Rounds:
    """The rounds' own prefix.

    :param s3: a boto3 client.
    :param uri: ``s3://bucket/prefix``.
    """

    s3: Any
    uri: str

    def read(self, name: str) -> bytes | None:
        """The content of a name below the prefix, or None."""
        try:
            content: bytes = self.s3.get_object(Bucket=self._bucket, Key=self._prefix + name)["Body"].read()
        except self.s3.exceptions.NoSuchKey:
            return None
        return content

    def read_json(self, name: str) -> dict[str, Any] | None:
        """The same, as JSON."""
        content = self.read(name)
        value: dict[str, Any] | None = None if content is None else json.loads(content)
        return value

    def names(self, below: str) -> list[str]:
        """Names that begin with this."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix + below)
        return [entry["Key"].removeprefix(self._prefix) for page in pages for entry in page.get("Contents", [])]

    def save_packet(self, response: Response, folder: Path) -> None:
        """Copy what was submitted: the files, the manifest, and the request as it was sent."""
        round_ = f"{response.dispute}/{response.round}"
        packet = f"{round_}/{response.revision}"
        manifest = self.read_json(f"{packet}/manifest.json") or {"files": {}}
        wanted = {f"{packet}/files/{entry['sha256']}.pdf": entry["name"] for entry in manifest["files"].values()}
        wanted[f"{packet}/manifest.json"] = "manifest.json"
        requests = [name for name in self.names(f"{round_}/submit/") if name.endswith("/request.json")]
        # The last attempt is the one that was not refused.
        wanted[max(requests, key=lambda name: int(name.split("/")[-2]))] = "request.json"
        folder.mkdir(parents=True, exist_ok=True)
        for name, file in wanted.items():
            (folder / file).write_bytes(self.read(name) or b"")

    @property
    def _bucket(self) -> str:
        return urlsplit(self.uri).netloc

    @property
    def _prefix(self) -> str:
        path = urlsplit(self.uri).path.strip("/")
        return f"{path}/" if path else ""
