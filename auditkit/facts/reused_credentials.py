from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.facts.credential_digests import Held
from auditkit.facts.environment_pair import EnvironmentPair, environment_of
from auditkit.outcome import BLIND, Cause, Missing

SCHEMA = pa.schema(
    [("table", pa.string()), ("column", pa.string()), ("target", pa.string()), ("rows", pa.int64()), ("of", pa.int64()),
     ("credentials", pa.int64()), ("confidence", pa.string())]
)  # fmt: skip


def reused_credentials(environment_pair: EnvironmentPair, credential_digests: Held) -> ir.Table | Missing:
    """The columns of the first environment whose credentials stand in the other: one row for each two
    columns, with counts alone.
    """
    there = [
        [d for d in credential_digests.digests if d.environment == name]
        for name in (environment_pair.one, environment_pair.other)
    ]
    sure = "high" if environment_pair.sure else "medium"
    found = []
    for one in there[0]:
        for other in there[1]:
            if shared := one.shared_with(other):
                told = {
                    "rows": sum(one.own[d] for d in shared),
                    "of": one.own.total(),
                    "credentials": len(shared),
                    "confidence": sure,
                }
                found.append(
                    {
                        "table": one.table,
                        "column": one.column,
                        "target": f"{other.table}.{other.column}",
                        **told,
                    }
                )
    if not found:
        both = (environment_pair.one, environment_pair.other)
        blind = {
            n: m
            for n, m in credential_digests.unread.items()
            if environment_of(n) in both and m.cause in BLIND
        }
        if blind:
            return Missing(
                next(iter(blind.values())).cause,
                f"not every table could be read, so that none can be called clean: {', '.join(blind)}",
            )
        if not all(there):
            empty = " and ".join(name for name, held in zip(both, there, strict=True) if not held)
            return Missing(
                Cause.NOT_APPLICABLE,
                f"{empty} has no column that is declared as a credential or named like one",
            )
    return ibis.memtable(pa.Table.from_pylist(found, schema=SCHEMA))
