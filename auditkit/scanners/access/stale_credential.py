"""A key or token is still accepted although it should have gone.

It is past its expiry and marked as active, or was used after it; nobody has used it for months; or it has no
expiry and was never replaced. Nobody misses such a key when it is stolen (CWE-613, CWE-324; GDPR Art.
5(1)(f), 32(1)(b)). Without periods in the policy (`credentials`) unused is P90D, after PCI DSS 8.2.6, and
never replaced is P2Y, the longest that NIST SP 800-57 (Part 1, 5.3.6) allows an authentication key; such a
finding is less sure. Passwords are not asked to change by the calendar (NIST SP 800-63B), and sessions pass
by themselves.

Remedy: revoke what the finding's SQL selects, after asking whoever owns it: `UPDATE api_keys SET revoked_at =
    now() WHERE ...`. Give new
keys an expiry that the code checks, write down when each was last used, and replace them by a job before they
are too old.

>>> import auditkit, pandas as pd
>>> keys = pd.DataFrame({"id": [1, 2, 3], "api_key_hash": ["a", "b", "c"], "revoked_at": pd.to_datetime([None, None, "2026-02-01"]),
...                      "last_used_at": pd.to_datetime(["2026-11-20", "2026-01-05", "2026-01-05"])})
>>> audit = auditkit.audit({"api_keys": keys}, checks=["access-stale-credential"], as_of="2026-11-22")
>>> [(f.table, f.columns, f.target, f.rows, f.of) for f in audit.findings]
[('api_keys', ('last_used_at',), 'unused', 1, 2)]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

from auditkit.check import Item, Offending, check, each, fact
from auditkit.dataset.clock import clock
from auditkit.facts.credentials import credential_of
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import NoColumnError, Period, Policy
from auditkit.policy.credentials import Credentials, CredentialTable
from auditkit.policy.period import latest_start
from auditkit.policy.predicate import predicate
from auditkit.relations.moments import seconds_of
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
class CredentialAge(Item):
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


@each
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


STALE, IN_FORCE, AFTER_EXPIRY = "auditkit_stale", "auditkit_in_force", "auditkit_after_expiry"
_DAY = 86_400

_ENDED = re.compile(
    r"^(?:revoked|disabled|deactivated|deleted|invalidated|archived|blocked|suspended|ended|closed|terminated|consumed|redeemed|logged_out|"
    r"retired|replaced)(?:_at|_on|_date|_time)?$"
)
_OFF = re.compile(
    r"^(?:is_)?(?:revoked|disabled|deactivated|deleted|invalidated|archived|blocked|suspended|inactive|expired|invalid|retired)$"
)
_ON = re.compile(r"^(?:is_)?(?:active|enabled|valid|live)$")
_STATE = frozenset({"status", "state"})
_STANDS = ("active", "enabled", "valid", "live", "issued", "ok", "current")
_YES = ("1", "t", "true", "y", "yes")


@fact
def credentials_in_force(
    policy: Policy, relation: Examined, rows: ir.Table, credential_age: CredentialAge, as_of: date
) -> ir.Table | Missing:
    """The rows of a table of credentials, with whether each is in force, and stale in the way that is asked
    about.

    In force is what the policy's `active` says; else what was not revoked, disabled or deleted, by the
    columns that say so. Past its expiry is only what is still marked as active (`status`, `active`), or was
    used more than a day after it (`auditkit_after_expiry`): that a row is there does not say that it is
    accepted.
    """
    age, now = credential_age, latest_start(period=Period(), as_of=as_of)
    limit = latest_start(period=age.limit, as_of=as_of)
    stands, said = _stands(policy, relation.name, rows, age, as_of)
    moments = {key: clock(rows[column]).moment for key, column in age.clocks.items()}
    never = ibis.literal(False)
    over = (moments["expires"] <= now).fill_null(False) if "expires" in moments else never
    late = never
    match age.kind:
        case "expired":
            if "used" in moments:
                late = (seconds_of(moments["used"]) > seconds_of(moments["expires"]) + _DAY).fill_null(False)
            elif not said:
                return Missing(
                    Cause.UNDECLARED,
                    f"nothing tells whether {relation.name} is still accepted after its expiry: declare"
                    " `credentials` with `active`",
                )
            stale = over & ((stands if said else never) | late)
        case "unused":
            stale = stands & ~over & (_first(moments, "used", "created") <= limit)
        case _:
            ends = moments["expires"].notnull() if "expires" in moments else never
            stale = stands & ~ends & (_first(moments, "rotated", "created") <= limit)
    return rows.mutate(**{IN_FORCE: stands & ~over, STALE: stale.fill_null(False), AFTER_EXPIRY: late & over})


def _first(moments: Mapping[str, ir.TimestampValue], *keys: str) -> ir.TimestampValue:
    """Return the first moment that a row has."""
    there = [moments[key] for key in keys if key in moments]
    return ibis.coalesce(*there) if len(there) > 1 else there[0]  # SQLite knows no COALESCE of one


def _stands(
    policy: Policy, name: str, rows: ir.Table, age: CredentialAge, as_of: date
) -> tuple[ir.BooleanValue, bool]:
    """Return whether a row is not revoked, and whether something says in so many words that a row is
    active.
    """
    if age.declared.active is not None:
        return predicate(age.declared.active, rows, as_of).fill_null(False), True
    now = latest_start(period=Period(), as_of=as_of)
    parts, said = [ibis.literal(True)], False
    for column in rows.columns:
        word, cell = words(column), rows[column]
        if column in age.clocks.values():
            continue
        flag = cell.cast("string").strip().lower()
        if _OFF.match(word) and not _is_moment(cell):
            parts.append(~flag.isin(_YES).fill_null(False))
        elif _ON.match(word) and not _is_moment(cell):
            parts.append(flag.isin(_YES).fill_null(False))
            said = True
        elif word in _STATE and cell.type().is_string():
            parts.append(flag.isin(_STANDS).fill_null(False))
            said = True
        elif _ENDED.match(word):
            ended = clock(cell)
            parts.append(~((ended.moment <= now).fill_null(False) | ended.unreadable.fill_null(False)))
    return reduce(and_, parts), said


def _is_moment(cell: ir.Column) -> bool:
    return bool(cell.type().is_timestamp() or cell.type().is_date())


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(f)", "GDPR 32(1)(b)"))
def stale_credential(credentials_in_force: ir.Table, credential_age: CredentialAge) -> Offending:
    """Return whether a credential is in force that is expired, unused or never replaced."""
    stale = credentials_in_force[STALE]
    if credential_age.kind == "expired":
        after = credentials_in_force[AFTER_EXPIRY].sum()
        return Offending(
            stale, detail={"used_after_expiry": after}, severity=ibis.cases((after > 0, 2), else_=1)
        )
    sure = Confidence.HIGH if credential_age.stated else Confidence.MEDIUM
    return Offending(stale, confidence=sure, of=credentials_in_force[IN_FORCE].sum())
