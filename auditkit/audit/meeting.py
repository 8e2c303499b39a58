"""Where a policy meets a source: what they do not have in common is shown before a row is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from auditkit.audit import starts
from auditkit.dataset import Dataset, opened
from auditkit.dataset.adopted import adopted
from auditkit.dataset.sources import is_frame
from auditkit.detection.configured import problems as problems_of_detection
from auditkit.errors import UsageError
from auditkit.policy import Policy, PolicyError
from auditkit.policy.access_log import with_log
from auditkit.policy.checked import Absent, Comparison
from auditkit.relations.unreached import unreached


@contextmanager
def met(
    source: Any,
    policy: Policy,
    *,
    name: str | None = None,
    strict: bool = False,
    timeout: Callable[[], float] | None = None,
) -> Iterator[Dataset]:
    """Open a source for a `with`, together with the file of the access log, after the policy was checked.

    Args:
        source: what `auditkit.open` takes, or an open dataset, which stays open.
        policy: the policy.
        name: what to call a lone frame.
        strict: a table that the policy names and the source lacks is an error too.
        timeout: how many seconds a statement may take that begins now, on opening too.

    Raises:
        SourceError: the source cannot be opened.
        PolicyError: the policy names what the source does not have; with every problem.
        UsageError: a name is given for what is not a lone frame.
    """
    with opened(named(source, policy, name), timeout=timeout) as alone, with_log(alone, policy) as dataset:
        check(dataset, policy, strict=strict)
        if wrong := tuple(starts.problems(dataset, policy)):
            raise PolicyError(wrong, file=policy.file)
        yield dataset


def check(dataset: Dataset, policy: Policy, *, strict: bool = False) -> tuple[Absent, ...]:
    """Return the tables that a policy names and a source lacks, after everything else was found to be there.

    Only the catalogue of the source is looked at.

    Raises:
        PolicyError: the policy names what the source does not have; with every problem.
    """
    compared = Comparison(policy, dataset.relations)
    wrong = [*problems_of_detection(policy), *compared.problems]
    if strict:
        wrong += [table.problem for table in compared.absent]
    if wrong := wrong or [*unreached(policy, dataset)]:
        ordered = sorted(wrong, key=lambda problem: (problem.line or 0, problem.column or 0))
        raise PolicyError(ordered, file=policy.file)
    return compared.absent


def named(source: Any, policy: Policy, name: str | None = None) -> Any:
    """Return a lone frame under a name: the given one, else that of the only table which a policy declares.

    Any other source is returned as it is.

    Raises:
        UsageError: a name is given for what is not a lone frame.
    """
    source = source if isinstance(source, Dataset) else adopted(source)
    if not is_frame(source):
        if name is not None:
            raise UsageError("name is what to call a lone DataFrame; the tables of this source have names")
        return source
    declared = [table for table in policy.tables if "*" not in table]
    only = declared[0] if len(policy.tables) == len(declared) == 1 else None
    chosen = name or only
    return source if chosen is None else {chosen: source}
