"""The register: the risks, the checks that speak of each, and how much exposure a finding of each shows."""

from __future__ import annotations

from dataclasses import dataclass

from auditkit.report.say import say, sentences


@dataclass(frozen=True)
class Risk:
    """A risk for the people the data is about.

    Attributes:
        id: its name in the policy.
        speaks: the scanners and checks whose findings are an exposure to it. A check that one risk names
            counts for that risk alone, not for others that name its scanner.
        by_design: whether it comes from the processing as it is meant to work.
        stated: whether only a person can state its likelihood.
    """

    id: str
    speaks: tuple[str, ...]
    by_design: bool = False
    stated: bool = False

    @property
    def title(self) -> str:
        """Its name in words."""
        return say(f"risk.{self.id}.title")

    @property
    def scenario(self) -> str:
        """What happens."""
        return say(f"risk.{self.id}.scenario")

    def parts(self, name: str, *, tenants: bool = False) -> tuple[str, ...]:
        """Return the `sources`, `threats` or `impacts` that it usually has, first those between tenants.

        >>> REGISTER[0].parts("threats")[0], REGISTER[0].parts("threats", tenants=True)[0]
        ('a role has more rights than its job needs', 'rows of one tenant are served to another')
        """
        between = sentences(f"risk.{self.id}.tenants.{name}") if tenants else ()
        return (*between, *sentences(f"risk.{self.id}.{name}"))

    def covers(self, check: str) -> bool:
        """Return whether a check speaks of it."""
        return (check if check in _NAMED else check.partition("-")[0]) in self.speaks


REGISTER = (
    Risk("access", ("tenancy", "access")),
    Risk(
        "change",
        (
            "tenancy-derived-drift", "tenancy-orphan-parent", "tenancy-orphan-tenant", "tenancy-cascade",
            "tenancy-rollup-mismatch", "access-auditor-writes",
        ),
        stated=True,
    ),
    Risk("loss", ("retention-premature",), stated=True),
    Risk("excess", ("pii", "minimisation"), by_design=True),
    Risk("storage", ("retention",), by_design=True),
    Risk("singling_out", ("reidentification",), by_design=True),
)  # fmt: skip

_NAMED = frozenset(check for risk in REGISTER for check in risk.speaks if "-" in check)

HAPPENED, POSSIBLE, DIFFICULT = 4, 3, 2

OBSERVED = frozenset(
    "access-plaintext-credential access-secret-in-url access-tenant-probe access-open-host"
    " access-public-bucket pii-secret tenancy-shared-credential tenancy-canary retention-resurrected"
    " retention-copy reidentification-reversible-pseudonym reidentification-weak-hash"
    " reidentification-declared-anonymous".split()
)
"""The checks whose finding is the event itself, or data that lies open."""

WEAK = frozenset(
    "minimisation-constant-column minimisation-derivable minimisation-empty-column pii-declared-absent"
    " tenancy-global-unique tenancy-bare-foreign-key reidentification-sequential-pseudonym".split()
)
"""The checks whose finding alone makes no threat possible."""

CHILDREN, SPECIAL, SECRETS = "pii-child", "pii-special-category", frozenset({"pii-secret"})
