"""One way to write a value as JSON, so that the same content is the same bytes everywhere."""

import json
from typing import Any


def canonical_json(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys, no extra whitespace and a final newline.

    :param value: plain JSON values: str, int, float, bool, None, lists and dicts of them
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"{text}\n".encode()
