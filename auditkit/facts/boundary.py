from __future__ import annotations

from auditkit.check import fact
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations
from auditkit.relations.references import Boundary

NO_BOUNDARY = Missing(
    Cause.UNDECLARED,
    "neither the policy nor the data says what a tenant is: declare `tenancy` with its root and key",
)


@fact
def boundary(relations: Relations) -> Boundary | Missing:
    """What separates tenants: the table of the tenants, its key, and the column that carries it elsewhere."""
    return relations.boundary or NO_BOUNDARY
