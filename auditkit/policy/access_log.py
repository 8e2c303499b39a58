"""The access log of a policy, where it is a file next to the source."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from auditkit.dataset import Dataset
from auditkit.dataset.beside import with_file
from auditkit.policy.error import PolicyError
from auditkit.policy.policy import Policy

FOLDERS = "AUDITKIT_FOLDERS"
"""The environment variable for folders in which a policy may name files, as PATH lists folders."""


def with_log(dataset: Dataset, policy: Policy) -> AbstractContextManager[Dataset]:
    """Return a dataset for a `with`, together with the file that holds the access log, where there is one.

    Raises:
        PolicyError: the source has a table of that name by itself, or the file is outside of the folder of
            the policy and of the folders that whoever runs auditkit allows.
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
    path = (policy.folder / log.file).resolve()
    if not any(path.is_relative_to(folder.resolve()) for folder in _allowed(policy)):
        raise PolicyError.at(
            policy,
            ("access_log", "file"),
            f"the file is not in the folder of the policy: move it there, or set {FOLDERS} to its folder",
        )
    return with_file(dataset, log.table, path)


def _allowed(policy: Policy) -> list[Path]:
    return [policy.folder, *map(Path, filter(None, os.environ.get(FOLDERS, "").split(os.pathsep)))]
