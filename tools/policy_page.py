"""The keys of the policy file, from its models: a page for people, and a JSON Schema for editors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from auditkit.policy.policy import Policy
from auditkit.vocabulary import ARTICLE_9_CONDITIONS, DATA_CATEGORIES, LEGAL_BASES, sensitivity
from tools.markdown import GENERATED

_Schema = Mapping[str, Any]

_INTRODUCTION = """\
# Keys of the policy

[The policy file](policy.md) says how periods and conditions are written. The
[JSON Schema](policy.schema.json) lets an editor check a policy while you write it.

## Top level
"""
_CATEGORIES = """\
These are the `user.*` keys of fideslang 3.1.4 (Ethyca, CC BY 4.0). A category covers those below it:
`user.contact` covers `user.contact.email`. `none`, with a reason, declares that a column is not personal.
"""


def pages(folder: str) -> dict[str, str]:
    """Return the page and the schema, by path."""
    return {
        f"{folder}/policy-keys.md": page(),
        f"{folder}/policy.schema.json": json.dumps(Policy.json_schema(), indent=1) + "\n",
    }


def page() -> str:
    """Return the reference of every key."""
    schema = Policy.json_schema()
    lines = [GENERATED + _INTRODUCTION, *_keys(schema)]
    for name, block in sorted(schema["$defs"].items()):
        lines += [f"\n## {name}\n", *_paragraph(block.get("description", "")), *_keys(block)]
    lines += [
        "\n## Legal bases\n",
        "| legal_basis | article |",
        "|---|---|",
        *(f"| `{k}` | {v} |" for k, v in LEGAL_BASES.items()),
    ]
    lines += [
        "\n| article9 | article |",
        "|---|---|",
        *(f"| `{k}` | {v} |" for k, v in ARTICLE_9_CONDITIONS.items()),
    ]
    lines += ["\n## Data categories\n", _CATEGORIES, "| category | sensitivity |", "|---|---|"]
    lines += [f"| `{key}` | {sensitivity(key).replace('_', ' ')} |" for key in sorted(DATA_CATEGORIES)]
    return "\n".join(lines) + "\n"


def _paragraph(text: str) -> Iterator[str]:
    yield from (" ".join(text.split()), "") if text else ()


def _keys(block: _Schema) -> Iterator[str]:
    yield "| key | value | meaning |"
    yield "|---|---|---|"
    required = block.get("required", ())
    for key, value in block["properties"].items():
        yield (
            f"| `{key}` | {_kind(value)}{', required' if key in required else ''} |"
            f" {value.get('description', '')} |"
        )


def _kind(value: _Schema) -> str:
    """Return in words what a key takes."""
    match value:
        case {"$ref": str(reference)}:
            name = reference.rpartition("/")[2]
            return f"[{name}](#{name.lower()})"
        case {"anyOf": forms}:
            kinds = [_kind(form) for form in forms if form.get("type") != "null"]
            return " or ".join(dict.fromkeys(kinds))
        case {"format": "legal basis" | "condition of Art. 9(2)" | "data category" as form}:
            return f"[{form}](#{'data-categories' if form == 'data category' else 'legal-bases'})"
        case {"format": "period" | "condition" | "clock" as form}:
            return f"[{form}](policy.md#{form}s)"
        case {"format": "table.column"}:
            return "`table.column`"
        case {"enum": choices}:
            return ", ".join(f"`{choice}`" for choice in choices)
        case {"const": only}:
            return f"`{only}`"
        case {"type": "array", "items": items}:
            return f"list of {_kind(items)}"
        case {"type": "object", "additionalProperties": Mapping() as items}:
            return f"name: {_kind(items)}"
        case {"type": "object", "properties": Mapping() as keys}:
            return " or ".join(f"`{key}: ...`" for key in keys)
        case {"format": "date"}:
            return "day"
    return {"string": "text", "integer": "number", "boolean": "`true` or `false`"}.get(
        str(value.get("type")), "text"
    )
