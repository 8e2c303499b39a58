"""A role that logs in is kept badly.

Who did something can only be told where a role is one person or one program, and only a role that ends does
not outlive its reason (GDPR Art. 32(1)(b), 32(4)). What is told is a word of the finding's `detail`:
`no_expiry` (its password never ends; one that is kept nowhere cannot), `expired` (it is past its end and
still there), `unused` (it has no right to anything in any database, owns nothing and is a member of nothing),
`shared` (several programs are connected as it now) and `human_and_service` (a person's tool, such as psql,
beside a service). Nobody keeps when a role last connected, so what is not connected now is not called unused
for that.

Remedy: a role for each person and each program; `ALTER ROLE r VALID UNTIL '2027-06-30'`, `ALTER ROLE r
    NOLOGIN` for what nobody uses (in
`detail.ddl`), on MySQL `ALTER USER u PASSWORD EXPIRE INTERVAL 90 DAY` and `ACCOUNT LOCK`. Accept a service
whose secret is rotated by other means with a waiver.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-role-hygiene"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Item, check, each, fact
from auditkit.dataset.rights import Rights, Role
from auditkit.facts.access.server import Server
from auditkit.outcome import Confidence, Missing, Severity
from auditkit.policy import Policy


@dataclass(frozen=True)
class RoleSign(Item):
    """What can be told of the roles of a server: how long they last, or who uses them."""

    name: str
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"target": f"{self.name} of roles"}


@each
def role_sign(server: Server) -> tuple[RoleSign, ...]:
    """What is looked at of the roles of a server: their expiry, and their use; who is connected only some
    roles may see.
    """
    unseen = server.rights.unseen
    return RoleSign("expiry", unseen.get("grants")), RoleSign("use", unseen.get("sessions"))


SCHEMA = pa.schema(
    [("target", pa.string()), ("no_expiry", pa.bool_()), ("expired", pa.bool_()), ("unused", pa.bool_()), ("shared", pa.bool_()),
     ("human_and_service", pa.bool_()), ("programs", pa.int64()), ("severity", pa.string()), ("confidence", pa.string()),
     ("ddl", pa.string())]
)  # fmt: skip
_KEYLESS = frozenset({"none", "peer"})


@fact
def role_habits(server: Server, role_sign: RoleSign, policy: Policy, as_of: date) -> ir.Table:
    """What is untidy about the roles that log in, one row for each: those that the server brought and the
    audit's own are left out.

    Expiry: a password that never expires (one that is kept nowhere cannot), a role past its expiry, and one
        that has no right to anything
    in any database, owns nothing and is a member of nothing. Use: several programs connected as one role, and
    a person beside a service.
    """
    rights, rows = server.rights, []
    for role in rights.roles.values():
        if not role.logs_in or role.built_in or role.name == rights.role:
            continue
        row = _expiry(rights, role, as_of) if role_sign.name == "expiry" else _use(role)
        if row:
            rows.append({"target": role.name, **row})
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _expiry(rights: Rights, role: Role, as_of: date) -> dict[str, object]:
    no_expiry = role.expires is None and role.password not in _KEYLESS
    expired = role.expires is not None and role.expires <= as_of.isoformat()
    idle = not (role.administers or role.engaged) and len(rights.becomes(role.name)) == 1
    if not (no_expiry or expired or idle):
        return {}
    name = rights.sql(role.name)
    if rights.dialect == "postgres":
        ddl = (
            f"ALTER ROLE {name} NOLOGIN"
            if expired or idle
            else f"ALTER ROLE {name} VALID UNTIL '<date of the next change>'"
        )
    else:
        ddl = (
            f"ALTER USER {name} ACCOUNT LOCK"
            if expired or idle
            else f"ALTER USER {name} PASSWORD EXPIRE INTERVAL 90 DAY"
        )
    return {
        "no_expiry": no_expiry or None, "expired": expired or None, "unused": idle or None, "ddl": ddl,
        "severity": str(Severity.MEDIUM if idle else Severity.LOW),
        "confidence": str(Confidence.HIGH if expired or idle or role.password is not None else Confidence.MEDIUM),
    }  # fmt: skip


def _use(role: Role) -> dict[str, object]:
    programs, interactive = role.programs or 0, role.interactive or 0
    mixed = bool(interactive) and programs > interactive
    if programs < 2:
        return {}
    return {
        "shared": not mixed or None, "human_and_service": mixed or None, "programs": programs,
        "severity": str(Severity.MEDIUM if mixed else Severity.LOW),
        "confidence": str(Confidence.HIGH if mixed else Confidence.LOW),
    }  # fmt: skip


@check(severity=Severity.MEDIUM, articles=("GDPR 32(1)(b)", "GDPR 32(4)"))
def role_hygiene(role_habits: ir.Table) -> ir.Table:
    """Return the roles with what is untidy about them."""
    return role_habits
