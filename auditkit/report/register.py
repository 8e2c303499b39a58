"""The register of processing (Art. 30): a line for each purpose, what is declared beside what was measured.

What only people can say (recipients, transfers, joint controllers) stands there with the name of the person
who signed it, or as not stated. What nothing measures says so. Data that serves no declared purpose has a
line of its own, so that nothing that was found is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditkit.html_tables import count
from auditkit.outcome import Finding, NotAssessed, Passed
from auditkit.policy import Policy
from auditkit.policy.processing import Party, Processor
from auditkit.report.case import Case
from auditkit.report.causes import CAUSES
from auditkit.report.columns import Column, columns, retention
from auditkit.report.saved import SavedRun
from auditkit.vocabulary import ARTICLE_9_CONDITIONS, LEGAL_BASES, Sensitivity

NO_PURPOSE = "(no purpose is declared)"
NOT_STATED, NOT_MEASURED = "not stated", "not measured"
HEAD: Mapping[str, tuple[str, ...]] = {
    "Processing": ("Processing", "Number", "Version"),
    "Art. 30(1)(a)": ("Controller", "Joint controllers, representative", "Data protection officer"),
    "Art. 30(1)(b)": ("Purpose", "Purpose in words", "Legal basis", "Condition of Art. 9(2)"),
    "Art. 30(1)(c)": (
        "Data subjects, declared", "Data categories, declared", "Data categories, found",
        "Found and not declared", "Special categories and criminal data",
    ),
    "Art. 30(1)(d)": ("Recipients, stated", "Recipients by table, declared", "Processors, declared"),
    "Art. 30(1)(e)": ("Transfers, stated", "Processors in third countries and their safeguards"),
    "Art. 30(1)(f)": ("Time limits, declared", "Rows past their time limit, measured"),
    "Art. 30(1)(g)": ("Security measures, declared", "Security, measured"),
    "Evidence": ("Tables", "Source", "As of", "Not seen", "Run", "Policy (SHA-256)"),
}  # fmt: skip
"""The columns by what they answer, in the order of Art. 30(1)."""
COLUMNS = tuple(name for group in HEAD.values() for name in group)
EEA = frozenset(
    "AT BE BG HR CY CZ DK EE FI FR DE GR EL HU IS IE IT LV LI LT LU MT NL NO PL PT RO SK SI ES SE".split()
)
"""The countries in which the GDPR applies: the European Economic Area."""
_SECURITY = ("access", "tenancy")
"""The scanners that speak of the security of processing (Art. 32)."""


@dataclass(frozen=True)
class Entry:
    """One line of the register: its cells, in the order of `COLUMNS`."""

    cells: tuple[str, ...]

    def to_dict(self) -> dict[str, str]:
        """Return the cells by their columns."""
        return dict(zip(COLUMNS, self.cells, strict=True))


def entries(runs: Iterable[SavedRun]) -> tuple[Entry, ...]:
    """Return the lines of the register of one or more processings, in their order."""
    return tuple(entry for run in runs for entry in _entries(run))


def _entries(run: SavedRun) -> Iterator[Entry]:
    policy, found = run.case.declared, columns(run.case)
    tables = {**{c.table: c.of for c in found}, **{n: t for n, t in policy.tables.items() if "*" not in n}}
    served: dict[str, list[str]] = {purpose: [] for purpose in policy.purposes}
    rest = []
    for name, table in sorted(tables.items()):
        purposes = [p for p in (table.purposes if table is not None else ()) if p in served]
        for purpose in purposes:
            served[purpose].append(name)
        if not purposes and any(c.is_personal for c in found if c.table == name):
            rest.append(name)
    for purpose, names in served.items():
        yield _entry(run, purpose, names, [c for c in found if c.table in names])
    if rest or not served:
        yield _entry(run, None, rest, [c for c in found if c.table in rest])


def _entry(run: SavedRun, purpose: str | None, tables: list[str], found: list[Column]) -> Entry:
    case, policy = run.case, run.case.declared
    personal = [c for c in found if c.is_personal]
    cells = (
        *_processing(run),
        _party(policy.controller), _stated(case, "joint_controllers"), _party(policy.dpo),
        *_purpose(policy, purpose),
        *_data(policy, tables, personal),
        _stated(case, "recipients"), _recipients(policy, tables, personal),
        _several(map(_processor, policy.processors)),
        _stated(case, "transfers"), _several(map(_transfer, filter(_is_outside, policy.processors))),
        _periods(policy, tables), _overdue(case, tables),
        _several(f"{m.title} ({m.status or 'no state'})" for m in policy.measures if m.title),
        _security(case, tables),
        *_evidence(run, tables),
    )  # fmt: skip
    return Entry(cells)


def _several(words: Iterable[str | None], otherwise: str = NOT_STATED) -> str:
    return "; ".join(dict.fromkeys(filter(None, words))) or otherwise


def _processing(run: SavedRun) -> tuple[str, str, str]:
    processing = run.case.declared.processing
    number, version = (processing.id, processing.version) if processing is not None else (None, None)
    return run.name, number or NOT_STATED, version or NOT_STATED


def _party(party: Party | None) -> str:
    return _several([party.name, party.contact]) if party is not None else NOT_STATED


def _stated(case: Case, field: str) -> str:
    """Return what a person signed, with their name and day; or that nobody did, and why it does not hold."""
    statement = case.attestation(field, field)
    words = NOT_STATED if statement.value is None else str(statement.value)
    return f"{words} ({statement.note})" if statement.note else words


def _purpose(policy: Policy, name: str | None) -> tuple[str, str, str, str]:
    purpose = policy.purposes.get(name or "")
    if name is None or purpose is None:
        return NO_PURPOSE, NOT_STATED, NOT_STATED, NOT_STATED
    basis, condition = purpose.legal_basis, purpose.article9
    return (
        name,
        purpose.text or NOT_STATED,
        f"{basis.replace('_', ' ')}, Art. {LEGAL_BASES[basis]}" if basis else NOT_STATED,
        f"{condition.replace('_', ' ')}, Art. {ARTICLE_9_CONDITIONS[condition]}" if condition else NOT_STATED,
    )


def _data(policy: Policy, tables: list[str], personal: list[Column]) -> tuple[str, ...]:
    people = [
        of.subject.type for of in map(policy.table, tables) if of is not None and of.subject is not None
    ]
    declared = sorted({c.declared.category for c in personal if c.declared and c.declared.personal})
    found = sorted({c.found for c in personal if c.found})
    new = [f"{c.table}.{c.name} ({c.found})" for c in personal if c.found and c.state != "declared and found"]
    grave = (Sensitivity.SPECIAL_CATEGORY, Sensitivity.CRIMINAL)
    special = [f"{c.table}.{c.name} ({c.state})" for c in personal if c.sensitivity in grave]
    return (
        _several(people),
        _several(declared),
        _several(found, "none found by these detectors"),
        _several(new, "none"),
        _several(special, "none declared, none found by these detectors"),
    )


def _recipients(policy: Policy, tables: list[str], personal: list[Column]) -> str:
    """Return who receives the data of each table, and of columns that say otherwise."""
    of = {name: table for name in tables if (table := policy.table(name)) is not None}
    named = [f"{name}: {', '.join(table.recipients)}" for name, table in of.items() if table.recipients]
    own = [(c, c.declared.recipients) for c in personal if c.declared is not None and c.declared.recipients]
    return _several([*named, *(f"{c.table}.{c.name}: {', '.join(who)}" for c, who in own)])


def _processor(p: Processor) -> str:
    words = filter(None, [p.name, p.tasks, p.country, p.contract and f"contract {p.contract}"])
    more = f", with {', '.join(p.subprocessors)}" if p.subprocessors else ""
    return ", ".join(words) + more


def _is_outside(p: Processor) -> bool:
    """Return whether a processor works outside the EEA, as far as its country is known by its code."""
    return bool(p.transfer) or (p.country is not None and p.country.upper() not in EEA)


def _transfer(p: Processor) -> str:
    return f"{p.name}, {p.country or 'country not stated'}: {p.transfer or 'no safeguard is stated'}"


def _periods(policy: Policy, tables: list[str]) -> str:
    return _several(f"{name}: {rule}" for name in tables for rule in retention(policy.table(name)))


def _overdue(case: Case, tables: list[str]) -> str:
    """Return how many rows of each table are past their time limit, or why that is not known."""
    judged = [o for o in case.by_check.get("retention-overdue", ()) if o.table in tables]
    words = []
    for outcome in judged:
        match outcome:
            case Finding():
                words.append(f"{outcome.table}: {outcome.rows or 0:,} of {outcome.of or 0:,} rows")
            case Passed():
                words.append(f"{outcome.table}: no rows")
            case NotAssessed():
                words.append(f"{outcome.table}: {CAUSES[outcome.cause][0]}")
    return _several(words, NOT_MEASURED)


def _security(case: Case, tables: list[str]) -> str:
    """Return what the checks of access and of tenant isolation found in these tables and the source."""
    here = [
        o for o in case.audit.outcomes if o.scanner in _SECURITY and (o.table is None or o.table in tables)
    ]
    found = [o for o in here if isinstance(o, Finding) and o.waiver is None]
    if not any(isinstance(o, Finding | Passed) for o in here):
        return NOT_MEASURED
    passed = sum(isinstance(o, Passed) for o in here)
    unseen = sum(isinstance(o, NotAssessed) for o in here)
    worst = max((o.severity for o in found), default=None)
    words = count(len(found), "open finding") + (f", the worst {worst}" if worst else "")
    return f"{words}; {count(passed, 'check')} without a violation, {unseen:,} not assessed"


def _evidence(run: SavedRun, tables: list[str]) -> tuple[str, ...]:
    audit = run.audit
    seen, known = audit.relations
    blind = f"{known - seen:,} of {known:,} tables" if known else NOT_MEASURED
    return (
        _several(tables, "none"), audit.source, run.case.as_of, blind,
        str(audit.run.get("id") or "not saved"), str(audit.policy.get("digest") or "none"),
    )  # fmt: skip
