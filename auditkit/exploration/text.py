"""An exploration on a terminal: about one screen, the worst first in each part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, TypeVar

from auditkit.detection.verdict import ColumnVerdict
from auditkit.exploration.hiding import LOW_K, UNIQUE, Hiding
from auditkit.exploration.statements import block
from auditkit.html_tables import count, elided, share
from auditkit.record import Group
from auditkit.report.causes import places, title
from auditkit.report.text import amount, printable, table, where
from auditkit.scanners.retention.other_periods import Effect
from auditkit.vocabulary import ENTITIES

if TYPE_CHECKING:
    from auditkit.exploration.exploration import Exploration

WIDTH = 110
"""A line is no longer than this, where nobody asks for another width."""
MOST = 5
"""So many items of a part are shown; the last line says how many more there are."""
FEW_PERIODS = ("P1Y", "P2Y", "P3Y", "P5Y", "P10Y")
"""The periods for which there is room on a narrow terminal."""
SHOWN_ABOVE = frozenset({LOW_K, UNIQUE, "pii-free-text", "retention-undeclared"})
"""Checks whose findings are already in a part of their own."""

Item = TypeVar("Item")


def text(found: Exploration, width: int = WIDTH) -> str:
    """Return an exploration as lines of text."""
    return "\n".join(_lines(found, width))


def _lines(found: Exploration, width: int) -> Iterator[str]:
    from auditkit.exploration.exploration import NOTICE

    yield f"{printable(found.source)} on {found.as_of}"
    yield from wrap(NOTICE, width)
    yield from _unseen(found)
    for head, lines in (
        (
            "WHO CAN BE FOUND (k: the smallest group of rows that look alike in these columns)",
            _hiding(found.hiding),
        ),
        ("WHAT WOULD BE OVERDUE (share of the rows, by the period in years)", _ages(found.ages, width - 2)),
        (f"PERSONAL DATA in {_columns(found)}", _personal(found.personal)),
        ("FREE TEXT WITH IDENTIFIERS", _some(found.texts, _in_text)),
        ("TENANTS", _tenants(found)),
        ("WHAT ELSE THE PREVIEW FINDS", _others(other_findings(found))),
    ):
        if body := [part for line in lines for part in _wrapped(line, width - 2)]:
            yield from ("", *wrap(head, width), *(f"  {line}" for line in body))
    yield ""
    if found.next:
        yield "STATE NEXT, in the policy (`auditkit init` prints the whole draft)"
        shown = block(found.next[:MOST], comments=True)
        yield from (f"  {_short(printable(line), width - 2)}" for line in shown)
        if rest := found.next[MOST:]:
            yield f"  # and {count(len(rest), 'more statement')}"
    else:
        yield "Nothing to state next was found by these detectors."


def other_findings(found: Exploration) -> list[Group]:
    """Return the findings of the preview that no other part shows, by cause."""
    return [g for g in found.audit.by_cause if g.findings and g.check not in SHOWN_ABOVE]


def labels(verdicts: Iterable[ColumnVerdict]) -> str:
    """Return in words what columns hold, the most frequent first."""
    kinds = Counter(label(v.entity or "") for v in verdicts)
    return ", ".join(f"{kind} ({n})" if n > 1 else kind for kind, n in kinds.most_common())


def label(entity: str) -> str:
    """Return what an entity is called."""
    return ENTITIES[entity].label if entity in ENTITIES else entity


def started(effect: Effect) -> str:
    """Return the table of an effect and the column with the start of its period."""
    if effect.rule:
        return f"{elided(printable(effect.table))} ({printable(effect.rule)})"
    return where(effect.table, [c for c in effect.columns if "." not in c][:1])


def gains(hiding: Hiding) -> str:
    """Return what coarser columns would gain, step by step, in words; empty where that was not counted."""
    steps = [f"{printable(step.change)} leaves {step.alone:,}" for step in hiding.steps]
    return f"coarser, step by step: {'; then '.join([f'{steps[0]} alone', *steps[1:]])}" if steps else ""


def _unseen(found: Exploration) -> Iterator[str]:
    lines = [
        f"not seen: {printable(name)}: {missing.reason}" for name, missing in found.profile.failed.items()
    ]
    yield from lines[:MOST]
    if rest := lines[MOST:]:
        yield f"not seen: {count(len(rest), 'more table')}"
    if note := found.profile.note:
        yield note


def _hiding(hidden: Sequence[Hiding]) -> Iterator[str]:
    if not hidden:
        yield "not assessed: no column looks like a quasi-identifier (postal code, gender, ...)"
    for one in hidden[:MOST]:
        by = f"by {', '.join(map(printable, one.columns))}"
        name = elided(printable(one.table))
        if one.rows is None:
            yield f"{name}: not assessed: {printable(one.reason)}"
        elif one.k is None:
            yield (f"{name}: k is {one.limit} or more for all {count(one.rows, 'row')} {by}")
        else:
            head = f"{name}: k = {one.k}; {share(one.alone, one.rows)} of {count(one.rows, 'row')} are alone"
            yield (f"{head}, {one.below:,} in groups of fewer than {one.limit}, {by}")
            if gain := gains(one):
                yield f"  {gain}"
    yield from _more(hidden)


def _ages(ages: Sequence[Effect], width: int) -> Iterator[str]:
    counted = sorted((e for e in ages if e.missing is None and e.of), key=_late)
    if not counted:
        yield "not assessed: no column is named like the end of something"
        return
    periods = list(counted[0].overdue)
    lines = _shares(counted[:MOST], periods)
    if max(map(len, lines)) > width:
        lines = _shares(counted[:MOST], [p for p in periods if p in FEW_PERIODS])
    yield from lines
    yield from _more(counted)


def _shares(effects: Sequence[Effect], periods: Sequence[str]) -> list[str]:
    rows = [("TABLE AND START", "ROWS", *(p.strip("PY") for p in periods))]
    for effect in effects:
        shares = (share(effect.overdue[p], effect.of or 1) for p in periods)
        rows.append((started(effect), f"{effect.of:,}", *shares))
    return table(rows).splitlines()


def _late(effect: Effect) -> tuple[int, str]:
    return (-sum(effect.overdue.values()), effect.table)


def _columns(found: Exploration) -> str:
    columns = sum(map(len, found.personal.values()))
    every, tables = len(found.profile.columns), len(found.audit.relations and found.tenants.tables)
    return f"{columns:,} of {count(every, 'column')}, {len(found.personal):,} of {count(tables, 'table')}"


def _personal(personal: dict[str, list[ColumnVerdict]]) -> Iterator[str]:
    if not personal:
        yield "none was found by these detectors"
    for name, verdicts in list(personal.items())[:MOST]:
        head = f"{elided(printable(name))}: {count(len(verdicts), 'column')}"
        yield f"{head}: {labels(verdicts)}"
    yield from _more(list(personal))


def _in_text(verdict: ColumnVerdict) -> str:
    ranked = sorted(verdict.contains.items(), key=lambda item: -item[1])
    kinds = [(f"{n:,} " if len(ranked) > 1 else "") + label(entity) for entity, n in ranked]
    cells = count(verdict.rows - verdict.nulls, "cell")
    names = f"; {verdict.names_seen}" if verdict.names_seen else ""
    return (
        f"{where(verdict.table, [verdict.column])}: {verdict.inside:,} of {cells}: {', '.join(kinds)}{names}"
    )


def _tenants(found: Exploration) -> Iterator[str]:
    if len(found.tenants.tables) < 2:
        return
    root = found.tenants.root
    if root is None:
        yield "no table looks like the tenants"
        return
    scopes = ", ".join(f"{n} {scope}" for scope, n in found.scopes.items())
    yield f"{printable(root)} by {printable(found.tenants.key or 'columns of different names')}: {scopes}"


def _others(groups: Sequence[Group]) -> Iterator[str]:
    for group in groups[:MOST]:
        yield _group(group)
    yield from _more(groups)


def _group(group: Group) -> str:
    first, *others = group.findings
    place = places(group) if others else where(first.table, first.columns, first.target)
    extent = "" if others or first.rows is None else f": {amount(first)}"
    line = f"{str(group.severity).upper()} {title(group)}: {place}{extent}"
    return f"{line} [{first.check} {first.fingerprint[:8]}]"


def _some(items: Sequence[Item], line: Callable[[Item], str]) -> Iterator[str]:
    for item in items[:MOST]:
        yield line(item)
    yield from _more(items)


def _more(items: Sequence[object]) -> Iterator[str]:
    if rest := items[MOST:]:
        yield f"and {len(rest):,} more"


def _wrapped(line: str, width: int) -> list[str]:
    """Return a line in as many as it needs; one that fits keeps its spaces, such as those of a table."""
    return (
        [line] if len(line) <= width else wrap(line, width, subsequent_indent="    ", break_on_hyphens=False)
    )


def _short(line: str, width: int) -> str:
    """Return a line of a policy; only a comment is shortened, because people copy the rest."""
    return elided(line, width) if line.lstrip().startswith("#") else line
