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
from auditkit.naming.paths import column_of
from auditkit.policy import ColumnPolicy
from auditkit.vocabulary import ENTITIES, Sensitivity, sensitivity

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("kind", "table", "column", "path", "entity", "category")]
    + [(name, pa.string()) for name in ("verdict", "confidence", "named")]
    + [(name, pa.int64()) for name in ("rows", "of", "cells")]
    + [(name, pa.bool_()) for name in ("whole", "free_text", "sensitive", "special", "credential")]
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
LISTED_PATHS = 10
"""How many paths a finding lists; the profile and the inventory have them all."""
SPECIAL = frozenset({Sensitivity.SPECIAL_CATEGORY, Sensitivity.CRIMINAL})


@fact
def detections(
    verdicts: Mapping[str, ColumnVerdict],
    profile: Profile,
    relation: Examined,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> ir.Table:
    """What was found in the table, and what the policy declares for it: names, entities and counts.

    The rows are of five kinds:

    - `column`: one for each column, with its `verdict` (certain, likely, mixed, review, none, empty) and
      `confidence`. `rows` cells hold the `entity`, or anything personal where the column is mixed;
      `of` are not empty. `named` is the category that the name
      of the column plainly says, where it leaves no room for the entity.
    - `path`: the same for each path of the documents in a column. `column` is the column, and `path` the
      name of the path.
    - `inside`: one for each other entity in a column, or for each in a mixed one. `rows` cells hold it,
      `cells` hold any. What stands at a path of documents has the `path`; `whole` says that the path
      as a whole holds it.
    - `name`: one for each column whose name is itself a value.
    - `declared`: one for each column that the policy declares as personal.

    `special` says that the category is one of Art. 9 or 10. `sensitive` is also true for credentials and
    payment data. `credential` says that there are passwords, keys or tokens and, in a mixed column, nothing
    else that is personal.
    """
    table = relation.name
    stated = columns or {}
    found = [
        row
        for v in verdicts.values()
        for row in (*_columns(v, profile), *_inside(v, profile, frozenset(stated)))
    ]
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
        _row("declared", table, column_of(name), None, one.category, confidence="high", path=_path(name))
        for name, one in stated.items()
        if one.personal
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


def listed_paths(found: ir.Table) -> ir.StringValue:
    """Return the names of the paths in rows of `detections`, the first ones; null without any."""
    names = found.path.collect(distinct=True, order_by=found.path)
    return names[:LISTED_PATHS].join(", ").nullif("")


def _columns(v: ColumnVerdict, profile: Profile) -> Iterator[dict[str, object]]:
    """Yield the row of a column, and those of the paths of its documents."""
    for seen in (v, *v.paths):
        entity, rows = _mixed(seen, profile) if seen.verdict == "mixed" else (seen.entity, seen.matches)
        yield _row(
            "column" if seen is v else "path",
            v.table,
            v.column,
            entity,
            profile.custom.category(entity),
            path=None if seen is v else seen.column,
            verdict=seen.verdict,
            confidence="high" if seen.verdict == "mixed" else CONFIDENCE.get(seen.verdict, "low"),
            rows=rows,
            of=seen.rows - seen.nulls,
            named=_named(v.column, entity) if seen is v and entity is not None else None,
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


def _inside(v: ColumnVerdict, profile: Profile, declared: frozenset[str]) -> Iterator[dict[str, object]]:
    """Yield what stands inside the cells of a column: at each path, and what no path explains.

    How many cells hold any is known of the column as a whole; where the policy declares some of its paths,
    each path counts for itself.
    """
    apart = any(path.column in declared for path in v.paths)
    by_path = [
        (path.column, entity, n, whole) for path in v.paths for entity, n, whole in _held(path, v.contains)
    ]
    explained = {entity for _, entity, *_ in by_path} if not v.cut else set()
    others = [(None, entity, n, False) for entity, n in sorted(v.contains.items()) if entity not in explained]
    for name, entity, n, whole in (*by_path, *others):
        yield _row(
            "inside",
            v.table,
            v.column,
            entity,
            profile.custom.category(entity),
            path=name,
            whole=whole,
            confidence="high",
            rows=n,
            of=v.rows - v.nulls,
            free_text=v.entity == "FREE_TEXT",
            cells=n if apart and name is not None else v.inside,
        )


def _held(path: ColumnVerdict, cells: Mapping[str, int]) -> Iterator[tuple[str, int, bool]]:
    """Yield what a path holds, in how many cells of its column at most, and whether as a whole."""
    if path.verdict in CONFIDENCE and path.entity not in (None, "FREE_TEXT"):
        entity, filled = str(path.entity), path.rows - path.nulls
        yield entity, min(filled, cells.get(entity, filled)), True
    for entity, n in sorted(path.contains.items()):
        yield entity, min(n, cells.get(entity, n)), False


def _path(name: str) -> str | None:
    """Return a name that the policy declares where it is that of a path, and not of a column."""
    return name if column_of(name) != name else None
