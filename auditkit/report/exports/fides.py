"""Datasets and a system with its privacy declarations (Fides, YAML).

For Fides and tools that read its manifests: the datasets with the data categories of their fields, and for
each purpose what it processes, about whom, on which legal basis. Fides wants a data use for each purpose: the
policy states it as `purposes.<name>.data_use`. A purpose without one is left out, and a comment names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from auditkit.escaping import visible
from auditkit.policy.processing import Purpose
from auditkit.report.columns import Column, columns, key, retention
from auditkit.report.exports.odcs import dumped
from auditkit.report.saved import SavedRun
from auditkit.vocabulary import Sensitivity

FILE = "fides.yaml"
ORGANISATION = "default_organization"
LEGAL_BASIS = {
    "consent": "Consent", "contract": "Contract", "legal_obligation": "Legal obligations",
    "vital_interests": "Vital interests", "public_task": "Public interest",
    "legitimate_interests": "Legitimate interests",
}  # fmt: skip
SPECIAL_BASIS = {
    "explicit_consent": "Explicit consent",
    "employment_and_social_security": "Employment, social security and social protection",
    "vital_interests": "Vital interests",
    "not_for_profit_body": "Not-for-profit bodies",
    "made_public_by_subject": "Made public by the data subject",
    "legal_claims": "Legal claims or judicial acts",
    "substantial_public_interest": "Reasons of substantial public interest (with a basis in law)",
    "health_or_social_care": "Health or social care (with a basis in law)",
    "public_health": "Public health (with a basis in law)",
    "research_or_statistics": "Archiving, research and statistics (with a basis in law)",
}
SUBJECTS = frozenset(
    "anonymous_user citizen_voter commuter consultant customer employee job_applicant next_of_kin passenger"
    " patient prospect shareholder supplier_vendor trainee visitor".split()
)
"""The kinds of people that Fides knows by itself; any other is declared in the file."""


def render(run: SavedRun) -> str:
    """Return the manifest of a run's source."""
    left_out = [name for name, p in run.case.declared.purposes.items() if p.data_use is None]
    notes = [
        f"# Left out: the purpose {visible(name)} has no `data_use` in the policy.\n" for name in left_out
    ]
    return "".join(notes) + dumped(manifest(run))


def manifest(run: SavedRun) -> dict[str, Any]:
    """Return the manifest as JSON types."""
    found = columns(run.case)
    people = {key(s) for s in _subjects(found)} - SUBJECTS
    own = [{"fides_key": s, "organization_fides_key": ORGANISATION, "name": s} for s in sorted(people)]
    return {
        **({"data_subject": own} if own else {}),
        "dataset": [_dataset(run, found)],
        "system": [_system(run, found)],
    }


def _dataset(run: SavedRun, found: tuple[Column, ...]) -> dict[str, Any]:
    tables = groupby(found, key=lambda c: c.table)
    return {
        "fides_key": key(run.audit.source),
        "organization_fides_key": ORGANISATION,
        "name": visible(run.audit.source),
        "collections": [
            {"name": visible(table), "fields": [_field(c) for c in inside]} for table, inside in tables
        ],
    }


def _field(c: Column) -> dict[str, Any]:
    return {"name": visible(c.name), **({"data_categories": list(c.categories)} if c.categories else {})}


def _system(run: SavedRun, found: tuple[Column, ...]) -> dict[str, Any]:
    policy = run.case.declared
    transfers = [visible(p.transfer) for p in policy.processors if p.transfer]
    measures = [visible(m.title) for m in policy.measures if m.title and m.status == "implemented"]
    optional = {
        "legal_name": policy.controller.name if policy.controller else None,
        "dpo": policy.dpo.contact if policy.dpo else None,
        "data_security_practices": "; ".join(measures),
    }
    purposes = ((name, p) for name, p in policy.purposes.items() if p.data_use is not None)
    return {
        "fides_key": key(run.name),
        "organization_fides_key": ORGANISATION,
        "name": visible(run.name),
        "system_type": "Service",
        "processes_personal_data": any(c.is_personal for c in found),
        **({"responsibility": ["Controller"]} if policy.controller else {}),
        "does_international_transfers": bool(transfers),
        "legal_basis_for_transfers": transfers,
        "dataset_references": [key(run.audit.source)],
        **{name: visible(value) for name, value in optional.items() if value},
        "privacy_declarations": [
            _declaration(run, name, purpose, tuple(_of(name, found))) for name, purpose in sorted(purposes)
        ],
    }


def _of(purpose: str, found: tuple[Column, ...]) -> Iterator[Column]:
    """Yield the columns with personal data in the tables that serve a purpose."""
    yield from (c for c in found if c.is_personal and c.of is not None and purpose in c.of.purposes)


def _subjects(found: tuple[Column, ...]) -> list[str]:
    return sorted({c.of.subject.type for c in found if c.of and c.of.subject and c.of.subject.type})


def _declaration(run: SavedRun, name: str, purpose: Purpose, found: tuple[Column, ...]) -> dict[str, Any]:
    third = [visible(p.name) for p in run.case.declared.processors]
    periods = dict.fromkeys(rule for c in found for rule in retention(c.of))
    special = any(c.sensitivity == Sensitivity.SPECIAL_CATEGORY for c in found)
    return {
        "name": visible(name),
        "data_categories": sorted({category for c in found for category in c.categories}),
        "data_use": purpose.data_use,
        "data_subjects": [key(s) for s in _subjects(found)],
        "dataset_references": [key(run.audit.source)],
        **({"legal_basis_for_processing": LEGAL_BASIS[purpose.legal_basis]} if purpose.legal_basis else {}),
        **({"retention_period": visible("; ".join(periods))} if periods else {}),
        "processes_special_category_data": special,
        **({"special_category_legal_basis": SPECIAL_BASIS[purpose.article9]} if purpose.article9 else {}),
        "data_shared_with_third_parties": bool(third),
        **({"third_parties": "; ".join(third)} if third else {}),
    }
