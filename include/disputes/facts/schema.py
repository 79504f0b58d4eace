"""The JSON Schema of a merchant's facts document, for editors and for those who write the export."""

import json
from typing import Any, Literal

from pydantic import TypeAdapter

from disputes.facts.members import GROUPS, MEMBERS, STRIPES_OWN
from disputes.facts.types import Moment, ProductType, Text


def facts_schema() -> bytes:
    """JSON Schema (draft 2020-12) as published in `schemas/facts.schema.json`."""
    kinds: dict[str, Any] = {"charge": Text, "product_type": ProductType, "source": Text, "at": Moment}
    kinds |= {name: kind for name, kind in MEMBERS.items() if name not in STRIPES_OWN}
    inputs: list[tuple[str, Literal["validation"], TypeAdapter[Any]]]
    inputs = [(name, "validation", TypeAdapter(kind)) for name, kind in kinds.items()]
    made, definitions = TypeAdapter.json_schemas(inputs)
    part = {name: made[name, "validation"] for name in kinds}
    facts = {group: _object(members) for group in GROUPS if (members := _facts(group, part))}
    document = _object(
        {"charge": part["charge"], "product_type": part["product_type"], "facts": _object(facts)},
        required=["charge", "product_type"],
    )
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Facts of one charge"}
    definitions["$defs"] |= {"source": part["source"], "at": part["at"]}
    return (json.dumps(head | document | definitions, indent=1, ensure_ascii=False) + "\n").encode()


def _facts(group: str, part: dict[str, Any]) -> dict[str, Any]:
    values = {member: part.get(f"{group}.{member}") for member in GROUPS[group]}
    return {
        member: _object(
            {"value": value, "source": {"$ref": "#/$defs/source"}, "at": {"$ref": "#/$defs/at"}},
            required=["value", "source", "at"],
        )
        for member, value in values.items()
        if value
    }


def _object(properties: dict[str, Any], *, required: list[str] | None = None) -> dict[str, Any]:
    shape = {"type": "object", "additionalProperties": False, "properties": properties}
    return shape | {"required": required} if required else shape
