"""The state of one run: the facts so far, and what failed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from auditkit.dataset import Dataset, SourceError
from auditkit.errors import value_free
from auditkit.gather import Facts
from auditkit.options import RunOptions
from auditkit.outcome import Cause, Missing
from auditkit.policy import NoColumnError, Policy, PolicyError


@dataclass
class Examination:
    """The state of one run: what it reads, what it knows so far, and what failed.

    Attributes:
        dataset: what is examined.
        policy: what is declared.
        options: the parameters of the run.
        failures: where each failure came from.
        known: facts that are known from the start, by name.
    """

    dataset: Dataset
    policy: Policy
    options: RunOptions
    failures: list[str] = field(default_factory=list)
    known: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def facts(self) -> Facts:
        """The facts, gathered when they are asked for."""
        options = self.options
        given = {
            "dataset": self.dataset, "policy": self.policy, "as_of": options.as_of, "sample": options.sample,
            "progress": options.progress, "budget": options.budget, **self.known,
        }  # fmt: skip
        return Facts(given, self.failed)

    def on_another_day(self, as_of: date) -> Examination:
        """Return a run for another day, which shares the facts that do not depend on the day."""
        other = Examination(self.dataset, self.policy, replace(self.options, as_of=as_of), self.failures)
        other.facts = self.facts.on_another_day(as_of)
        return other

    @property
    def late(self) -> Missing | None:
        """Why nothing more is read; None while there is time, or where nothing bounds the run."""
        return self.options.budget.missing if self.options.budget is not None else None

    def bounded(self) -> AbstractContextManager[None]:
        """Return a context in which a statement may take no more than what the budget leaves for it."""
        budget = self.options.budget
        return self.dataset.statements_limited(budget.statement) if budget is not None else nullcontext()

    def report(self, step: str, done: int, of: int) -> None:
        """Tell who watches how far the run is; a stage without a part is not shown."""
        if self.options.progress is not None and of:
            self.options.progress(step, done, of)

    def failed(self, name: str, error: Exception) -> Missing:
        """Return why something is missing after an error, without the text of the error: it may hold values.

        Args:
            name: the fact or check that failed.
            error: what it raised.

        Raises:
            PolicyError: a person must correct the policy first. A column that this role may not read is no
                such error: it is missing for want of the right.
            Exception: any other error but a source's, where the run is strict.
        """
        if isinstance(error, NoColumnError) and (closed := self.dataset.relations[error.table].closed):
            return closed
        if isinstance(error, NoColumnError) and self._is_for_several(error.table):
            reason = f"{error.problems[0].message} The policy names it for several tables, and others have it"
            return Missing(Cause.UNSEEN, reason)
        if isinstance(error, PolicyError):
            raise error
        if isinstance(error, SourceError):
            if error.missing.cause is Cause.ERROR:  # whoever reports it needs the place
                self.failures.append(value_free(name, error))
            return error.missing
        if self.options.strict:
            raise error
        self.failures.append(value_free(name, error))
        reason = f"{name} failed with {type(error).__name__}; the run's list of failures says where"
        return Missing(Cause.ERROR, reason)

    def _is_for_several(self, table: str) -> bool:
        """Return whether the policy says something of a table in an entry for several tables."""
        return "*" in str(self.policy.declares(table)) or "*" in self.policy.tables
