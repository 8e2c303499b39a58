from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.policy import TablePolicy
from auditkit.vocabulary import Sensitivity, is_ancestor, sensitivity

SIZE = "auditkit_class_size"
K, K_OF_HEALTH = 5, 11
"""How many must share a combination where the policy states nothing: 5 is the customary least cell of
statistical offices, 11 that of health data (Centers for Medicare and Medicaid Services, cell size suppression
policy)."""
BANDS = {"1": (1, 1), "2": (2, 2), "3_4": (3, 4), "5_9": (5, 9), "10_19": (10, 19), "20_up": (20, None)}
_HEALTH = ("user.health_and_medical", "user.biometric.health")


@fact
def classes(rows: ir.Table, quasi_identifiers: tuple[str, ...]) -> ir.Table:
    """The rows of the table, each with the size of its equivalence class; an empty cell is a value like
    another.
    """
    size = rows.count().over(ibis.window(group_by=[comparable(rows[c]) for c in quasi_identifiers]))
    return rows.mutate(**{SIZE: size})


def comparable(cell: ir.Column) -> ir.Column:
    """Return a cell as what rows are grouped by: as text where databases know no equality, as of JSON and of
    points.
    """
    kind = cell.type()
    return cell.cast("string") if kind.is_json() or kind.is_geospatial() else cell


def least(declared: TablePolicy) -> int:
    """Return k: as the policy states it, else 11 where it declares or protects data on health, else 5.

    >>> from auditkit.policy import Policy
    >>> told = "tables: {a: {k: 3}, b: {columns: {icd: user.health_and_medical}}, c: {}}"
    >>> policy = Policy.parse("{version: 1, name: X, " + told + "}")
    >>> [least(policy.table(t)) for t in "abc"]
    [3, 11, 5]
    """
    health = [
        c
        for c in declared.columns.values()
        if c.personal and sensitivity(c.category) is Sensitivity.SPECIAL_CATEGORY
    ]
    return declared.k or (
        K_OF_HEALTH if any(is_ancestor(h, c.category) for c in health for h in _HEALTH) else K
    )


def histogram(size: ir.NumericColumn, share: ir.NumericColumn) -> dict[str, ir.Scalar]:
    """Return how many classes there are of which size, as scalars; `share` is what part of its class each row
    is.
    """
    within = {
        name: (size >= low) if high is None else size.between(low, high)
        for name, (low, high) in BANDS.items()
    }
    return {f"classes_{name}": share.sum(where=w).fill_null(0).round() for name, w in within.items()}
