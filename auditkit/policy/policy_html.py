"""A policy as HTML tables for Jupyter: each table, each purpose, and what is not declared.

Conditions are not shown, because a literal in a condition can be personal data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from auditkit.html_tables import count, fragment, gap, lines, name, names, paragraph, quiet, table
from auditkit.policy.period import Period
from auditkit.vocabulary import ARTICLE_9_CONDITIONS, LEGAL_BASES

if TYPE_CHECKING:
    from auditkit.policy.policy import Policy
    from auditkit.policy.processing import Purpose
    from auditkit.policy.retention import RetentionRule
    from auditkit.policy.tables import TablePolicy
    from auditkit.policy.term import Term

_NOT_GAPS = frozenset({"version", "name", "language", "waivers", "exclude"})
"""Keys whose absence is not a gap."""


def html(policy: Policy) -> str:
    """Return a policy as HTML: its tables, its purposes, and its gaps."""
    if not policy.name:
        return fragment(
            paragraph("No policy: nothing is declared, so only checks that need no declaration run.")
        )
    parts = [_tables(policy)]
    if policy.purposes:
        parts.append(_purposes(policy))
    return fragment(*parts, *_gaps(policy))


def _tables(policy: Policy) -> Markup:
    source = Markup("{} declares").format(name(policy.file)) if policy.file else "built in code, declares"
    size = quiet(Markup("{} {}").format(source, count(len(policy.tables), "table")))
    return table(
        Markup("{} {}").format(name(policy.name), size),
        ("Table", "About whom", "Purposes", "Personal columns", "Kept", "Tenant"),
        [
            (table_name, *_row_of_table(policy, table_name, declared))
            for table_name, declared in policy.tables.items()
        ],
        more="policy.tables",
    )


def _purposes(policy: Policy) -> Markup:
    return table(
        "Purposes",
        ("Purpose", "In words", "Legal basis", "Special categories"),
        [(purpose, *_row_of_purpose(declared)) for purpose, declared in policy.purposes.items()],
        more="policy.purposes",
    )


def words(period: Period) -> str:
    """Return a period in words.

    >>> from auditkit.policy.period import Period
    >>> words(Period.parse("P1Y6M")), words(Period.parse("PT72H")), words(Period.parse("P0D"))
    ('1 year 6 months', '72 hours', '0 days')
    """
    parts = [(number, field.removesuffix("s").replace("_", " ")) for field, number in vars(period).items()]
    return " ".join(count(n, unit) for n, unit in parts if n) or "0 days"


def _row_of_table(policy: Policy, table_name: str, declared: TablePolicy) -> tuple[object, ...]:
    subject = declared.subject
    people = subject.type if subject and subject.type else gap()
    if subject and subject.key:
        people = Markup("{} {}").format(people, quiet(Markup("by {}").format(name(subject.key))))
    personal = [column for column, policy_ in declared.columns.items() if policy_.personal]
    if personal:
        columns: object = names(personal)
    else:
        columns = quiet("none") if declared.columns else gap()
    return (
        people,
        names(declared.purposes) if declared.purposes else gap(),
        columns,
        lines([_retention(rule) for rule in declared.retention]) if declared.retention else gap(),
        _tenant(policy, table_name, declared),
    )


def _retention(rule: RetentionRule) -> Markup:
    """Return a retention rule in words."""
    if rule.via and rule.max is None:
        period = Markup("like the row that {} refers to").format(name(rule.via))
    else:
        length: object = _length(rule.period) if rule.period else gap("for an undeclared period")
        start: object = gap("from an undeclared start")
        if rule.clock:
            start = Markup("after {}").format(name(str(rule.clock)))
        elif rule.via:
            start = Markup("after the start of the row that {} refers to").format(name(rule.via))
        period = Markup("{} {}").format(length, start)
    conditions = [
        f"at least {words(rule.min)}" if rule.min else "",
        f"{words(rule.grace)} to delete" if rule.grace else "",
        "unless on hold" if rule.hold else "",
        "some rows only" if rule.where else "",
    ]
    label = Markup("{}: ").format(name(rule.name)) if rule.name else ""
    details = [quiet(f"; {condition}") for condition in conditions if condition]
    if not rule.basis:
        details.append(Markup("; {}").format(gap("no basis")))
    return Markup("{}{}{}").format(label, period, Markup("").join(details))


def _length(period: Term) -> object:
    """Return how long a period is, in words, or the column that says so."""
    if isinstance(period, Period):
        return words(period)
    return Markup("as long as {} says").format(name(str(period)))


def _tenant(policy: Policy, table_name: str, declared: TablePolicy) -> object:
    tenancy = policy.tenancy
    if declared.tenant_key:
        return declared.tenant_key
    if tenancy is None:
        return gap()
    if table_name == tenancy.root:
        return quiet("each row is a tenant")
    if table_name in tenancy.shared:
        return quiet("shared by all")
    return quiet(Markup("{}, where the table has it").format(name(tenancy.key))) if tenancy.key else gap()


def _row_of_purpose(declared: Purpose) -> tuple[object, ...]:
    basis, article9 = declared.legal_basis, declared.article9
    return (
        declared.text or gap(),
        f"{basis.replace('_', ' ')} ({LEGAL_BASES[basis]})" if basis else gap(),
        f"{article9.replace('_', ' ')} ({ARTICLE_9_CONDITIONS[article9]})" if article9 else None,
    )


def _gaps(policy: Policy) -> tuple[Markup, ...]:
    """Return the keys that the policy does not declare, and the statements that people have not made yet."""
    undeclared = [
        key for key in type(policy).model_fields if key not in _NOT_GAPS and not getattr(policy, key)
    ]
    unsigned = [a.field for a in policy.attestations if not (a.text and a.by and a.at)]
    if policy.decision is None or not policy.decision.outcome:
        unsigned.append("decision")
        undeclared = [key for key in undeclared if key != "decision"]
    gaps = {"Undeclared": undeclared, "To be stated by people": unsigned}
    return tuple(
        paragraph(Markup("<strong>{}:</strong> ").format(title), names(keys, 40))
        for title, keys in gaps.items()
        if keys
    )
