"""The JSON Schema of the policy file: what pydantic makes of the classes, plus the short forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from auditkit.policy.fields import LONE, SHORT

Schema = Mapping[str, Any]

_NULL = {"type": "null"}


def of(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON Schema of a policy class.

    A key that is not required may be null, and a value that has a short form may be written in it.
    """
    whole = model.model_json_schema()
    blocks: Schema = whole.pop("$defs")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_block(model.__name__, whole, blocks),
        "$defs": {name: _block(name, block, blocks) for name, block in blocks.items()},
    }


def _block(name: str, block: Schema, blocks: Schema) -> dict[str, Any]:
    required = block.get("required", ())
    kept = {key: value for key, value in block.items() if key != SHORT}
    description = " ".join(str(block["description"]).partition(">>>")[0].split())
    keys = {
        key: _value(key, value, blocks, required=key in required)
        for key, value in block["properties"].items()
    }
    return {**kept, "title": name, "description": description, "properties": keys}


def _value(key: str, value: Schema, blocks: Schema, *, required: bool) -> dict[str, Any]:
    """Return the values that a key may have, without the titles that pydantic makes from names."""
    made_up = key.replace("_", " ").title()
    bare = {
        k: v
        for k, v in value.items()
        if k not in ("description", "default", LONE) and (k, v) != ("title", made_up)
    }
    stated = [form for form in bare.get("anyOf", [bare]) if form != _NULL]
    forms = [form for one in stated for form in _forms(one, blocks)]
    if isinstance(items := bare.get("additionalProperties"), Mapping):
        forms = [{**bare, "additionalProperties": {"anyOf": [*_forms(items, blocks), _NULL]}}]
    if value.get(LONE):
        forms = [bare["items"], *forms]
    if not required:
        forms = [*forms, _NULL]
    described = {"description": value["description"]}
    return {**described, **forms[0]} if len(forms) == 1 else {**described, "anyOf": forms}


def _forms(value: Schema, blocks: Schema) -> list[Schema]:
    """Return the forms in which a block may be written: its short form where it has one, then the block."""
    block = blocks.get(str(value.get("$ref", "")).rpartition("/")[2], {})
    return [block["properties"][block[SHORT]], value] if SHORT in block else [value]
