"""What to state next: the lines of the policy that would say most, with the reason for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from auditkit.draft.plan import Plan, TablePlan, is_declared
from auditkit.exploration.hiding import Hiding
from auditkit.html_tables import count, share
from auditkit.policy.scalar import scalar
from auditkit.scanners.retention.other_periods import Effect
from auditkit.vocabulary import Sensitivity, sensitivity

EXAMPLE = "P3Y"
"""The period in a line that a person is asked to complete."""


@dataclass(frozen=True)
class Statement:
    """One statement that a person can add to the policy.

    Attributes:
        key: the key of the policy, such as `retention`, or `tenancy` at the top of it.
        why: what it would show, or why it is needed.
        lines: its lines, as YAML; a person checks them first.
        table: the table in whose block it stands; None for the top of the policy.
    """

    key: str
    why: str
    lines: tuple[str, ...]
    table: str | None = None

    @property
    def yaml(self) -> str:
        """The lines of the policy, as YAML."""
        return "\n".join(block([self]))

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return {**asdict(self), "lines": list(self.lines), "yaml": self.yaml}


def block(chosen: Sequence[Statement], *, comments: bool = False) -> list[str]:
    """Return statements as the lines of one policy, each table once; with the reasons as comments.

    >>> block([Statement("k", "", ("k: 5",), "users"), Statement("l", "", ("l: 2",), "users")])
    ['tables:', '  users:', '    k: 5', '    l: 2']
    """
    top = [line for s in chosen if s.table is None for line in _with_reason(s, comments)]
    tables = dict.fromkeys(s.table for s in chosen if s.table is not None)
    below = [
        line
        for table in tables
        for line in (
            f"  {scalar(table)}:",
            *(f"    {x}" for s in chosen if s.table == table for x in _with_reason(s, comments)),
        )
    ]
    return [*top, "tables:", *below] if below else top


def _with_reason(statement: Statement, comments: bool) -> tuple[str, ...]:
    reason = "".join(c if c.isprintable() else "?" for c in statement.why)
    return (f"# {reason}", *statement.lines) if comments else statement.lines


def statements(plan: Plan, hidden: Iterable[Hiding], ages: Iterable[Effect]) -> tuple[Statement, ...]:
    """Return what a person should state next, what would show most first."""
    by_table = {h.table: h for h in hidden}
    overdue = {e.table: e for e in ages if e.missing is None}
    ranked = [
        *_periods(plan, overdue),
        *_unstarted(plan),
        *_quasi(plan, by_table),
        *_tenancy(plan),
        *_purposes(plan),
        *_subjects(plan),
    ]
    return tuple(statement for _, statement in sorted(ranked, key=lambda one: -one[0]))


Ranked = tuple[float, Statement]


def _periods(plan: Plan, overdue: Mapping[str, Effect]) -> Iterator[Ranked]:
    for table in plan.tables:
        start = table.start and (table.start.column or table.start.elsewhere)
        effect = overdue.get(table.name)
        if start and effect is not None and effect.of:
            late = effect.overdue.get(EXAMPLE, 0)
            part = f"{share(late, effect.of)} of {count(effect.of, 'row')}"
            why = f"{part} would be overdue after 3 years; choose the period"
            line = f"retention: {{start: {scalar(start)}, max: {EXAMPLE}, basis: null}}"
            yield 3 + late / effect.of, Statement("retention", why, (line,), table.name)


def _unstarted(plan: Plan) -> Iterator[Ranked]:
    """Yield the period of each table with personal data in which no column shows when it starts."""
    for table in plan.tables:
        if table.start is None and any(map(is_declared, table.verdicts)):
            why = (
                "it holds personal data, and no column is named like an end: from which moment do you count?"
            )
            line = "retention: null  # such as {start: COLUMN, max: P3Y, basis: the law or the purpose}"
            yield 1.5, Statement("retention", why, (line,), table.name)


def _quasi(plan: Plan, hidden: Mapping[str, Hiding]) -> Iterator[Ranked]:
    for table in plan.tables:
        found = hidden.get(table.name)
        if found is not None and found.rows:
            part = f"{share(found.alone, found.rows)} of {count(found.rows, 'row')}"
            why = f"{part} share these columns with no other row"
            line = f"quasi_identifiers: [{', '.join(map(scalar, table.quasi))}]"
            yield 2 + 2 * found.alone / found.rows, Statement("quasi_identifiers", why, (line,), table.name)


def _tenancy(plan: Plan) -> Iterator[Ranked]:
    for root in plan.roots[:1]:
        lines = ("tenancy:", f"  root: {scalar(root.table)}", f"  key: {scalar(root.key)}")
        question = "" if root.named else "; only if its rows are separate organisations"
        yield (3.5 if root.named else 1.0), Statement("tenancy", f"{root.evidence}{question}", lines)


def _purposes(plan: Plan) -> Iterator[Ranked]:
    for table in plan.tables:
        if columns := _special(table):
            why = f"{', '.join(columns)}: special categories need a condition of GDPR Art. 9(2) too"
            line = "purposes: null  # names from `purposes`, each with its legal_basis and article9"
            yield 3.2, Statement("purposes", why, (line,), table.name)


def _special(table: TablePlan) -> tuple[str, ...]:
    """Return the columns of a table that hold special categories of data."""
    return tuple(
        v.column
        for v in table.verdicts
        if is_declared(v) and sensitivity(v.category or "") is Sensitivity.SPECIAL_CATEGORY
    )


def _subjects(plan: Plan) -> Iterator[Ranked]:
    for table in plan.tables:
        if table.about is not None and table.about.key is None and table.about.others:
            line = f"subject: {{type: {scalar(table.about.kind)}, key: {scalar(table.about.others[0])}}}"
            why = f"{table.about.why}: say which column names the person that a row is about"
            yield 0.5, Statement("subject", why, (line,), table.name)
