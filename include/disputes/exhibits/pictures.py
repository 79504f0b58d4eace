"""Pictures inside texts: only ever called inside the isolated process of :mod:`.isolation`. None is fetched."""

import base64
import binascii
import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from PIL import Image

from disputes.errors import DocumentError
from disputes.exhibits.blocks import Picture
from disputes.exhibits.image_files import open_images
from disputes.exhibits.images import STEPS, reencode

_DATA = re.compile(r"data:image/[\w.+-]+((?:;[^,;]*)*),(.*)", re.IGNORECASE | re.DOTALL)
_LENGTH = re.compile(r"\s*([0-9]{1,4}(?:\.[0-9]+)?)\s*(px|pt|in|cm|mm)?\s*")
_POINTS = {"px": 0.75, "pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835}
_SCREEN = 0.75
"""Points per screen pixel."""
_TINY = 3
"""Pixels up to which a picture is a tracking pixel or a spacer."""


class Pictures:
    """The pictures that came with a document.

    :ivar used: the addresses of those that were shown
    """

    def __init__(self, beside: Mapping[str, bytes] | None = None) -> None:
        """Take the pictures that came with the document, by address, like `cid:logo`."""
        self._beside = beside or {}
        self.used: set[str] = set()

    def load(self, element: Any, styles: Mapping[str, str]) -> Picture | None:
        """The picture of an `img`; None when it did not come with the document, or cannot be read."""
        address = (element.get("src") or "").strip()
        content = self._beside.get(address, self._beside.get(unquote(address)))
        if content is None:
            content = _in_address(address)
        if content is None:
            return None
        try:
            image = next(open_images(content))
        except (DocumentError, OSError, ValueError, SyntaxError):
            return None
        self.used.add(address if address in self._beside else unquote(address))
        width, height = _size(element, styles, image.width * _SCREEN, image.height * _SCREEN)
        return Picture(_encode(image, max(width, height)), width, height)


def is_tiny(element: Any, styles: Mapping[str, str]) -> bool:
    """Whether a picture is only there to be fetched, or to leave space."""
    sizes = (_length(styles.get(side) or element.get(side)) for side in ("width", "height"))
    return any(size is not None and size <= _TINY * _SCREEN for size in sizes)


def _encode(image: Image.Image, longest: float) -> bytes:
    """As JPEG, or as PNG where that is smaller and nothing is reduced."""
    jpeg, size = reencode(image, STEPS[0], longest=longest)
    if size != image.size:
        return jpeg
    out = BytesIO()
    image.save(out, "PNG")
    return min(jpeg, out.getvalue(), key=len)


def _in_address(address: str) -> bytes | None:
    found = _DATA.fullmatch(address)
    if found is None:
        return None
    try:
        data = unquote_to_bytes(found.group(2))
        return base64.b64decode(data) if ";base64" in found.group(1).lower() else data
    except binascii.Error:
        return None


def _size(element: Any, styles: Mapping[str, str], width: float, height: float) -> tuple[float, float]:
    """As the document asks, in points; the shape is kept where it says only one side."""
    asked = [_length(styles.get(side) or element.get(side)) for side in ("width", "height")]
    if asked[0] and asked[1]:
        return asked[0], asked[1]
    scale = asked[0] / width if asked[0] else asked[1] / height if asked[1] else 1.0
    return width * scale, height * scale


def _length(value: str | None) -> float | None:
    found = _LENGTH.fullmatch(value or "")
    return float(found.group(1)) * _POINTS[found.group(2) or "px"] if found else None
