"""The search for personal data: one pass over every cell of every table."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from auditkit import detection
from auditkit.budget import Budget
from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.facts.reference_columns import without_references
from auditkit.facts.relation import Examined
from auditkit.outcome import Missing
from auditkit.policy import Policy
from auditkit.running.progress import SEARCH, Progress, step


@fact(reads_cells=True)
def profile(
    dataset: Dataset, policy: Policy, sample: int | None, progress: Progress | None, budget: Budget | None
) -> detection.Profile:
    """Which columns hold which personal data, in every table that the policy does not exclude."""
    names = [name for name in dataset.tables if policy.exclusion(name) is None]
    return within(budget, dataset, names, sample=sample, progress=progress, policy=policy)


@fact
def verdicts(
    profile: detection.Profile, relation: Examined, reference_columns: frozenset[str]
) -> Mapping[str, detection.ColumnVerdict] | Missing:
    """The verdict on each column of the table, or why the table could not be read.

    A column that is declared as a reference holds keys, and no personal data by its words.
    """
    found = profile.of_table(relation.name)
    return found if isinstance(found, Missing) else without_references(found, reference_columns)


def within(
    budget: Budget | None,
    dataset: Dataset,
    tables: Collection[str],
    *,
    sample: int | None = None,
    progress: Progress | None = None,
    policy: Policy | None = None,
) -> detection.Profile:
    """Return the profile of the tables that can be read within a budget; the others have failed."""
    if budget is None:
        return detection.profile(dataset, sample=sample, tables=tables, progress=progress, policy=policy)
    parts = []
    for done, name in enumerate(tables):
        if progress is not None:
            progress(step(SEARCH, name), done, len(tables))
        late = budget.missing
        with dataset.statements_limited(budget.statement):
            read = None if late else detection.profile(dataset, sample=sample, tables=[name], policy=policy)
            parts.append(read or detection.Profile(failed={name: late} if late else {}))
    if progress is not None and tables:
        progress(step(SEARCH), len(tables), len(tables))
    return detection.Profile.sum(parts)
