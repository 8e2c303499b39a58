from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.facts.personal_column import Column
from auditkit.relations.owner import TENANT

SHARED = "auditkit_shared"


def shared_values(tenanted: ir.Table, credential_column: Column) -> ir.Table:
    """The rows of the table, with whether another tenant's row holds the same value in a column of credentials."""
    within = ibis.window(group_by=[tenanted[credential_column.name]])
    tenant = tenanted[TENANT]
    value = tenanted[credential_column.name]
    differs = tenant.min().over(within) != tenant.max().over(within)
    return tenanted.mutate(**{SHARED: differs & value.notnull() & (value.strip() != "")})
