from __future__ import annotations

from collections.abc import Mapping

from auditkit.check import fact
from auditkit.detection import ColumnVerdict, Profile
from auditkit.facts.relation import Examined
from auditkit.outcome import Missing


@fact
def verdicts(profile: Profile, relation: Examined) -> Mapping[str, ColumnVerdict] | Missing:
    """The verdict of the profile on each column of the table, or why the table could not be read."""
    if (failed := profile.failed.get(relation.name)) is not None:
        return failed
    return {verdict.column: verdict for verdict in profile.columns if verdict.table == relation.name}
