from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.facts.secured_table import ServerTable
from auditkit.facts.sensitive import sensitive
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.relations import Relations
from auditkit.relations.owner import TENANT, owned

SCHEMA = pa.schema(
    [
        ("rows", pa.int64()),
        ("of", pa.int64()),
        ("own_visible", pa.int64()),
        ("own", pa.int64()),
        ("role", pa.string()),
        ("sensitive", pa.bool_()),
    ]
)


def probe_result(
    dataset: Dataset, policy: Policy, relations: Relations, probed_table: ServerTable
) -> ir.Table | Missing:
    """How many rows of other tenants a role sees of a table when it says that it is one, in one row; rows of
    nobody do not count.

    It is the tenant with the most rows. Where the role sees none of its rows, nothing is proven: the tenant
    is said in another way.
    """
    probe, name = policy.probe, probed_table.name
    assert probe is not None  # without it no table is probed
    tenants = owned(dataset.tables, relations, name).select(TENANT)
    found = dataset.probed(name, tenants, probe.role, probe.setting)
    if isinstance(found, Missing):
        return found
    if not found.own_visible and not found.others_visible:
        told = (
            f"{probe.role} sees no row of {name} when {probe.setting} names the tenant that has most of them:"
            " the probe proves nothing"
        )
        return Missing(Cause.UNSEEN, f"{told}; correct `probe.setting`, or the row policy")
    row = {
        "rows": found.others_visible, "of": found.others, "own_visible": found.own_visible, "own": found.own,
        "role": probe.role, "sensitive": sensitive(policy, Examined(name, None)),
    }  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))
