from __future__ import annotations

from collections.abc import Callable

from auditkit import detection
from auditkit.dataset import Dataset
from auditkit.policy import Policy


def profile(dataset: Dataset, policy: Policy, sample: int | None, progress: Callable[[str, int, int], None] | None) -> detection.Profile:
    """Which columns hold what personal data: one pass over every cell of every table that the policy does not exclude."""
    names = [name for name in dataset.tables if policy.exclusion(name) is None]
    return detection.profile(dataset, sample=sample, tables=names, progress=progress)
