"""The benchmark of columns: its tables are labelled, and what services export is read as they document it."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks" / "columns"


def module(name):
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", FOLDER / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


EXPORTS = {
    "dlp": [
        {"tableId": "people", "column": "mail", "columnInfoType": {"infoType": {"name": "EMAIL_ADDRESS"}}},
        {"tableId": "people", "column": "day", "columnInfoType": {"infoType": {"name": "DATE"}}},
        {"tableId": "people", "column": "sku"},
        *2
        * [
            {
                "infoType": {"name": "PERSON_NAME"},
                "likelihood": "LIKELY",
                "location": {
                    "contentLocations": [
                        {
                            "containerName": "bucket/people.csv",
                            "recordLocation": {"fieldId": {"name": "name"}},
                        }
                    ]
                },
            }
        ],
    ],
    "macie": [
        {
            "resourcesAffected": {"s3Object": {"key": "folder/people.csv"}},
            "classificationDetails": {
                "result": {
                    "sensitiveData": [
                        {
                            "detections": [
                                {
                                    "type": "NAME",
                                    "occurrences": {"cells": [{"columnName": "name", "row": 2}]},
                                },
                                {"type": "EMAIL_ADDRESS", "occurrences": {"cells": [{"columnName": "mail"}]}},
                            ]
                        }
                    ]
                }
            },
        }
    ],
    "purview": [
        {
            "typeName": "tabular_column",
            "attributes": {"name": name, "qualifiedName": f"https://x/people.csv#__tabular_schema//{name}"},
            "classifications": [{"typeName": label}] if label else None,
        }
        for name, label in (
            ("name", "MICROSOFT.PERSONAL.NAME"),
            ("mail", "MICROSOFT.PERSONAL.EMAIL"),
            ("sku", ""),
        )
    ],
}


@pytest.mark.parametrize("service", EXPORTS)
@pytest.mark.parametrize("form", ["list", "lines", "object"])
def test_exports_of_services_are_read(tmp_path, service, form):
    records, file = EXPORTS[service], tmp_path / "export.json"
    written = {
        "list": json.dumps(records),
        "lines": "\n".join(map(json.dumps, records)),
        "object": json.dumps({"entities" if service == "purview" else "findings": records}),
    }
    file.write_text(written[form], encoding="utf-8")
    found = module("exports").READERS[service](file, 3)
    assert found == {("people", "name"), ("people", "mail")}


def test_the_tables_are_the_same_for_a_seed_and_every_column_has_a_label():
    tables = module("tables")
    columns = [column for locale in ("de_DE", "th_TH") for column in _of(tables, locale)]
    assert columns == [column for locale in ("de_DE", "th_TH") for column in _of(tables, locale)]
    assert {column.kind for column in columns} >= {"given name", "e-mail", "day of birth", ""}
    for blind in (False, True):
        held = tables.frames(columns, blind=blind)
        places = [tables.shown(column, columns, blind=blind) for column in columns]
        assert len(set(places)) == len(columns)
        assert {(table, name) for table, rows in held.items() for name in rows} == set(places)


def _of(tables, locale):
    words = "; ".join(tables.KINDS)
    return list(tables._of_locale(locale, words, 1, 4))
