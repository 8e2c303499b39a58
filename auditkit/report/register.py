"""The register of processing (Art. 30): a line for each purpose, what is declared beside what was measured.

What only people can say (recipients, transfers, joint controllers) stands there with the name of the person
who signed it, or as not stated. What nothing measures says so. Data that serves no declared purpose has a
line of its own, so that nothing that was found is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditkit.outcome import Finding, NotAssessed, Passed
from auditkit.policy import Policy
from auditkit.policy.processing import Party, Processor
from auditkit.policy.statements import Measure
from auditkit.report.case import Case
from auditkit.report.columns import Column, columns, retention
from auditkit.report.evidence import Grid, Row
from auditkit.report.lawfulness import with_article
from auditkit.report.say import say
from auditkit.report.wording import category_words, cause_words, country_words
from auditkit.vocabulary import ARTICLE_9_CONDITIONS, LEGAL_BASES, Sensitivity

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "processing": ("name", "number", "version"),
    "a": ("controller", "joint", "dpo"),
    "b": ("purpose", "purpose_text", "basis", "condition"),
    "c": ("subjects", "declared", "found", "undeclared", "special"),
    "d": ("recipients", "by_table", "processors"),
    "e": ("transfers", "third"),
    "f": ("limits", "overdue"),
    "g": ("measures", "security"),
    "evidence": ("tables", "source", "as_of", "unseen", "run", "policy"),
}
"""The columns by what they answer, in the order of Art. 30(1): the keys of their names."""
MEASURED = frozenset("found undeclared special overdue security".split())
"""The columns that a run measures; of the others, people declare or state the content."""
PURPOSE = "purpose"
EEA = frozenset(
    "AT BE BG HR CY CZ DK EE FI FR DE GR EL HU IS IE IT LV LI LT LU MT NL NO PL PT RO SK SI ES SE".split()
)
"""The countries in which the GDPR applies: the European Economic Area."""
_SECURITY = ("access", "tenancy")
"""The scanners that speak of the security of processing (Art. 32)."""


def head() -> Mapping[str, tuple[str, ...]]:
    """Return the names of the columns, by the names of their groups.

    >>> head()["Art. 30(1)(f)"]
    ('Time limits, declared', 'Rows past their time limit, measured')
    """
    return {
        say(f"register.group.{group}"): tuple(say(f"register.column.{name}") for name in names)
        for group, names in COLUMNS.items()
    }


@dataclass(frozen=True)
class Entry:
    """One line of the register: the content of each of the `COLUMNS`, by its key."""

    content: Mapping[str, str]

    @property
    def cells(self) -> tuple[str, ...]:
        """The content of the columns, in their order."""
        return tuple(self.content[name] for names in COLUMNS.values() for name in names)

    def to_dict(self) -> dict[str, str]:
        """Return the cells by the names of their columns."""
        names = (name for group in head().values() for name in group)
        return dict(zip(names, self.cells, strict=True))


def entries(cases: Iterable[Case]) -> tuple[Entry, ...]:
    """Return the lines of the register of one or more processings, in their order."""
    return tuple(entry for case in cases for entry in _entries(case))


def grid(case: Case) -> Grid:
    """Return the register of one processing as a table: what each column says, for all purposes together."""
    lines = entries([case])
    titles = tuple(say(f"register.head.{key}") for key in ("letter", "what", "text"))
    rows = []
    for group, names in COLUMNS.items():
        for name in names if len(group) == 1 else ():  # those of an article, without the rest
            text, known = _together(lines, name), case.attested()
            if name in MEASURED:
                known = case.measured(say("known.checks"))
            elif all(line.content[name] == say("register.not_stated") for line in lines):
                known = case.unknown(say(f"register.group.{group}"))
            rows.append(Row((f"({group})", say(f"register.column.{name}"), text), known))
    return Grid(say("register.table"), titles, tuple(rows))


def _together(lines: Iterable[Entry], name: str) -> str:
    """Return what a column says: once where it is the same for all purposes, else for each of them."""
    contents = {line.content[PURPOSE]: line.content[name] for line in lines}
    if len(set(contents.values())) == 1:
        return next(iter(contents.values()))
    empty = {say(f"register.{key}") for key in ("not_stated", "not_measured", "none", "none_found")}
    each = (
        say("register.of_purpose", purpose=purpose, text=text)
        for purpose, text in contents.items()
        if text not in empty
    )
    return "; ".join(each)


def _entries(case: Case) -> Iterator[Entry]:
    found = columns(case)
    tables = {**dict.fromkeys(c.table for c in found), **case.tables}
    served: dict[str, list[str]] = {purpose: [] for purpose in case.declared.purposes}
    rest = []
    for name, table in sorted(tables.items()):
        purposes = [p for p in (table.purposes if table is not None else ()) if p in served]
        for purpose in purposes:
            served[purpose].append(name)
        if not purposes and any(c.is_personal for c in found if c.table == name):
            rest.append(name)
    for purpose, names in served.items():
        yield _entry(case, purpose, names, [c for c in found if c.table in names])
    if rest or not served:
        yield _entry(case, None, rest, [c for c in found if c.table in rest])


def _entry(case: Case, purpose: str | None, tables: list[str], found: list[Column]) -> Entry:
    policy, personal = case.declared, [c for c in found if c.is_personal]
    outside = filter(_is_outside, policy.processors)
    return Entry({
        **_processing(case),
        "controller": _party(policy.controller), "joint": _stated(case, "joint_controllers"),
        "dpo": _party(policy.dpo),
        **_purpose(case, purpose),
        **_data(case, tables, personal),
        "recipients": _stated(case, "recipients"), "by_table": _recipients(case, tables, personal),
        "processors": _several(_processor(case, p) for p in policy.processors),
        "transfers": _stated(case, "transfers"), "third": _several(_transfer(case, p) for p in outside),
        "limits": _periods(policy, tables), "overdue": _overdue(case, tables),
        "measures": _several(_measure(case, m) for m in policy.measures if m.title),
        "security": _security(case, tables),
        **_evidence(case, tables),
    })  # fmt: skip


def _several(words: Iterable[str | None], otherwise: str = "not_stated") -> str:
    return "; ".join(dict.fromkeys(filter(None, words))) or say(f"register.{otherwise}")


def _processing(case: Case) -> dict[str, str]:
    known = case.declared.processing
    number, version = (known.id, known.version) if known is not None else (None, None)
    name = case.name or case.audit.source
    return {"name": name, "number": _several([number]), "version": _several([version])}


def _party(party: Party | None) -> str:
    return _several([party.name, party.contact] if party is not None else [])


def _stated(case: Case, field: str) -> str:
    """Return what a person signed, with their name and day; or that nobody did, and why it does not hold."""
    statement = case.attestation(field, field)
    words = say("register.not_stated") if statement.value is None else str(statement.value)
    return f"{words} ({statement.note})" if statement.note else words


def _purpose(case: Case, name: str | None) -> dict[str, str]:
    purpose = case.declared.purposes.get(name or "")
    text, basis, condition = (
        (purpose.text, purpose.legal_basis, purpose.article9) if purpose is not None else (None, None, None)
    )
    return {
        PURPOSE: name or say("register.no_purpose"),
        "purpose_text": _several([case.own(text or "")]),
        "basis": _several([with_article(basis, LEGAL_BASES)]),
        "condition": _several([with_article(condition, ARTICLE_9_CONDITIONS)]),
    }


def _data(case: Case, tables: list[str], personal: list[Column]) -> dict[str, str]:
    of = filter(None, map(case.declared.table, tables))
    people = [table.subject.type for table in of if table.subject is not None]
    declared = {c.declared.category for c in personal if c.declared and c.declared.personal}
    new = (c for c in personal if c.found and c.state != "found")
    grave = (Sensitivity.SPECIAL_CATEGORY, Sensitivity.CRIMINAL)
    special = (f"{c.table}.{c.name} ({c.state_words})" for c in personal if c.sensitivity in grave)
    return {
        "subjects": _several(case.own(kind or "") for kind in people),
        "declared": _several(sorted(map(category_words, declared))),
        "found": _several(sorted({category_words(c.found) for c in personal if c.found}), "none_found"),
        "undeclared": _several(
            (f"{c.table}.{c.name} ({category_words(c.found or '')})" for c in new), "none"
        ),
        "special": _several(special, "none_found"),
    }


def _recipients(case: Case, tables: list[str], personal: list[Column]) -> str:
    """Return who receives the data of each table, and of columns that say otherwise."""
    of = {name: table for name in tables if (table := case.declared.table(name)) is not None}
    named = [(name, table.recipients) for name, table in of.items() if table.recipients]
    named += [
        (f"{c.table}.{c.name}", c.declared.recipients)
        for c in personal
        if c.declared is not None and c.declared.recipients
    ]
    return _several(f"{name}: {case.own(', '.join(who))}" for name, who in named)


def _processor(case: Case, p: Processor) -> str:
    country = country_words(p.country) if p.country else None
    contract = say("register.contract", contract=p.contract) if p.contract else None
    words = ", ".join(filter(None, [p.name, case.own(p.tasks or ""), country, contract]))
    others = ", ".join(p.subprocessors)
    return say("register.with", processor=words, others=others) if others else words


def _is_outside(p: Processor) -> bool:
    """Return whether a processor works outside the EEA, as far as its country is known by its code."""
    return bool(p.transfer) or (p.country is not None and p.country.upper() not in EEA)


def _transfer(case: Case, p: Processor) -> str:
    country = country_words(p.country) if p.country else say("register.no_country")
    safeguard = case.own(p.transfer or "") or say("register.no_safeguard")
    return say("register.transfer", name=p.name, country=country, safeguard=safeguard)


def _measure(case: Case, measure: Measure) -> str:
    status = say(f"plan.status.{measure.status or 'not_stated'}")
    return say("register.measure", title=case.own(measure.title or ""), status=status)


def _periods(policy: Policy, tables: list[str]) -> str:
    return _several(f"{name}: {rule}" for name in tables for rule in retention(policy.table(name)))


def _overdue(case: Case, tables: list[str]) -> str:
    """Return how many rows of each table are past their time limit, or why that is not known."""
    judged = [o for o in case.by_check.get("retention-overdue", ()) if o.table in tables]
    words = []
    for outcome in judged:
        match outcome:
            case Finding():
                counts = {"rows": outcome.rows or 0, "of": outcome.of or 0}
                words.append(say("register.late", table=outcome.table, **counts))
            case Passed():
                words.append(say("register.not_late", table=outcome.table))
            case NotAssessed():
                why = cause_words(outcome.cause)
                words.append(say("register.not_judged", table=outcome.table, cause=why))
    return _several(words, "not_measured")


def _security(case: Case, tables: list[str]) -> str:
    """Return what the checks of access and of tenant isolation found in these tables and the source."""
    here = [
        o for o in case.audit.outcomes if o.scanner in _SECURITY and (o.table is None or o.table in tables)
    ]
    found = [o for o in here if isinstance(o, Finding) and o.waiver is None]
    if not any(isinstance(o, Finding | Passed) for o in here):
        return say("register.not_measured")
    worst = max((o.severity for o in found), default=None)
    words = say("register.open", n=len(found))
    if worst is not None:
        words = say("register.worst", findings=words, severity=say(f"severity.{worst.value}"))
    checks = say("count.checks", n=sum(isinstance(o, Passed) for o in here))
    unseen = sum(isinstance(o, NotAssessed) for o in here)
    return say("register.secure", findings=words, checks=checks, open=unseen)


def _evidence(case: Case, tables: list[str]) -> dict[str, str]:
    audit = case.audit
    seen, known = audit.relations
    return {
        "tables": _several(tables, "none"), "source": audit.source, "as_of": case.as_of,
        "unseen": say("register.blind", unseen=known - seen, known=known)
        if known
        else say("register.not_measured"),
        "run": str(audit.run.get("id") or say("register.not_saved")),
        "policy": str(audit.policy.get("digest") or say("register.none")),
    }  # fmt: skip
