"""Detection of personal data: in columns (`profile`) and in text (`analyzer`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from auditkit.detection.profile import Profile
from auditkit.detection.profiling import profile, profile_batch
from auditkit.detection.verdict import ColumnVerdict, NamesModel

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine

    from auditkit.policy import Policy

__all__ = ["ColumnVerdict", "NamesModel", "Profile", "analyzer", "explain", "profile", "profile_batch"]


def analyzer(policy: Policy | str | Path | None = None) -> AnalyzerEngine:
    """Return a Presidio analyzer with Presidio's recognisers and ours.

    It needs the extra `presidio`, and has the names model where the extra `ner` is installed. Nothing is
    downloaded, and no socket is opened.

    Args:
        policy: its block `detection` says what else to look for, what is never personal, and which model
            finds names.

    Raises:
        NotInstalledError: the extra `presidio` is not installed.
        PolicyError: the policy cannot be read, or names a model that is not installed.

    >>> found = analyzer().analyze("Mail ana@example.org", language="en")
    >>> "EMAIL_ADDRESS" in {result.entity_type for result in found}
    True
    """
    from auditkit.extras import require

    require("presidio", "an analyzer of text needs")
    from auditkit.detection.configured import of_policy
    from auditkit.detection.engine import engine
    from auditkit.policy import Policy

    return engine(of_policy(Policy.load(policy)) if policy is not None else None)


def explain(profile: Profile, table: str, column: str) -> str:
    """Return the evidence on a column in words, with its weights: counts, and no value.

    Raises:
        ValueError: the profile has no such column.

    >>> import auditkit, pandas as pd
    >>> people = pd.DataFrame({"email": ["ana@example.org", "ben@example.org"]})
    >>> print(explain(auditkit.profile({"people": people}), "people", "email").splitlines()[0])
    people.email: EMAIL_ADDRESS, certain (1.00)
    """
    from auditkit.detection import explanation

    return explanation.explain(profile, table, column)
