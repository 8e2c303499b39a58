"""Cascading delete crosses tenants

## What it finds
Rows that refer to a row of another tenant through a foreign key with `ON DELETE CASCADE`, `SET NULL` or `SET
DEFAULT`.

## Why it matters
When the other tenant deletes its own row, the database deletes or empties rows that belong to somebody else.
It does so without row-level security and without a message. This breaks integrity and availability (GDPR
Art. 5(1)(f), 32(1)(b)).

## How to fix
Correct the rows that the SQL of the finding selects, and make the tenant part of the foreign key. Until then
use `ALTER TABLE <table> DROP CONSTRAINT <table>_<column>_fkey, ADD FOREIGN KEY (<column>) REFERENCES <target>
(id) ON DELETE RESTRICT`.

## Limits
The check sees the rules that the database declares. It does not see deletes that application code or a
trigger passes on.

## Example
>>> import auditkit, pathlib, sqlite3, tempfile
>>> path = pathlib.Path(tempfile.mkdtemp()) / "demo.sqlite"
>>> with sqlite3.connect(path) as connection:
...     _ = connection.executescript('''
...         CREATE TABLE tenants (id INTEGER PRIMARY KEY);
...         CREATE TABLE projects (id INTEGER PRIMARY KEY, tenant_id INTEGER);
...         CREATE TABLE tasks (id INTEGER PRIMARY KEY, tenant_id INTEGER,
...             project_id INTEGER REFERENCES projects ON DELETE CASCADE);
...         INSERT INTO tenants VALUES (1), (2);
...         INSERT INTO projects VALUES (10, 1), (20, 2);
...         INSERT INTO tasks VALUES (1, 1, 10), (2, 1, 20)''')
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(path, policy, checks=["tenancy-cascade"])
>>> [(f.table, f.columns, f.target, f.rows, f.detail["on_delete"]) for f in audit.findings]
[('tasks', ('project_id',), 'projects', 1, 'CASCADE')]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32(1)(b), ongoing integrity and availability
"""

from __future__ import annotations

from dataclasses import replace

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.facts.tenancy.crossing import SAYS, Crossing
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Reference

CHANGES_ROWS = ("CASCADE", "SET NULL", "SET DEFAULT")


@fact
def on_delete(dataset: Dataset, reference: Reference) -> str | Missing:
    """What the database does to a row when the row that it refers to is deleted."""
    if reference.on_delete in CHANGES_ROWS:
        return str(reference.on_delete)
    return dataset.unseen_keys(reference.table) or Missing(
        Cause.NOT_APPLICABLE,
        f"the database does nothing to {reference.table} when a row of {reference.parent} is deleted",
    )


@check(
    severity=Severity.CRITICAL,
    articles=("GDPR 5(1)(f)", "GDPR 32(1)(b)"),
    says="ON DELETE {on_delete}; " + SAYS,
)
def cascade(reference_crossing: Crossing, on_delete: str) -> Offending:
    """Return whether a row is deleted or emptied when another tenant deletes the row that it refers to."""
    crosses = reference_crossing.tenants_differ
    # `tenancy-cross-reference` shows the tenants of the same rows
    return replace(reference_crossing.offending(crosses, on_delete=on_delete), between=None)
