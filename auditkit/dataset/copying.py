"""A small source, copied once into the local database: every question is then answered in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from auditkit.dataset.engine import Engine
from auditkit.dataset.errors import SourceError
from auditkit.dataset.listing import list_missing

if TYPE_CHECKING:
    from auditkit.dataset.engines.duckdb.local import LocalDatabase


def copied(engine: Engine) -> LocalDatabase | None:
    """Return the relations of an engine in a local database; None where they stay where they are.

    They have the names that they had, and the types that the local database has for them.
    """
    if not engine.capabilities.copies_small or (copies := engine.small_copies()) is None:
        return None
    from auditkit.dataset.engines.duckdb.local import LocalDatabase

    local = LocalDatabase.start()
    try:
        for name, relation in engine.relations.items():
            copy = copies.get(name, relation.missing)
            if isinstance(copy, pa.Table):
                local.load(name, copy)
                local.add_relation(
                    relation.real_name,
                    name,
                    relation.kind,
                    rows=copy.num_rows,
                    value_names=relation.value_names,
                )
            elif copy is not None:
                list_missing(local, relation.real_name, relation.kind, copy)
    except SourceError:
        local.close()
        return None
    return local
