from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import ibis.expr.types as ir

from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.facts.stored_credential import credential_of
from auditkit.outcome import Cause, Missing
from auditkit.policy import NoColumnError, Period, Policy
from auditkit.policy.credentials import Credentials, CredentialTable
from auditkit.relations.names import is_people, words

Age = Literal["expired", "unused", "unrotated"]
UNUSED = Period.parse("P90D")
"""Accounts that nobody uses are closed within 90 days (PCI DSS 4.0.1, 8.2.6)."""
ROTATION = Period.parse("P2Y")
"""The longest that a symmetric authentication key is used (NIST SP 800-57 Part 1 Rev. 5, table 1 of
5.3.6).
"""

_CLOCKS: Mapping[str, re.Pattern[str]] = {
    "expires": re.compile(r"^(?:\w+_)?(?:expires|expire|expired|expiry|expiration|valid_until|valid_to)(?:_at|_on|_date|_time)?$"),
    "used": re.compile(r"^last_(?:used|use|seen|activity|active|access|accessed|auth|authenticated)(?:_at|_on|_time)?$|^used_at$"),
    "rotated": re.compile(r"^(?:last_)?(?:rotated|rotation|renewed|regenerated|replaced)(?:_at|_on)?$|^(?:key|secret|token)_changed_at$"),
    "created": re.compile(r"^(?:created|issued|generated|inserted)(?:_at|_on|_date|_time)?$|^(?:creation|issue)_date$"),
}  # fmt: skip
_PASSING = re.compile(
    r"session|reset|verif|invit|confirm|otp|one_?time|remember|csrf|nonce|login|challenge|magic|code"
)


@dataclass(frozen=True)
class CredentialAge:
    """One way in which the credentials of a table may be too old, and the columns that tell it.

    `limit` is how long it may take, and `stated` says that the policy gives it.
    """

    kind: Age
    clocks: Mapping[str, str]
    declared: CredentialTable
    limit: Period
    stated: bool
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        column = {"expired": "expires", "unused": "used", "unrotated": "created"}[self.kind]
        return {"columns": (self.clocks[column],) if column in self.clocks else (), "target": self.kind}


@many
def credential_age(policy: Policy, relation: Examined) -> tuple[CredentialAge, ...] | Missing:
    """How the credentials of a table may be too old: past their expiry, unused, never replaced.

    Looked at are tables of which the policy says `credentials`, and those with a column of keys or tokens.
    Passwords are no such column, nor are the rows of people; sessions and links for one occasion pass by
    themselves, so that only what is past its expiry is looked at.
    """
    table = relation.table
    assert table is not None  # a relation without a table says why it is missing
    every, stated = policy.credentials or Credentials.model_validate({}), policy.table(relation.name)
    declared = stated.credentials if stated is not None else None
    told_of = stated.columns if stated is not None else {}
    keys = [
        c
        for c in table.columns
        if (found := credential_of(table, c, told_of.get(c))) is not None and not found.is_password
    ]
    if declared is None and (not keys or is_people(relation.name, table.columns)):
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{relation.name} holds no keys or tokens; if it does, declare its `credentials`",
        )
    told = declared or CredentialTable.model_validate({})
    clocks = _clocks(policy, relation.name, table, told)
    pass_by = declared is None and (
        _PASSING.search(words(relation.name)) is not None or all(_PASSING.search(words(c)) for c in keys)
    )
    return tuple(
        _aged(relation.name, kind, clocks, told, every, passing=pass_by)
        for kind in ("expired", "unused", "unrotated")
    )


def _clocks(policy: Policy, name: str, table: ir.Table, declared: CredentialTable) -> dict[str, str]:
    """Return which column tells what: as the policy says, else by its name."""
    found = {}
    for key, pattern in _CLOCKS.items():
        stated = getattr(declared, key)
        if stated is not None and stated not in table.columns:
            raise NoColumnError.of(policy, ("tables", name, "credentials", key), name, stated, table.columns)
        column = stated or next(
            (c for c in table.columns if pattern.match(words(c)) and not table[c].type().is_boolean()), None
        )
        if column is not None:
            found[key] = column
    return found


def _aged(
    name: str,
    kind: Age,
    clocks: Mapping[str, str],
    declared: CredentialTable,
    every: Credentials,
    *,
    passing: bool,
) -> CredentialAge:
    lacks: Callable[[str], Missing] = lambda what: Missing(
        Cause.UNDECLARED, f"no column of {name} is known to say {what}: name it in the table's `credentials`"
    )
    periods = {"unused": declared.unused or every.unused, "unrotated": declared.rotation or every.rotation}
    usual = {"expired": Period(), "unused": UNUSED, "unrotated": ROTATION}[kind]
    why = {"expired": ("expires", "when a credential expires"), "unused": ("used", "when a credential was last used"),
           "unrotated": ("created", "when a credential was issued")}[kind]  # fmt: skip
    missing = None if why[0] in clocks or (kind == "unrotated" and "rotated" in clocks) else lacks(why[1])
    if passing and kind != "expired":
        missing = Missing(Cause.NOT_APPLICABLE, f"what {name} holds is for one occasion and passes")
    return CredentialAge(
        kind, clocks, declared, periods.get(kind) or usual, periods.get(kind) is not None, missing
    )
