"""What the services of clouds say of columns, read from their exports: which columns they call personal.

Write the tables of the benchmark (`--write FOLDER`), let a service look at them, and give its export:
`--export dlp=FILE`. The readers follow the documented formats. No result of a service is part of this
project.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

Columns = set[tuple[str, str]]

_NOT_PERSONAL = frozenset("DATE TIME DOMAIN_NAME URL ORGANIZATION_NAME LOCATION GENERIC_ID".split())
_SURE = frozenset({"LIKELY", "VERY_LIKELY"})


def dlp(file: Path, rows: int) -> Columns:
    """Return the columns that Google's Sensitive Data Protection calls personal.

    The export is either of data profiles (one object for each column), or of the findings of an inspection,
    of which a column has at least half as many as rows.
    """
    found: Columns = set()
    cells: Counter[tuple[str, str]] = Counter()
    for record in _records(file):
        profile = record.get("columnProfile", record)
        if "column" in profile:
            kind = _at(profile, "columnInfoType", "infoType", "name")
            if kind and kind not in _NOT_PERSONAL:
                found.add((profile["tableId"], profile["column"]))
            continue
        if record.get("likelihood") in _SURE and _at(record, "infoType", "name") not in _NOT_PERSONAL:
            for place in _at(record, "location", "contentLocations") or ():
                if column := _at(place, "recordLocation", "fieldId", "name"):
                    cells[_stem(place["containerName"]), column] += 1
    return found | {column for column, n in cells.items() if 2 * n >= rows}


def macie(file: Path, rows: int) -> Columns:
    """Return the columns in which Amazon Macie found sensitive data.

    A finding names up to 15 cells of each kind, so one cell is enough.
    """
    return {
        (_stem(_at(record, "resourcesAffected", "s3Object", "key")), cell["columnName"])
        for record in _records(file)
        for group in _at(record, "classificationDetails", "result", "sensitiveData") or ()
        for detection in group.get("detections", ())
        for cell in _at(detection, "occurrences", "cells") or ()
        if cell.get("columnName")
    }


def purview(file: Path, rows: int) -> Columns:
    """Return the columns that Microsoft Purview has classified, from entities as its data map gives them."""
    return {
        (_stem(entity["attributes"]["qualifiedName"].partition("#")[0]), entity["attributes"]["name"])
        for record in _records(file)
        for entity in record.get("entities", [record])
        if str(entity.get("typeName", "")).endswith("column") and any(map(_is_of_microsoft, _classes(entity)))
    }


def _classes(entity: dict[str, Any]) -> list[dict[str, Any]]:
    return entity.get("classifications") or []


def _is_of_microsoft(classification: dict[str, Any]) -> bool:
    return str(classification.get("typeName", "")).startswith("MICROSOFT.")


def _stem(path: str | None) -> str:
    """Return the name of a file without its folders and its ending."""
    return PurePosixPath(path or "").stem


READERS: Mapping[str, Callable[[Path, int], Columns]] = {"dlp": dlp, "macie": macie, "purview": purview}


def _records(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON list, of JSON lines, or of the list in a JSON object."""
    text = file.read_text(encoding="utf-8").strip()
    try:
        read = json.loads(text)
    except json.JSONDecodeError:
        yield from (json.loads(line) for line in text.splitlines() if line.strip())
        return
    lists = [held for held in read.values() if isinstance(held, list)] if isinstance(read, dict) else [read]
    of_objects = [held for held in lists if held and all(isinstance(one, dict) for one in held)]
    if isinstance(read, dict) and ("entities" in read or len(of_objects) != 1 or "infoType" in read):
        yield read
    else:
        yield from of_objects[0] if of_objects else ()


def _at(record: Any, *path: str) -> Any:
    """Return what stands at a path of keys; None where there is nothing."""
    for key in path:
        record = record.get(key) if isinstance(record, dict) else None
    return record
