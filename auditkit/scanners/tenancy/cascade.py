"""A delete in one tenant removes another tenant's rows.

The reference that crosses tenants says ON DELETE CASCADE or SET NULL: when the other tenant deletes what is
its own, the database deletes or empties rows that are not, past row-level security and without a word (GDPR
Art. 5(1)(f), 32(1)(b)).

Remedy: correct the rows that the finding's SQL selects, and let the foreign key carry the tenant; until then
`ALTER TABLE child DROP CONSTRAINT child_parent_id_fkey, ADD FOREIGN KEY (parent_id) REFERENCES parent (id) ON
DELETE RESTRICT`.

>>> import auditkit, sqlite3, tempfile, pathlib
>>> path = pathlib.Path(tempfile.mkdtemp()) / "demo.sqlite"
>>> with sqlite3.connect(path) as connection:
...     _ = connection.executescript('''CREATE TABLE tenants (id INTEGER PRIMARY KEY);
...         CREATE TABLE projects (id INTEGER PRIMARY KEY, tenant_id INTEGER);
...         CREATE TABLE tasks (id INTEGER PRIMARY KEY, tenant_id INTEGER, project_id INTEGER REFERENCES projects ON DELETE CASCADE);
...         INSERT INTO tenants VALUES (1), (2); INSERT INTO projects VALUES (10, 1), (20, 2);
...         INSERT INTO tasks VALUES (1, 1, 10), (2, 1, 20)''')
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(path, policy, checks=["tenancy-cascade"])
>>> [(f.table, f.columns, f.target, f.rows, f.detail["on_delete"]) for f in audit.findings]
[('tasks', ('project_id',), 'projects', 1, 'CASCADE')]
"""

from __future__ import annotations

from dataclasses import replace

import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.facts.tenancy.separation import Separation
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Reference
from auditkit.relations.owner import PARENT_TENANT, TENANT

REACHES = ("CASCADE", "SET NULL", "SET DEFAULT")


@fact
def on_delete(reference: Reference) -> str | Missing:
    """What the database does to a row of the table when the row it refers to is deleted: CASCADE, SET NULL or
    SET DEFAULT.
    """
    if reference.on_delete in REACHES:
        return str(reference.on_delete)
    return Missing(
        Cause.NOT_APPLICABLE,
        f"the database does nothing to {reference.table} when a row of {reference.parent} is deleted",
    )


@check(severity=Severity.CRITICAL, articles=("GDPR 5(1)(f)", "GDPR 32(1)(b)"))
def cascade(linked: ir.Table, separation: Separation, reference: Reference, on_delete: str) -> Offending:
    """Return whether a row goes, or is emptied, when another tenant deletes the row it refers to."""
    answer = separation.answer(linked[TENANT] != linked[PARENT_TENANT], linked, reference)
    return replace(
        answer, detail={**answer.detail, "on_delete": on_delete}, between=None
    )  # cross-reference tells of the same rows
