"""A policy as tables in Jupyter: what is declared of each table, for what purposes, and what is declared
nowhere.

Conditions are not shown: a literal in one may be somebody's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from auditkit.html_tables import count, fragment, gap, lines, name, names, paragraph, quiet, table
from auditkit.vocabulary import ARTICLE_9_CONDITIONS, LEGAL_BASES

if TYPE_CHECKING:
    from auditkit.policy.models import Purpose, RetentionRule, TablePolicy
    from auditkit.policy.period import Period
    from auditkit.policy.policy import Policy

_NOT_SECTIONS = frozenset({"version", "name", "waivers", "exclude"})
"""What is no gap where it is absent."""


def html(policy: Policy) -> str:
    """Return a policy as HTML: its tables, its purposes, and its gaps."""
    if not policy.name:
        return fragment(
            paragraph("No policy: nothing is declared, so only what needs no declaration is assessed.")
        )
    where = Markup("{} declares").format(name(policy.file)) if policy.file else "built in code, declares"
    caption = Markup("{} {}").format(
        name(policy.name), quiet(Markup("{} {}").format(where, count(len(policy.tables), "table")))
    )
    head = ("Table", "About whom", "Purposes", "Personal columns", "Kept", "Tenant")
    rows = [(table_, *_of_table(policy, table_, said)) for table_, said in policy.tables.items()]
    parts = [table(caption, head, rows, more="policy.tables")]
    if policy.purposes:
        purposes = [(purpose, *_of_purpose(said)) for purpose, said in policy.purposes.items()]
        parts.append(
            table(
                "Purposes",
                ("Purpose", "In words", "Legal basis", "Special categories"),
                purposes,
                more="policy.purposes",
            )
        )
    return fragment(*parts, *_gaps(policy))


def words(period: Period) -> str:
    """Return a period in words.

    >>> from auditkit.policy.period import Period
    >>> words(Period.parse("P1Y6M")), words(Period.parse("P0D"))
    ('1 year 6 months', '0 days')
    """
    parts = ((period.years, "year"), (period.months, "month"), (period.weeks, "week"), (period.days, "day"))
    return " ".join(count(n, unit) for n, unit in parts if n) or "0 days"


def _of_table(policy: Policy, shown: str, said: TablePolicy) -> tuple[object, ...]:
    subject = said.subject
    whom = subject.type if subject and subject.type else gap()
    if subject and subject.key:
        whom = Markup("{} {}").format(whom, quiet(Markup("by {}").format(name(subject.key))))
    personal = [column for column, declared in said.columns.items() if declared.personal]
    columns = names(personal) if personal else quiet("none") if said.columns else gap()
    kept = lines([_kept(rule) for rule in said.retention]) if said.retention else gap()
    return whom, names(said.purposes) if said.purposes else gap(), columns, kept, _tenant(policy, shown, said)


def _kept(rule: RetentionRule) -> Markup:
    """Return a rule of retention in words."""
    clock: object = (
        Markup("after {}").format(name(rule.start)) if rule.start else gap("from an undeclared start")
    )
    if rule.via:
        told: object = Markup("like the row that {} refers to").format(name(rule.via))
    else:
        told = Markup("{} {}").format(words(rule.max) if rule.max else gap("for an undeclared period"), clock)
    also = [
        f"at least {words(rule.min)}" if rule.min else "",
        f"{words(rule.grace)} to delete" if rule.grace else "",
        "unless on hold" if rule.hold else "",
        "some rows only" if rule.where else "",
    ]
    label = Markup("{}: ").format(name(rule.name)) if rule.name else ""
    more = [quiet(f"; {word}") for word in also if word] + ([] if rule.basis else ["; ", gap("no basis")])
    return Markup("{}{}{}").format(label, told, Markup("").join(more))


def _tenant(policy: Policy, shown: str, said: TablePolicy) -> object:
    tenancy = policy.tenancy
    if said.tenant_key:
        return said.tenant_key
    if tenancy is None:
        return gap()
    if shown == tenancy.root:
        return quiet("each row is one")
    if shown in tenancy.shared:
        return quiet("shared by all")
    return quiet(Markup("{}, where it is there").format(name(tenancy.key))) if tenancy.key else gap()


def _of_purpose(said: Purpose) -> tuple[object, ...]:
    basis = (
        f"{said.legal_basis.replace('_', ' ')} ({LEGAL_BASES[said.legal_basis]})"
        if said.legal_basis
        else gap()
    )
    special = (
        f"{said.article9.replace('_', ' ')} ({ARTICLE_9_CONDITIONS[said.article9]})"
        if said.article9
        else None
    )
    return said.text or gap(), basis, special


def _gaps(policy: Policy) -> tuple[Markup, ...]:
    """Return what the policy does not say at all, and what people have yet to state."""
    absent = [
        key for key in type(policy).model_fields if key not in _NOT_SECTIONS and not getattr(policy, key)
    ]
    open_ = [a.field for a in policy.attestations if not (a.value and a.by and a.at)]
    if policy.decision is None or not policy.decision.outcome:
        open_.append("decision")
        absent = [key for key in absent if key != "decision"]
    told = [("Undeclared", absent), ("To be stated by people", open_)]
    return tuple(
        paragraph(Markup("<strong>{}:</strong> ").format(what), names(keys, 40))
        for what, keys in told
        if keys
    )
