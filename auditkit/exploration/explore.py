"""The run that makes an exploration: profile, draft, audit with the draft, count what periods would mean."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from auditkit.audit.meeting import named
from auditkit.audit.run import run
from auditkit.budget import Budget
from auditkit.catalogue import chosen
from auditkit.dataset import Dataset, opened
from auditkit.detection import Profile
from auditkit.draft import planned
from auditkit.draft.plan import Plan
from auditkit.draft.text import written
from auditkit.exploration.exploration import Exploration
from auditkit.exploration.hiding import hidings
from auditkit.exploration.statements import statements
from auditkit.facts.profile import within
from auditkit.options import RunOptions
from auditkit.policy import Policy
from auditkit.relations.tenant_map import tenant_map_of
from auditkit.running.progress import Progress, progress
from auditkit.scanners.retention.other_periods import Effect, what_if

PERIODS = tuple(f"P{years}Y" for years in range(1, 11))
"""The periods of the overdue curve."""
FILE = "draft.yaml"


def explore(
    source: Any,
    *,
    as_of: date | str | None = None,
    sample: int | None = None,
    budget: Budget | timedelta | str | None = None,
    name: str | None = None,
    watch: Progress | None = None,
) -> Exploration:
    """Return what a source holds; the arguments and errors are those of `auditkit.explore`.

    Args:
        source: as for `auditkit.open`, or an open dataset.
        as_of: the day of the audit.
        sample: read at most so many rows a table for personal data.
        budget: how long to go on reading.
        name: what to call a lone frame.
        watch: is called with what is being done, how much of it is done, and how much there is.
    """
    options = RunOptions.of(as_of=as_of, sample=sample, budget=budget, progress=watch)
    with opened(named(source, Policy.empty(), name)) as dataset, progress() as shown:
        options = replace(options, progress=options.progress or shown)
        tables: Collection[str] = tuple(dataset.relations)
        profile = within(options.budget, dataset, tables, sample=sample, progress=options.progress)
        plan = planned(dataset, profile)
        return _explored(dataset, profile, plan, options)


def _explored(dataset: Dataset, profile: Profile, plan: Plan, options: RunOptions) -> Exploration:
    preview = Policy.parse(written(dataset, profile, plan, preview=True), name=FILE)
    audit = run(chosen(None, None), dataset, preview, options, known={"profile": profile})
    ages = _ages(dataset, profile, plan, options.as_of)
    hidden = hidings(dataset, plan, audit)
    return Exploration(
        source=dataset.name,
        as_of=options.as_of,
        profile=profile,
        audit=audit,
        hiding=hidden,
        ages=ages,
        tenants=tenant_map_of(dataset, preview),
        next=statements(plan, hidden, ages),
        draft=written(dataset, profile, plan),
    )


def _ages(dataset: Dataset, profile: Profile, plan: Plan, as_of: date) -> tuple[Effect, ...]:
    """Return how many rows each period would make overdue, for every table whose rows have a start."""
    text = written(dataset, profile, plan, preview=True, longest=PERIODS[-1])
    found = what_if(dataset, Policy.parse(text, name=FILE), PERIODS, as_of)
    starts = {t.name: t.start for t in plan.tables if t.start is not None}
    return tuple(
        replace(e, current=None, rule=f"by {starts[e.table].via}" if starts[e.table].via else e.rule)
        for e in found
        if e.table in starts
    )
