"""Opens untrusted documents in a process of its own, with limits on time and memory.

`python -m disputes.opening JOB SIZE DPI JPEG` reads a document from standard input and writes a PDF to standard output.
A refusal leaves as JSON on standard error with exit status 3; any other end means a broken or hostile document.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from typing import BinaryIO, TextIO

from disputes.cleaning import clean_image, clean_pdf, shrink_pdf
from disputes.errors import DocumentError
from disputes.images import Quality
from disputes.sheets import PageSize, Sheet

SECONDS = 60
"""By the wall clock, for one document."""
CPU_SECONDS = 30
MEMORY = 2 * 1024**3
"""Address space, in bytes."""
MAX_BYTES = 50_000_000
"""Of one document; a larger one is refused unopened."""

JOBS: dict[str, Callable[[bytes, Sheet, Quality], bytes]] = {
    "pdf": clean_pdf,
    "image": clean_image,
    "shrink": shrink_pdf,
}
_REFUSED = 3


def opened(job: str, content: bytes, size: PageSize, quality: Quality, *, filename: str) -> bytes:
    """Do a job of `JOBS` on a document in the guarded process.

    :param filename: the merchant's name for the document, for the error
    :raises DocumentError: when the document is refused, broken, too large, or takes too much time or memory
    """
    if len(content) > MAX_BYTES:
        raise DocumentError(
            f"has {len(content)} bytes, more than {MAX_BYTES}",
            subject=filename,
            remedy="Supply fewer pages, or smaller scans",
        )
    command = [sys.executable, "-m", "disputes.opening", job, size, str(quality.dpi), str(quality.jpeg)]
    # Nothing of ours that is secret goes along: a hostile document finds an environment with search paths only.
    paths = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH") if name in os.environ}
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, env=paths, check=False)
    except subprocess.TimeoutExpired:
        raise DocumentError(
            f"could not be opened within {SECONDS} seconds", subject=filename, remedy="Print it to a new PDF"
        ) from None
    if done.returncode == _REFUSED:
        raise DocumentError(subject=filename, **json.loads(done.stderr.splitlines()[-1]))
    if done.returncode:
        raise DocumentError(
            "cannot be read: it is broken, or needs too much time or memory",
            subject=filename,
            remedy="Open it in a viewer and print it to a new PDF",
        )
    return done.stdout


def limit_process() -> None:
    """Bind this process to the limits; there is no way back."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(arguments: list[str], source: BinaryIO, target: BinaryIO, errors: TextIO) -> int:
    """Do one job; the exit status."""
    job, size, dpi, jpeg = arguments
    try:
        target.write(JOBS[job](source.read(), Sheet(size), Quality(int(dpi), int(jpeg))))  # type: ignore[arg-type]
    except DocumentError as error:
        print(json.dumps({"problem": error.problem, "remedy": error.remedy}), file=errors)
        return _REFUSED
    return 0


if __name__ == "__main__":  # pragma: no cover  (runs in the guarded process, which is not measured)
    limit_process()
    sys.exit(main(sys.argv[1:], sys.stdin.buffer, sys.stdout.buffer, sys.stderr))
