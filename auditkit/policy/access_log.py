"""The access log of a policy, where it is a file next to the source."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from auditkit.dataset import Dataset
from auditkit.dataset.beside import with_file
from auditkit.policy.error import PolicyError
from auditkit.policy.policy import Policy


def with_log(dataset: Dataset, policy: Policy) -> AbstractContextManager[Dataset]:
    """Return a dataset for a `with`, together with the file that holds the access log, where there is one.

    Raises:
        PolicyError: the source has a table of that name by itself.
    """
    log = policy.access_log
    if log is None or log.file is None:
        return nullcontext(dataset)
    if log.table in dataset.relations:
        raise PolicyError.at(
            policy,
            ("access_log", "file"),
            f"the source has a table {log.table!r} already: give the file another name",
        )
    return with_file(dataset, log.table, policy.folder / log.file)
