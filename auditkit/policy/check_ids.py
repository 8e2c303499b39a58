"""The ids of the checks, as far as a policy needs them: by where the checks are, without loading them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def check_ids() -> frozenset[str]:
    """Return the ids of all checks: `retention-overdue` is `scanners/retention/overdue.py`.

    >>> "retention-overdue" in check_ids()
    True
    """
    return frozenset(
        f"{folder.name}-{module.name.removesuffix('.py')}".replace("_", "-")
        for folder in files("auditkit").joinpath("scanners").iterdir()
        if folder.is_dir()
        for module in folder.iterdir()
        if module.name.endswith(".py") and "\n@check(" in module.read_text(encoding="utf-8")
    )
