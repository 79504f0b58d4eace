"""A PDF's pages as pictures. `python -m disputes.desk.drawing` reads a PDF and writes PNGs, each after its length.

What is in the packet's files came from customers, so :func:`draw` draws them in an isolated process, with limits on
time and memory.
"""

import resource
import subprocess
import sys
from io import BytesIO

from disputes.errors import DocumentError

DPI = 108
CPU_SECONDS = 40
MEMORY = 2 * 1024**3
"""Address space, in bytes."""
_SECONDS = 90
_LENGTH = 4


def draw(pdf: bytes, name: str) -> tuple[bytes, ...]:
    """Each page as a PNG.

    :param name: what the reader calls the file, for the error
    :raises DocumentError: it cannot be drawn in time
    """
    command = [sys.executable, "-m", "disputes.desk.drawing"]
    try:
        done = subprocess.run(command, input=pdf, capture_output=True, timeout=_SECONDS, check=True)
    except (subprocess.SubprocessError, OSError) as error:
        raise DocumentError("cannot be shown as pictures", subject=name, remedy="Download it instead") from error
    return _apart(done.stdout)


def _apart(written: bytes) -> tuple[bytes, ...]:
    pages, at = [], 0
    while at < len(written):
        length = int.from_bytes(written[at : at + _LENGTH])
        at += _LENGTH
        pages.append(written[at : at + length])
        at += length
    return tuple(pages)


def main() -> None:
    """Draw what comes on standard input."""
    import pypdfium2

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    for page in document:
        picture = BytesIO()
        page.render(scale=DPI / 72).to_pil().convert("RGB").save(picture, "PNG", compress_level=3)
        content = picture.getvalue()
        sys.stdout.buffer.write(len(content).to_bytes(_LENGTH) + content)


if __name__ == "__main__":
    main()
