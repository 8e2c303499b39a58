"""The record of processing (Art. 30(1)) of the audited processing, as one table."""

from __future__ import annotations

from collections.abc import Iterator

from auditkit.report.case import Case, in_words, listed
from auditkit.report.data import retention_words
from auditkit.report.evidence import Evidence, Grid, Provenance, Row
from auditkit.report.front import people
from auditkit.report.say import say
from auditkit.report.wording import category_words


def grid(case: Case) -> Grid:
    """Return what Art. 30(1)(a) to (g) asks for, each with what the policy and its people say."""
    head = tuple(say(f"register.head.{key}") for key in ("letter", "what", "text"))
    rows = tuple(
        Row(
            (f"({letter})", say(f"register.what.{letter}"), text or say("register.missing")),
            _known(case, text),
        )
        for letter, text in _entries(case)
    )
    return Grid(say("register.table"), head, rows)


def _known(case: Case, text: str) -> Provenance:
    return case.attested() if text else Provenance(Evidence.NOT_ASSESSED)


def _entries(case: Case) -> Iterator[tuple[str, str]]:
    declared = case.declared
    parties = [in_words(declared.controller), _stated(case, "joint_controllers"), in_words(declared.dpo)]
    yield "a", "; ".join(filter(None, parties))
    yield "b", "; ".join(purpose.text or name for name, purpose in declared.purposes.items())
    kinds = {
        category_words(c.category) for t in declared.tables.values() for c in t.columns.values() if c.personal
    }
    groups = listed(g.kind for g in people.groups(case))
    yield "c", "; ".join(filter(None, [groups, listed(sorted(kinds), most=40)]))
    processors = listed(p.name for p in declared.processors)
    yield "d", "; ".join(filter(None, [_stated(case, "recipients"), processors]))
    transfers = listed(f"{p.name}: {p.country}, {p.transfer}" for p in declared.processors if p.transfer)
    yield "e", "; ".join(filter(None, [_stated(case, "transfers"), transfers]))
    limits = (f"{name}: {words}" for name, t in declared.tables.items() if (words := retention_words(t)))
    yield "f", listed(limits, most=60)
    yield "g", listed((m.title or m.id or "" for m in declared.measures), most=60)


def _stated(case: Case, field: str) -> str:
    return str(case.attestation("", field).value or "")
