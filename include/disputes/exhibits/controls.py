"""What a reader sees of the controls of a form: only ever called inside the isolated process of :mod:`.isolation`."""

from typing import Any

_TICKS = {("checkbox", True): "☑", ("checkbox", False): "☐", ("radio", True): "◉", ("radio", False): "○"}
_UNSEEN = frozenset({"hidden", "image", "range", "color"})
_BUTTONS = frozenset({"submit", "button", "reset"})


def control_text(control: Any) -> str:
    """The text of an `input` or a `select`."""
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [one for one in options if "selected" in one.attrib] or options[:1]
        return ", ".join(" ".join(one.text_content().split()) for one in chosen)
    kind = (control.get("type") or "text").lower()
    if kind in _UNSEEN:
        return ""
    tick = _TICKS.get((kind, "checked" in control.attrib))
    if tick:
        return tick
    value = control.get("value") or ""
    if kind in _BUTTONS:
        return f"[{value}]" if value else ""
    return "•" * len(value) if kind == "password" else value
