"""Every column of a run: what was seen in it, beside what the policy declares of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from auditkit.detection import ColumnVerdict
from auditkit.detection.verdict import flattened
from auditkit.outcome import Finding
from auditkit.policy import Policy
from auditkit.policy.tables import ColumnPolicy, TablePolicy
from auditkit.report.case import Case
from auditkit.report.say import say
from auditkit.report.wording import period_words
from auditkit.vocabulary import ENTITIES, PRESENT, is_ancestor, sensitivity


@dataclass(frozen=True)
class Column:
    """A column of the source, a path of its documents, or one that only the policy names.

    Attributes:
        table: the name of its table.
        name: its name.
        seen: what the search for personal data said; None where it did not look.
        declared: what the policy declares of it.
        of: what the policy declares of its table.
        findings: how many findings that nobody waived name it.
    """

    table: str
    name: str
    seen: ColumnVerdict | None
    declared: ColumnPolicy | None
    of: TablePolicy | None
    findings: int = 0

    @property
    def found(self) -> str | None:
        """The data category that was found, where that is sure enough."""
        if self.seen is None or self.seen.verdict not in PRESENT or not self.seen.entity:
            return None
        known = ENTITIES.get(self.seen.entity)
        return self.seen.category or (known.category if known else None)

    @property
    def categories(self) -> tuple[str, ...]:
        """The data categories that it holds: the declared one, and a found one outside of it."""
        declared = [self.declared.category] if self.declared and self.declared.personal else []
        more = [self.found] if self.found and not any(is_ancestor(d, self.found) for d in declared) else []
        return (*declared, *more)

    @property
    def is_personal(self) -> bool:
        """Whether it holds personal data, as found or as declared."""
        return bool(self.categories)

    @property
    def sensitivity(self) -> str | None:
        """How sensitive the gravest of its categories is; None where it holds no personal data."""
        levels = {sensitivity(category) for category in self.categories}
        return next((level.value for level in type(sensitivity("user")) if level in levels), None)

    @property
    def state_words(self) -> str:
        """How the declaration and what was found agree, in words."""
        return say(f"column.{self.state}")

    @property
    def state(self) -> str:
        """How the declaration and what was found agree; what a person must judge is never called clean."""
        if self.seen is None:
            return "unseen"
        if self.declared is None:
            return "undeclared" if self.found else self._doubt or "nothing"
        if not self.declared.personal:
            return "not_personal_found" if self.found else "not_personal"
        if self.found is None:
            return "not_found"
        agree = is_ancestor(self.declared.category, self.found)
        return "found" if agree else "otherwise"

    @property
    def _doubt(self) -> str:
        """What a person must judge, where nothing sure was found."""
        if self.seen is not None and self.seen.verdict in ("review", "empty"):
            return "doubt"
        inside = self.seen is not None and self.seen.inside
        return "inside" if inside else ""


def columns(case: Case) -> tuple[Column, ...]:
    """Return every column and every path of documents, in the order of tables and names.

    A key of `tables` that is a pattern names no columns of its own.
    """
    policy, seen = case.declared, {(c.table, c.column): c for c in flattened(case.audit.columns)}
    named = {(t, c) for t, table in policy.tables.items() if "*" not in t for c in table.columns}
    counts = _counted(case)
    return tuple(
        _column(policy, table, name, seen.get((table, name)), counts[table, name])
        for table, name in sorted({*seen, *named})
    )


def _column(policy: Policy, table: str, name: str, seen: ColumnVerdict | None, findings: int) -> Column:
    of = policy.table(table)
    return Column(table, name, seen, of.columns.get(name) if of else None, of, findings)


def _counted(case: Case) -> Counter[tuple[str, str]]:
    found = [o for o in case.audit.outcomes if isinstance(o, Finding) and o.waiver is None]
    return Counter((str(f.table), column) for f in found for column in f.columns)


def retention(table: TablePolicy | None) -> tuple[str, ...]:
    """Return the retention rules of a table, each in words: `3 years after closed_at`."""
    rules = []
    for rule in table.retention if table is not None else ():
        period = period_words(rule.period) if rule.period is not None else ""
        if period and rule.clock is not None:
            period = say("retention.after", period=period, start=str(rule.clock))
        as_table = say("retention.via", table=rule.via) if rule.via else ""
        words = " ".join(filter(None, [period, as_table])) or say("retention.no_end")
        rules.append(f"{rule.name}: {words}" if rule.name else words)
    return tuple(rules)


def key(text: str) -> str:
    """Return a name as other tools take it for a key: letters, digits, `_`, `-` and dots.

    >>> key("Help desk (EU)"), key("Ärzte"), key("…")
    ('Help_desk_EU', 'U00c4rzte', 'U2026')
    """
    plain = "".join(c if c.isascii() else f"U{ord(c):04x}" for c in text)
    return re.sub(r"[^a-zA-Z0-9_.-]+", "_", plain).strip("_.") or "unnamed"
