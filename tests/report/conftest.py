"""An audit and a policy by hand: every kind of outcome, no engine."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from auditkit.audit.audit import Audit
from auditkit.detection import ColumnVerdict
from auditkit.outcome import Cause, Confidence, Finding, NotAssessed, Passed, Severity, Waiver
from auditkit.policy import Policy
from tests.signing import statement

POLICY = """
version: 1
name: Helpdesk
controller: {name: Example SA, contact: privacy@example.org}
processors: [{name: HostCo, tasks: hosting, country: DE}]
purposes:
  support: {text: Answer the questions of customers, legal_basis: contract}
  care: {text: Care, legal_basis: consent, article9: explicit_consent}
tenancy: {root: tenants, key: tenant_id}
tables:
  users:
    purposes: [support]
    columns: {email: user.contact.email, code: {category: none, reason: product code}}
    retention: {start: last_seen_at, max: P3Y, grace: P30D, basis: limitation of claims}
  patients: {purposes: [care]}
exclude: [{tables: "django_*", reason: framework}]
measures:
  - {title: Tenants are kept apart, status: implemented, check: tenancy-missing-key}
  - {title: Encryption at rest, status: implemented}
attestations:
  - NECESSITY
  - PROPORTIONALITY
  - ROTATION
actions: [{id: A1, text: Erase closed tickets, owner: dba@example.org, due: 2026-10-31, status: open}]
"""
for key, signed in {
    "NECESSITY": statement("necessity", "Tickets cannot be answered without contact data"),
    "PROPORTIONALITY": statement("proportionality", "Outdated words", at="2024-11-19", until="2025-11-19"),
    "ROTATION": statement(
        "practice.rotate-api-keys-and-passwords-regularly", "Quarterly", by="Ops lead", at="2026-10-01"
    ),
}.items():
    POLICY = POLICY.replace(f"- {key}", f"- {signed}")


def detected(
    table: str,
    column: str,
    entity: str | None,
    verdict: str = "certain",
    rows: int = 9000,
    nulls: int = 90,
    names_seen: str = "",
) -> ColumnVerdict:
    """Return the verdict on a column."""
    return ColumnVerdict(
        table,
        column,
        entity,
        None,
        verdict,
        0.97,
        rows,
        nulls,
        distinct=rows,
        matches=rows,
        names_seen=names_seen,
    )


HIGH = Confidence.HIGH
LEAK = Finding(
    check="tenancy-cross-reference",
    table="tickets",
    columns=("project_id",),
    target="projects",
    severity=Severity.CRITICAL,
    confidence=HIGH,
    rows=3,
    of=20000,
    subjects=3,
    detail={"pairs": 2},
    sql="SELECT 1",
)
OVERDUE = Finding(
    check="retention-overdue",
    table="users",
    columns=("last_seen_at",),
    severity=Severity.HIGH,
    confidence=HIGH,
    rows=310,
    of=9000,
    detail={
        "cut_off": "2023-10-23",
        "overdue_to_1_1x": 100,
        "overdue_to_1_5x": 150,
        "overdue_to_3x": 50,
        "overdue_over_3x": 10,
    },
)
CLASSES = Finding(
    check="reidentification-low-k",
    table="users",
    columns=("birth_date", "gender"),
    severity=Severity.MEDIUM,
    confidence=HIGH,
    rows=812,
    of=9000,
    detail={
        "k": 5,
        "smallest_class": 1,
        "classes": 23,
        "classes_1": 3,
        "classes_2": 4,
        "classes_3_4": 5,
        "classes_5_9": 6,
        "classes_10_19": 5,
    },
)
WAIVED = Finding(
    check="minimisation-empty-column",
    table="users",
    columns=("fax",),
    severity=Severity.LOW,
    confidence=HIGH,
    rows=9000,
    of=9000,
    waiver=Waiver("12345678", "kept for the next release", "J. Roe", date(2026, 12, 31)),
)


@pytest.fixture
def audit() -> Audit:
    return Audit(
        outcomes=(
            LEAK,
            OVERDUE,
            CLASSES,
            WAIVED,
            Passed(check="tenancy-missing-key", table="users", of=9000),
            NotAssessed(
                check="retention-overdue",
                table="invoices",
                cause=Cause.UNDECLARED,
                reason="no period is declared",
            ),
            NotAssessed(
                check="tenancy-missing-key",
                table="hidden",
                cause=Cause.NO_RIGHT,
                reason="this role may not read it",
            ),
        ),
        source="helpdesk.sqlite",
        as_of=date(2026, 11, 22),
        relations=(63, 71),
        policy={"name": "Helpdesk", "digest": "ab" * 32},
        columns=(
            detected("users", "email", "EMAIL_ADDRESS"),
            detected("users", "diagnosis", "HEALTH", "likely"),
            detected("patients", "diagnosis", "HEALTH"),
            detected("users", "code", "PERSON", "review"),
            detected("users", "id", None, "none"),
        ),
        run={"started": "2026-11-22T09:30:00+00:00", "versions": {"privacy-auditkit": "0.1.0"}},
    )


@pytest.fixture
def policy() -> Policy:
    return Policy.parse(POLICY)


@pytest.fixture
def with_outcomes(audit: Audit) -> Callable[..., Audit]:
    """Return a function that gives the audit other outcomes."""
    return lambda *outcomes, **changes: replace(audit, outcomes=outcomes, **changes)
