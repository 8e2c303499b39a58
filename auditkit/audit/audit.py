"""An audit as its users see it: the record of what it found, and the views of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from auditkit.record import AuditRecord

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True, repr=False)
class Audit(AuditRecord):
    """The result of an audit: every planned outcome, and what was detected on the way.

    >>> import auditkit, pandas as pd
    >>> audit = auditkit.audit(pd.DataFrame({"n": [1, 2]}), checks=["pii-undeclared"], as_of="2026-11-22")
    >>> [(o.check, o.table, o.cause.value) for o in audit.not_assessed]
    [('pii-undeclared', 'data', 'undeclared')]
    """

    def to_pandas(self) -> pd.DataFrame:
        """Return one row for each outcome, with the keys of `to_dict()["outcomes"]` as columns."""
        import pandas as pd

        return pd.DataFrame(self.to_dict()["outcomes"])

    def to_html(self) -> str:
        """Return the report of this audit as one page that needs no other file."""
        from auditkit.report import html, model

        return html.render(model.of(self))

    def to_sarif(self) -> str:
        """Return the findings as SARIF 2.1.0."""
        from auditkit.report import sarif

        return sarif.render(self)

    def save(self, folder: str | Path) -> Path:
        """Write the files of a run into a folder, all or none of them, and return the folder."""
        from auditkit.report import folder as run_folder

        return run_folder.save(self, Path(folder))

    def _repr_html_(self) -> str:
        from auditkit.report import html

        return html.fragment(self)
