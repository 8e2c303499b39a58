"""Expired, unused or never rotated credentials still in force

## What it finds
Keys and tokens that should have been revoked. The target of the finding says which kind:

- `expired`: the credential is past its expiry, and it is still marked as active, or was used after its
  expiry;
- `unused`: nobody has used the credential for 90 days;
- `unrotated`: the credential has no expiry, and nobody has replaced it for 2 years.

## Why it matters
Nobody misses such a key when it is stolen (GDPR Art. 5(1)(f), 32(1)(b)).

## How to fix
Ask the owner of each credential that the SQL of the finding selects, then revoke it: `UPDATE <table> SET
revoked_at = now() WHERE ...`. Give new keys an expiry that the code checks. Record when each was last used.
Let a job replace them before they are too old.

## Limits
Declare other periods in the policy (`credentials`). Without them 90 days follow PCI DSS, 2 years follow NIST,
and the confidence is medium. Passwords are left out, because NIST advises against changing them by the
calendar. So are sessions and links for one use, except where they are past their expiry.

## Example
>>> import auditkit, pandas as pd
>>> day = pd.to_datetime
>>> keys = pd.DataFrame({"id": [1, 2, 3], "api_key_hash": ["a", "b", "c"]})
>>> keys["revoked_at"] = day([None, None, "2026-02-01"])
>>> keys["last_used_at"] = day(["2026-11-20", "2026-01-05", "2026-01-05"])
>>> audit = auditkit.audit({"api_keys": keys}, checks=["access-stale-credential"], as_of="2026-11-22")
>>> [(f.table, f.columns, f.target, f.rows, f.of) for f in audit.findings]
[('api_keys', ('last_used_at',), 'unused', 1, 2)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32(1)(b), confidentiality and integrity of systems
- PCI DSS 4.0.1, 8.2.6: inactive accounts are closed within 90 days
- NIST SP 800-57 Part 1 Rev. 5, 5.3.6: periods of use of keys
- NIST SP 800-63B: no periodic change of passwords
- CWE-613, insufficient session expiration
- CWE-324, use of a key past its expiration date
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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
from auditkit.relations.moments import unix_seconds
from auditkit.relations.names import is_people, words

STALE, IN_FORCE, AFTER_EXPIRY = "auditkit_stale", "auditkit_in_force", "auditkit_after_expiry"

Age = Literal["expired", "unused", "unrotated"]
USUAL: Mapping[Age, Period] = {
    "expired": Period(),
    "unused": Period.parse("P90D"),
    "unrotated": Period.parse("P2Y"),
}
"""The limits where the policy gives none: PCI DSS for unused accounts, NIST for authentication keys."""
COLUMN: Mapping[Age, tuple[str, str]] = {
    "expired": ("expires", "when a credential expires"),
    "unused": ("used", "when a credential was last used"),
    "unrotated": ("created", "when a credential was issued"),
}
"""The moment on which each kind of age rests, and what it says."""
_MOMENTS: Mapping[str, re.Pattern[str]] = {
    "expires": re.compile(
        r"^(?:\w+_)?(?:expires|expire|expired|expiry|expiration|valid_until|valid_to)(?:_at|_on|_date|_time)?$"
    ),
    "used": re.compile(
        r"^last_(?:used|use|seen|activity|active|access|accessed|auth|authenticated)(?:_at|_on|_time)?$|^used_at$"
    ),
    "rotated": re.compile(
        r"^(?:last_)?(?:rotated|rotation|renewed|regenerated|replaced)(?:_at|_on)?$|^(?:key|secret|token)_changed_at$"
    ),
    "created": re.compile(
        r"^(?:created|issued|generated|inserted)(?:_at|_on|_date|_time)?$|^(?:creation|issue)_date$"
    ),
}
_FOR_ONE_USE = re.compile(
    r"session|reset|verif|invit|confirm|otp|one_?time|remember|csrf|nonce|login|challenge|magic|code"
)
_DAY = 86_400

_ENDED = re.compile(
    r"^(?:revoked|disabled|deactivated|deleted|invalidated|archived|blocked|suspended|ended|closed|terminated|consumed"
    r"|redeemed|logged_out|retired|replaced)(?:_at|_on|_date|_time)?$"
)
_OFF = re.compile(
    r"^(?:is_)?(?:revoked|disabled|deactivated|deleted|invalidated|archived|blocked|suspended|inactive|expired"
    r"|invalid|retired)$"
)
_ON = re.compile(r"^(?:is_)?(?:active|enabled|valid|live)$")
_STATE = frozenset({"status", "state"})
_ACTIVE = ("active", "enabled", "valid", "live", "issued", "ok", "current")
_YES = ("1", "t", "true", "y", "yes")


@dataclass(frozen=True)
class CredentialAge(Item):
    """One way in which the credentials of a table may be too old.

    Attributes:
        kind: the way.
        moments: the columns with the moments that are known: `expires`, `used`, `rotated`, `created`.
        declared: what the policy says of the credentials of the table.
        limit: how long the age may be.
        stated: the policy gives the limit.
        missing: why nothing about it can be seen.
    """

    kind: Age
    moments: Mapping[str, str]
    declared: CredentialTable
    limit: Period
    stated: bool
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """The kind as the target, and the column on which it rests."""
        column = self.moments.get(COLUMN[self.kind][0])
        return {"columns": (column,) if column is not None else (), "target": self.kind}


@each
def credential_age(policy: Policy, relation: Examined) -> tuple[CredentialAge, ...] | Missing:
    """The ways in which the credentials of a table may be too old: expired, unused, never replaced.

    Examined are tables for which the policy declares `credentials`, and those with a column of keys or
    tokens. Tables of people are not, because their passwords need no rotation. Sessions and links for one use
    can only be expired.
    """
    name, table = relation.name, relation.table
    assert table is not None  # a relation without a table says why it is missing
    stated = policy.table(name)
    keys = _keys(policy, name, table)
    if stated is None or stated.credentials is None:
        if not keys or is_people(name, table.columns):
            return Missing(
                Cause.NOT_APPLICABLE, f"{name} holds no keys or tokens; if it does, declare its `credentials`"
            )
        declared = CredentialTable.model_validate({})
        for_one_use = _is_for_one_use(name) or all(map(_is_for_one_use, keys))
    else:
        declared, for_one_use = stated.credentials, False
    general = policy.credentials or Credentials.model_validate({})
    moments = _moments(policy, name, table, declared)
    limits: Mapping[Age, Period | None] = {
        "expired": None,
        "unused": declared.unused or general.unused,
        "unrotated": declared.rotation or general.rotation,
    }
    return tuple(
        CredentialAge(
            kind,
            moments,
            declared,
            limit or USUAL[kind],
            stated=limit is not None,
            missing=_missing(name, kind, moments, for_one_use=for_one_use),
        )
        for kind, limit in limits.items()
    )


def _keys(policy: Policy, name: str, table: ir.Table) -> list[str]:
    """Return the columns of a table that store keys or tokens."""
    stated = policy.table(name)
    declared = stated.columns if stated is not None else {}
    found = [credential_of(name, table, column, declared.get(column)) for column in table.columns]
    return [credential.name for credential in found if credential is not None and not credential.is_password]


def _is_for_one_use(name: str) -> bool:
    return _FOR_ONE_USE.search(words(name)) is not None


def _moments(policy: Policy, name: str, table: ir.Table, declared: CredentialTable) -> dict[str, str]:
    """Return the column of each moment that is known, by the policy or else by its name."""
    found = {}
    for moment, pattern in _MOMENTS.items():
        column = getattr(declared, moment)
        if column is not None and column not in table.columns:
            path = ("tables", name, "credentials", moment)
            raise NoColumnError.of(policy, path, name, column, table.columns)
        named = (c for c in table.columns if pattern.match(words(c)) and not table[c].type().is_boolean())
        if (known := column or next(named, None)) is not None:
            found[moment] = known
    return found


def _missing(name: str, kind: Age, moments: Mapping[str, str], *, for_one_use: bool) -> Missing | None:
    if for_one_use and kind != "expired":
        return Missing(Cause.NOT_APPLICABLE, f"{name} holds credentials for one use, which expire")
    moment, meaning = COLUMN[kind]
    if moment in moments or (kind == "unrotated" and "rotated" in moments):
        return None
    return Missing(
        Cause.UNDECLARED,
        f"no column of {name} is known to say {meaning}: name it in the table's `credentials`",
    )


@fact
def credentials_in_force(
    relation: Examined, rows: ir.Table, credential_age: CredentialAge, as_of: date
) -> ir.Table | Missing:
    """The rows of a table of credentials, with whether each is in force, and whether it is too old.

    A credential is in force where the policy's `active` says so, or else where no column says that it was
    revoked, disabled or deleted. Past its expiry it counts only if a column (`status`, `active`) still marks
    it as active, or if it was used more than a day later (`auditkit_after_expiry`). That the row exists does
    not prove that the credential is accepted.
    """
    age, now = credential_age, latest_start(period=Period(), as_of=as_of)
    limit = latest_start(period=age.limit, as_of=as_of)
    stands, is_marked = _stands(rows, age, as_of)
    moments = {moment: clock(rows[column]).moment for moment, column in age.moments.items()}
    never = ibis.literal(False)
    over = (moments["expires"] <= now).fill_null(False) if "expires" in moments else never
    late = never
    match age.kind:
        case "expired":
            if "used" in moments:
                late = (unix_seconds(moments["used"]) > unix_seconds(moments["expires"]) + _DAY).fill_null(
                    False
                )
            elif not is_marked:
                return Missing(
                    Cause.UNDECLARED,
                    f"nothing says whether {relation.name} accepts a credential after its expiry: declare"
                    " `credentials` with `active`",
                )
            stale = over & ((stands if is_marked else never) | late)
        case "unused":
            stale = stands & ~over & (_first(moments, "used", "created") <= limit)
        case _:
            ends = moments["expires"].notnull() if "expires" in moments else never
            stale = stands & ~ends & (_first(moments, "rotated", "created") <= limit)
    return rows.mutate(**{IN_FORCE: stands & ~over, STALE: stale.fill_null(False), AFTER_EXPIRY: late & over})


def _first(moments: Mapping[str, ir.TimestampValue], *names: str) -> ir.TimestampValue:
    """Return the first of these moments that a row has."""
    known = [moments[name] for name in names if name in moments]
    return ibis.coalesce(*known) if len(known) > 1 else known[0]  # SQLite has no COALESCE of one value


def _stands(rows: ir.Table, age: CredentialAge, as_of: date) -> tuple[ir.BooleanValue, bool]:
    """Return whether a row is not revoked, and whether a column or the policy marks rows as active."""
    if age.declared.active is not None:
        return predicate(age.declared.active, rows, as_of).fill_null(False), True
    signs = list(_signs(rows, set(age.moments.values()), as_of))
    return reduce(and_, (stands for stands, _ in signs), ibis.literal(True)), any(marks for _, marks in signs)


def _signs(rows: ir.Table, moments: set[str], as_of: date) -> Iterator[tuple[ir.BooleanValue, bool]]:
    """Yield whether a row is not revoked, by each column that says so, and if it marks rows as active."""
    now = latest_start(period=Period(), as_of=as_of)
    for column in rows.columns:
        word, cell = words(column), rows[column]
        if column in moments:
            continue
        flag = cell.cast("string").strip().lower()
        is_moment = cell.type().is_timestamp() or cell.type().is_date()
        if _OFF.match(word) and not is_moment:
            yield ~flag.isin(_YES).fill_null(False), False
        elif _ON.match(word) and not is_moment:
            yield flag.isin(_YES).fill_null(False), True
        elif word in _STATE and cell.type().is_string():
            yield flag.isin(_ACTIVE).fill_null(False), True
        elif _ENDED.match(word):
            ended = clock(cell)
            yield ~((ended.moment <= now).fill_null(False) | ended.unreadable.fill_null(False)), False


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 5(1)(f)", "GDPR 32(1)(b)"),
    says="{used_after_expiry:credential was|credentials were} used after expiry",
)
def stale_credential(credentials_in_force: ir.Table, credential_age: CredentialAge) -> Offending:
    """Return whether a credential is in force that is expired, unused or never replaced."""
    stale = credentials_in_force[STALE]
    if credential_age.kind == "expired":
        after = credentials_in_force[AFTER_EXPIRY].sum()
        severity = ibis.cases((after > 0, 2), else_=1)
        return Offending(stale, detail={"used_after_expiry": after}, severity=severity)
    confidence = Confidence.HIGH if credential_age.stated else Confidence.MEDIUM
    return Offending(stale, confidence=confidence, of=credentials_in_force[IN_FORCE].sum())
