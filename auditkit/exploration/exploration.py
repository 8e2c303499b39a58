"""What an exploration found, with its views."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from auditkit.audit.audit import Audit
from auditkit.detection import Profile
from auditkit.detection.verdict import ColumnVerdict
from auditkit.exploration.hiding import Hiding
from auditkit.exploration.statements import Statement
from auditkit.relations.tenant_map import TenantMap
from auditkit.scanners.retention.other_periods import Effect
from auditkit.vocabulary import PRESENT

NOTICE = (
    "A preview: auditkit took its own draft of a policy as right. Nobody has stated anything yet, so these"
    " are questions, not violations."
)


@dataclass(frozen=True, kw_only=True, repr=False)
class Exploration:
    """What a source holds, and what a policy would find in it: counts and names, no value.

    Attributes:
        source: what is shown of the source.
        as_of: the day of the exploration.
        profile: which columns hold what personal data.
        audit: the audit with the draft as a preview.
        hiding: how well people hide among each other in each table, the worst first.
        ages: how many rows periods of 1 to 10 years would make overdue, by table.
        tenants: how each table belongs to a tenant.
        next: what a person should state next.
        draft: the draft of the policy, as YAML; `auditkit init` prints the same.
    """

    source: str
    as_of: date
    profile: Profile
    audit: Audit
    hiding: tuple[Hiding, ...]
    ages: tuple[Effect, ...]
    tenants: TenantMap
    next: tuple[Statement, ...]
    draft: str

    @property
    def personal(self) -> dict[str, list[ColumnVerdict]]:
        """The columns with personal data, by table; the table with the most columns first."""
        found: dict[str, list[ColumnVerdict]] = {}
        for verdict in self.profile.columns:
            if verdict.verdict in PRESENT and verdict.category is not None:
                found.setdefault(verdict.table, []).append(verdict)
        return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))

    @property
    def texts(self) -> Sequence[ColumnVerdict]:
        """The columns with identifiers inside their texts, those with the most cells first."""
        found = [v for v in self.profile.columns if v.contains]
        return sorted(found, key=lambda v: (-v.inside, v.table, v.column))

    @property
    def scopes(self) -> Counter[str]:
        """How many tables belong to a tenant in which way."""
        return Counter(str(place.scope) for place in self.tenants.tables)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON types; `preview` is always true."""
        return {
            "schema": "auditkit/exploration/1",
            "preview": True,
            "notice": NOTICE,
            "source": self.source,
            "as_of": self.as_of.isoformat(),
            "columns": [verdict.to_dict() for verdict in self.profile.columns],
            "hiding": [hiding.to_dict() for hiding in self.hiding],
            "ages": [effect.to_dict() for effect in self.ages],
            "tenants": self.tenants.to_dict(),
            "next": [statement.to_dict() for statement in self.next],
            "draft": self.draft,
            "audit": self.audit.to_dict(),
        }

    def to_json(self) -> str:
        """Return it as JSON."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def to_html(self) -> str:
        """Return it as a page of one file, with figures and a card for each column."""
        from auditkit.exploration import page

        return page.page(self)

    def to_text(self, width: int | None = None) -> str:
        """Return it as text for a terminal, about one screen long.

        Args:
            width: the most characters of a line; 110 by default. A line of the policy is never cut.
        """
        from auditkit.exploration import text

        return text.text(self, width or text.WIDTH)

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        from auditkit.exploration import page

        return page.html(self)
