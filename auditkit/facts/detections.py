"""What the search for personal data found in a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import fact
from auditkit.detection import ColumnVerdict, Profile
from auditkit.detection.header import read
from auditkit.facts.relation import Examined
from auditkit.facts.sensitive import is_credential, is_sensitive
from auditkit.policy import ColumnPolicy
from auditkit.vocabulary import ENTITIES, Sensitivity, sensitivity

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("kind", "table", "column", "entity", "category")]
    + [(name, pa.string()) for name in ("verdict", "confidence", "named")]
    + [(name, pa.int64()) for name in ("rows", "of", "cells")]
    + [(name, pa.bool_()) for name in ("free_text", "sensitive", "special", "credential")]
)
CONFIDENCE = {"certain": "high", "likely": "medium"}
"""How sure it is that a column is of one kind throughout."""
PLAIN = 4.4
"""The log-odds from which a name says what a column holds; a lone `name`, as of a product, has less."""
SEVERAL_WAYS = frozenset(
    "address addresses adresse adresses direccion indirizzo adres endereco contact contacts kontakt contacto"
    " contatto".split()
)
"""Words for more than one way to reach somebody, such as an e-mail or a postal address."""
SPECIAL = frozenset({Sensitivity.SPECIAL_CATEGORY, Sensitivity.CRIMINAL})


@fact
def detections(
    verdicts: Mapping[str, ColumnVerdict],
    profile: Profile,
    relation: Examined,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> ir.Table:
    """What was found in the table, and what the policy declares for it: names, entities and counts.

    The rows are of four kinds:

    - `column`: one for each column, with its `verdict` (certain, likely, mixed, review, none, empty) and
      `confidence`. `rows` cells hold the `entity`, or anything personal where the column is mixed;
      `of` are not empty. `named` is the category that the name
      of the column plainly says, where it leaves no room for the entity.
    - `inside`: one for each other entity in a column, or for each in a mixed one. `rows` cells hold it,
      `cells` hold any.
    - `name`: one for each column whose name is itself a value.
    - `declared`: one for each column that the policy declares as personal.

    `special` says that the category is one of Art. 9 or 10. `sensitive` is also true for credentials and
    payment data. `credential` says that there are passwords, keys or tokens and, in a mixed column, nothing
    else that is personal.
    """
    table = relation.name
    found = [row for v in verdicts.values() for row in (_column(v, profile), *_inside(v, profile))]
    names = [
        _row(
            "name",
            table,
            column,
            entity,
            profile.custom.category(entity),
            verdict="certain",
            confidence="high",
        )
        for column, entity in relation.value_names.items()
    ]
    declared = [
        _row("declared", table, column, None, stated.category, confidence="high")
        for column, stated in (columns or {}).items()
        if stated.personal
    ]
    return ibis.memtable(pa.Table.from_pylist([*found, *names, *declared], schema=SCHEMA))


def _row(
    kind: str, table: str, column: str, entity: str | None, category: str | None, **values: object
) -> dict[str, object]:
    row: dict[str, object] = {
        "kind": kind, "table": table, "column": column, "entity": entity, "category": category,
        "free_text": entity == "FREE_TEXT", "sensitive": is_sensitive(category),
        "special": category is not None and sensitivity(category) in SPECIAL,
        "credential": is_credential(category),
    }  # fmt: skip
    return {**row, **values}


def _column(v: ColumnVerdict, profile: Profile) -> dict[str, object]:
    entity, rows = _mixed(v, profile) if v.verdict == "mixed" else (v.entity, v.matches)
    return _row(
        "column",
        v.table,
        v.column,
        entity,
        profile.custom.category(entity),
        verdict=v.verdict,
        confidence="high" if v.verdict == "mixed" else CONFIDENCE.get(v.verdict, "low"),
        rows=rows,
        of=v.rows - v.nulls,
        named=_named(v.column, entity) if entity is not None else None,
    )


def _mixed(v: ColumnVerdict, profile: Profile) -> tuple[str | None, int]:
    """Return what most cells of a mixed column hold besides credentials, and how many hold anything such.

    Where there is nothing but credentials, it is the credential.
    """
    others = {e: n for e, n in v.contains.items() if not is_credential(profile.custom.category(e))}
    if not others or len(others) == len(v.contains):
        return v.entity, v.inside
    most = v.entity if v.entity in others else max(sorted(others), key=lambda entity: others[entity])
    return most, min(v.inside, sum(others.values()))


def _named(column: str, entity: str) -> str | None:
    """Return the category that a name plainly says; None where it says nothing, or may mean the entity."""
    header = read(column)
    kind = ENTITIES[entity].kind if entity in ENTITIES else None
    if header.flag or header.says.keys() & {entity, kind} or set(header.tokens) <= SEVERAL_WAYS:
        return None
    plain = {e: weight for e, weight in header.says.items() if weight >= PLAIN}
    return ENTITIES[max(sorted(plain), key=lambda e: plain[e])].category if plain else None


def _inside(v: ColumnVerdict, profile: Profile) -> Iterator[dict[str, object]]:
    for entity, count in sorted(v.contains.items()):
        yield _row(
            "inside",
            v.table,
            v.column,
            entity,
            profile.custom.category(entity),
            confidence="high",
            rows=count,
            of=v.rows - v.nulls,
            free_text=v.entity == "FREE_TEXT",
            cells=v.inside,
        )
