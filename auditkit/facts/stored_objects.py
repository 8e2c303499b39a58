from __future__ import annotations

import ibis.expr.types as ir

from auditkit.facts.personal_column import Column
from auditkit.relations.owner import TENANT

HOLDERS = "auditkit_holders"
SHORTEST = 16
"""A shorter name without a folder is a file name such as `report.pdf`, not a key."""
EVERYBODY = 5
"""An object of more tenants than this is an asset of them all."""


def stored_objects(tenanted: ir.Table, object_column: Column) -> ir.Table:
    """The rows of the table, with how many tenants hold the stored object that each names; 0 where it names
    none for sure.
    """
    name = tenanted[object_column.name].strip()
    keyed = tenanted.filter((name.contains("/") | (name.length() >= SHORTEST)) & tenanted[TENANT].notnull())
    key = keyed[object_column.name].strip()
    held = keyed.select(auditkit_object=key, auditkit_holder=keyed[TENANT])
    counted = held.group_by("auditkit_object").aggregate(auditkit_n=held.auditkit_holder.nunique())
    joined = tenanted.left_join(counted, name == counted.auditkit_object)
    return joined.select(*[joined[c] for c in tenanted.columns], **{HOLDERS: joined.auditkit_n.fill_null(0)})
