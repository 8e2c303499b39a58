"""The tenant map as a network: the tables by how they belong to a tenant, and the references between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from auditkit.relations import Origin, ScopeKind
from auditkit.relations.tenant_map import UNSEEN, TablePlace, TenantMap
from auditkit.report.figures import Bar, Figure, Series
from auditkit.report.figures.strokes import TONES, WIDTH, clip, legend, rect, text
from auditkit.report.say import say

SCOPES: Mapping[str, str] = {
    ScopeKind.ROOT: "root", ScopeKind.DIRECT: "direct", ScopeKind.DERIVED: "derived",
    ScopeKind.MEMBERSHIP: "membership", ScopeKind.GLOBAL: "global", ScopeKind.UNKNOWN: "unknown",
    UNSEEN: "waived",
}  # fmt: skip
"""The tone of each scope, in the order of the columns."""
DECLARED, INFERRED = "declared", "inferred"
"""The ways in which a reference is known."""
_TO_ITSELF = " \u21bb"
_APART = frozenset({str(ScopeKind.UNKNOWN), UNSEEN})


def tenant_map(found: TenantMap) -> Figure | None:
    """Return every table as a node and every reference as a link, none left out; None where there is no
    table.
    """
    if not found.tables:
        return None
    present = [s for s in SCOPES if any(p.scope == s for p in found.tables)]
    series = tuple(Series(scope_words(s), SCOPES[s]) for s in present)
    place = {p.table: i for i, p in enumerate(found.tables)}
    bars = tuple(Bar(p.table, (present.index(p.scope), _depth(p)), _evidence(p)) for p in found.tables)
    several = Counter(
        (place[r.table], place[r.parent], _way(r.origin))
        for r in found.references
        if {r.table, r.parent} <= place.keys()
    )
    title = say(
        "figure.tenant_map" if found.root else "figure.tenant_map_unknown",
        n=len(found.tables),
        root=found.root,
    )
    return Figure(
        "tenant-map", title, say("figure.unit.tables"), series, bars, "network", links=tuple(sorted(several))
    )


def scope_words(scope: str) -> str:
    """Return in words how a table belongs to a tenant."""
    return say(f"figure.scope.{scope.replace(' ', '_')}")


def _depth(placed: TablePlace) -> int:
    """Return how many steps a table is away from the tenants, or from what all share; what is unknown stands
    apart.
    """
    if placed.scope in _APART:
        return -1
    steps = placed.paths[0].count(" -> ") if placed.paths else 0
    return 0 if placed.scope in (ScopeKind.ROOT, ScopeKind.GLOBAL) else 1 + steps


def _way(origin: Origin) -> str:
    return INFERRED if origin is Origin.INFERRED else DECLARED


def _evidence(placed: TablePlace) -> str:
    shared = say("figure.null_is_shared") if placed.null_is_shared else ""
    unknown = say("figure.points_nowhere", columns=", ".join(placed.unknown)) if placed.unknown else ""
    return "; ".join(filter(None, (placed.evidence, shared, unknown)))


def words(figure: Figure) -> str:
    """Return a network as sentences: the tables of each kind, then who refers to whom."""
    kinds = [
        f"{series.label}: {', '.join(bar.label for bar in figure.bars if bar.values[0] == i)}"
        for i, series in enumerate(figure.series)
    ]
    links = [
        say(
            "figure.link",
            table=figure.bars[a].label,
            parent=figure.bars[b].label,
            way=say(f"figure.way.{way}"),
        )
        for a, b, way in figure.links
    ]
    return "; ".join([*kinds, *links]) + "."


def places(figure: Figure) -> dict[int, tuple[int, int]]:
    """Return the column and the line of each node: by its distance from the tenants, what is unknown at the
    end.
    """
    depths = sorted({bar.values[1] for bar in figure.bars} - {-1})
    columns = {depth: i for i, depth in enumerate([*depths, -1])}
    filled: Counter[int] = Counter()
    found = {}
    for i, bar in enumerate(figure.bars):
        column = columns[bar.values[1]]
        found[i] = (column, filled[column])
        filled[column] += 1
    return found


def drawn(figure: Figure) -> tuple[str, int]:
    """Return a network as SVG, and its height: a column for each distance from the tenants; a reference leads
    to the left.
    """
    key, top = legend((s.tone, s.label) for s in figure.series)
    at = places(figure)
    columns = max(column for column, _ in at.values()) + 1
    lines = max(line for _, line in at.values()) + 1
    step, row = WIDTH / columns, 30
    width = min(150.0, step - 40)

    def corner(i: int) -> tuple[float, float]:
        column, line = at[i]
        return column * step, top + 22 + line * row

    out = [key, *(_link(*corner(a), *corner(b), width, way) for a, b, way in figure.links)]
    for i, bar in enumerate(figure.bars):
        x, y = corner(i)
        tone = figure.series[bar.values[0]].tone
        own = _TO_ITSELF if any(a == b == i for a, b, _ in figure.links) else ""
        place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="22" rx="4"'
        out.append(
            f'<rect {place} fill="{TONES[tone]}" fill-opacity="0.18" stroke="{TONES[tone]}"/>'
            + rect(x, y, 5, 22, tone)
        )
        out.append(text(x + 11, y + 15, clip(bar.label, width - 12) + own, title=f"{bar.label}: {bar.note}"))
    bottom = top + 22 + lines * row
    out.append(text(0, bottom + 14, say("figure.network_key", sign=_TO_ITSELF.strip()), small=True))
    return "".join(out), bottom + 22


def _link(x1: float, y1: float, x2: float, y2: float, width: float, way: str) -> str:
    """Return a curve from one node to another; to the right, or in one column, it goes round."""
    if (x1, y1) == (x2, y2):
        return ""
    start, end = (x1, x2 + width) if x1 > x2 else (x1 + width, x2 + width)
    bend = max(14.0, abs(start - end) / 2)
    a, b = (start - bend, end + bend) if x1 > x2 else (start + bend, end + bend)
    dash = ' stroke-dasharray="4 3"' if way == INFERRED else ""
    path = f"M{start:.1f} {y1 + 11:.1f}C{a:.1f} {y1 + 11:.1f} {b:.1f} {y2 + 11:.1f} {end:.1f} {y2 + 11:.1f}"
    tip = f'<circle cx="{end:.1f}" cy="{y2 + 11:.1f}" r="2.5" fill="currentColor" fill-opacity="0.55"/>'
    return f'<path d="{path}" fill="none" stroke="currentColor" stroke-opacity="0.45"{dash}/>{tip}'
