"""Server open to clients without authentication, or from any address

## What it finds
Rules of `pg_hba.conf`, and accounts of MySQL, that are wider than needed. The details say why:

- `unproven`: the client need not prove who it is (`trust`, an account without a password);
- `anonymous`: the client need not give a name;
- `readable_password`: the password is sent in clear text;
- `from_anywhere`: clients may come from any address (`0.0.0.0/0`, `'%'`);
- `without_tls`: the connection need not be encrypted (`host` instead of `hostssl`, an account without REQUIRE
  SSL).

## Why it matters
Every scanner of the internet finds such a server (GDPR Art. 32(1)(b)).

## How to fix
In `pg_hba.conf` write `hostssl app app 10.0.0.0/8 scram-sha-256`, remove every `trust`, then run `SELECT
pg_reload_conf()`. On MySQL run `RENAME USER 'app'@'%' TO 'app'@'10.%'`, `ALTER USER app REQUIRE SSL` and
`DROP USER ''@'%'`.

## Limits
Only a superuser sees the rules. A rule for the machine of the server itself has a lower severity. The check
never shows an address.

## Example
>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-open-host"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]

## References
- GDPR Art. 32(1)(b), confidentiality and integrity of systems
"""

from __future__ import annotations

from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset.rights import Entrance
from auditkit.facts.access.server import Server
from auditkit.outcome import Missing, Severity

FLAGS = ("unproven", "anonymous", "readable_password", "from_anywhere", "without_tls")
SCHEMA = pa.schema(
    [("target", pa.string()), ("origin", pa.string()), ("remote", pa.bool_())]
    + [(flag, pa.bool_()) for flag in FLAGS]
)
_SAME_MACHINE = frozenset({"local", "loopback"})
_READABLE = frozenset({"password", "ldap", "radius", "pam", "bsd", "mysql_clear_password"})
"""Methods by which the client sends the server its password, so that the server can check it elsewhere."""


@fact
def entrances(server: Server) -> ir.Table | Missing:
    """The rules by which a server accepts clients: lines of `pg_hba.conf`, or accounts of MySQL."""
    if "entrances" in server.rights.unseen:
        return server.rights.unseen["entrances"]
    rows = [_row(entrance) for entrance in server.rights.entrances]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _row(entrance: Entrance) -> dict[str, object]:
    remote = entrance.origin not in _SAME_MACHINE
    clear_text = remote and not entrance.needs_tls
    return {
        "target": entrance.name,
        "origin": entrance.origin,
        "remote": remote,
        "unproven": entrance.method == "trust",
        "anonymous": entrance.method == "anonymous",
        "readable_password": entrance.method in _READABLE and clear_text,
        "from_anywhere": entrance.origin == "any",
        "without_tls": clear_text,
    }


@check(
    severity=Severity.HIGH,
    articles=("GDPR 32(1)(b)",),
    says=(
        "origin: {origin}; {unproven:the client need not prove who it is};"
        " {anonymous:the client need not give a name};"
        " {readable_password:the password is sent in clear text};"
        " {from_anywhere:clients may come from any address}; {without_tls:TLS is not required}"
    ),
)
def open_host(entrances: ir.Table) -> ir.Table:
    """Return the rules that accept too many clients, with a severity for each."""
    wide = entrances.filter(reduce(or_, [entrances[flag] for flag in FLAGS]))
    open_to_all = wide.unproven | wide.anonymous
    severity = ibis.cases(
        (open_to_all & wide.remote, Severity.CRITICAL.value),
        (wide.readable_password | (wide.without_tls & wide.from_anywhere), Severity.HIGH.value),
        else_=Severity.MEDIUM.value,
    )
    flags = {flag: wide[flag].nullif(False) for flag in FLAGS}
    return wide.select("target", "origin", severity=severity, **flags)
