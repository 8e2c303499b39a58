from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import reduce
from operator import and_

import ibis
import ibis.expr.types as ir

from auditkit.dataset.clock import clock
from auditkit.facts.credential_age import CredentialAge
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import Period, Policy
from auditkit.policy.period import latest_start
from auditkit.policy.predicate import predicate
from auditkit.relations.moments import seconds_of
from auditkit.relations.names import words

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
