"""Which tenants meet in the observed leaks: whose the rows are, and whose they should not be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from auditkit.html_tables import count
from auditkit.incident import Incident
from auditkit.report.figures import Bar, Figure, Series

MOST = 12
"""How many tenants each side of the matrix has at most; the pairs with the most rows come first."""
_UNKNOWN = "unknown"


def pairs(incidents: Iterable[Incident]) -> Figure | None:
    """Return the rows of each pair of tenants as a matrix; None where no pair is known."""
    known = list(incidents)
    met = Counter[tuple[str, str]]()
    for incident in known:
        for pair in incident.pairs:
            met[pair.tenant or _UNKNOWN, pair.other or _UNKNOWN] += pair.rows
    if not met:
        return None
    owners, others = _most(met, 0), _most(met, 1)
    bars = tuple(Bar(owner, tuple(met[owner, other] for other in others)) for owner in owners)
    shown = sum(sum(bar.values) for bar in bars)
    left_out = sum(met.values()) - shown
    unnamed = sum(incident.more_pairs for incident in known)
    more = f"; {count(unnamed, 'more pair')} without a name here" if unnamed else ""
    rest = f"; {left_out:,} rows of other tenants" if left_out else ""
    title = f"Which tenants meet in {shown:,} leaked rows? The owner downwards, the other across{rest}{more}"
    return Figure("tenant-pairs", title, "rows", tuple(Series(o, "ink") for o in others), bars, "matrix")


def _most(met: Counter[tuple[str, str]], side: int) -> list[str]:
    """Return the tenants of one side, those with the most rows first."""
    rows = Counter[str]()
    for pair, n in met.items():
        rows[pair[side]] += n
    return sorted(rows, key=lambda tenant: (-rows[tenant], tenant))[:MOST]
