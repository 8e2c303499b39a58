"""Database role that is shared, unused or never expires

## What it finds
Roles that log in and have one of these faults, each a word of the details:

- `no_expiry`: the password of the role never expires;
- `expired`: the role is past its expiry and still exists;
- `unused`: the role has no right in any database, owns nothing and is a member of nothing;
- `shared`: several programs are connected as the role now;
- `human_and_service`: a person's tool, such as psql, and a service are connected as the role now.

## Why it matters
Only where a role is one person or one program can anybody say who did something. Only a role that expires
does not outlive its reason (GDPR Art. 32(1)(b), 32(4)).

## How to fix
Make a role for each person and each program. Run the statement of the finding: `ALTER ROLE r VALID UNTIL
'2027-06-30'`, or `ALTER ROLE r NOLOGIN` for a role that nobody uses. On MySQL it is `ALTER USER u PASSWORD
EXPIRE INTERVAL 90 DAY` or `ACCOUNT LOCK`. Waive the finding for a service whose secret is rotated by other
means.

## Limits
Databases do not record when a role last connected, so a role without a connection now is not called unused
for that. Only some roles may see who is connected. A role whose password the server does not keep needs no
expiry.

## Example
>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-role-hygiene"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]

## References
- GDPR Art. 32(1)(b), confidentiality and integrity of systems
- GDPR Art. 32(4), persons who act under the authority of the controller
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Item, check, each, fact
from auditkit.dataset.rights import Rights, Role
from auditkit.facts.access.server import Server
from auditkit.outcome import Confidence, Missing, Severity

FAULTS = ("no_expiry", "expired", "unused", "shared", "human_and_service")
SCHEMA = pa.schema(
    [("target", pa.string())]
    + [(fault, pa.bool_()) for fault in FAULTS]
    + [("programs", pa.int64()), ("confidence", pa.string()), ("ddl", pa.string())]
)
EXPIRY, USE = "expiry", "use"
_NO_PASSWORD = frozenset({"none", "peer"})


@dataclass(frozen=True)
class RoleAspect(Item):
    """What the check looks at in the roles of a server: their expiry, or their use."""

    name: str
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """The aspect, in place of the server that would be the target."""
        return {"target": f"{self.name} of roles"}


@each
def role_aspect(server: Server) -> tuple[RoleAspect, ...]:
    """The expiry and the use of the roles of a server; only some roles may see who is connected."""
    unseen = server.rights.unseen
    return RoleAspect(EXPIRY, unseen.get("grants")), RoleAspect(USE, unseen.get("sessions"))


@fact
def role_habits(server: Server, role_aspect: RoleAspect, as_of: date) -> ir.Table:
    """The roles that log in, one row each, with the faults of their expiry or of their use.

    The roles that the server brings and the role of the audit are left out.
    """
    rights = server.rights
    rows = [
        {"target": role.name} | (_expiry(rights, role, as_of) if role_aspect.name == EXPIRY else _use(role))
        for role in rights.roles.values()
        if role.logs_in and not role.built_in and role.name != rights.role
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _expiry(rights: Rights, role: Role, as_of: date) -> dict[str, object]:
    expired = role.expires is not None and role.expires <= as_of.isoformat()
    unused = not (role.administers or role.engaged) and len(rights.becomes(role.name)) == 1
    sure = expired or unused or role.password is not None
    repair = rights.statements.lock_role if expired or unused else rights.statements.limit_password
    return {
        "no_expiry": role.expires is None and role.password not in _NO_PASSWORD,
        "expired": expired,
        "unused": unused,
        "confidence": str(Confidence.HIGH if sure else Confidence.MEDIUM),
        "ddl": repair(role.name),
    }


def _use(role: Role) -> dict[str, object]:
    programs, interactive = role.programs or 0, role.interactive or 0
    mixed = bool(interactive) and programs > interactive
    several = programs > 1
    return {
        "shared": several and not mixed,
        "human_and_service": several and mixed,
        "programs": programs,
        "confidence": str(Confidence.HIGH if mixed else Confidence.LOW),
    }


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 32(1)(b)", "GDPR 32(4)"),
    says=(
        "{no_expiry:its password never expires}; {expired:it has expired};"
        " {unused:it has no right and owns nothing}; {shared:several programs are connected as it};"
        " {human_and_service:a person and a service are connected as it}; {programs:program}"
    ),
)
def role_hygiene(role_habits: ir.Table) -> ir.Table:
    """Return the roles that have one of the faults."""
    faults = {fault: role_habits[fault].fill_null(False) for fault in FAULTS}
    grave = faults["unused"] | faults["human_and_service"]
    severity = ibis.cases((grave, Severity.MEDIUM.value), else_=Severity.LOW.value)
    marked = role_habits.mutate(
        **{name: fault.nullif(False) for name, fault in faults.items()}, severity=severity
    )
    return marked.filter(reduce(or_, [marked[fault].notnull() for fault in FAULTS]))
