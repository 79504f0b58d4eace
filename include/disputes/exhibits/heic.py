"""HEIC photographs, as phones take them: read if the extra `heic` is installed, otherwise refused.

The library's wheel contains decoders under the LGPL, so it is not installed by default.
"""

from importlib.util import find_spec

_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")


def is_heic(content: bytes) -> bool:
    """Whether a document is a HEIC photograph that can be read here."""
    return content[4:8] == b"ftyp" and content[8:12] in _BRANDS and find_spec("pi_heif") is not None


def teach_pillow() -> None:
    """Let Pillow open HEIC, only its first picture."""
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False)
