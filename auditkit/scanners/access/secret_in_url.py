"""Passwords, tokens or sessions stand inside URLs.

A URL is written down by every proxy, browser history and log that it passes, and handed to other sites as
`Referer`; whoever reads one of them can act as the person (CWE-598; GDPR Art. 5(1)(f), 32(1)(a)). Found are
passwords before the host or in the query, tokens and keys by the name of their parameter or by their issuer's
mark, ids of sessions, and signed links that still open what they were made for. Placeholders, public keys and
page tokens are none. `pii-secret` may count the same cells as readable; that they came by a URL has a remedy
of its own.

Remedy: revoke what stood there. Send credentials in a header (`Authorization`) or a body, sessions in a
    cookie, and take them out of
database URLs (`PGPASSFILE`, a store of secrets); let links for a new password serve once and for minutes;
redact parameters where the log is written, then the rows that hold them.

>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({"url": ["/reset?token=9f2c77aab01d", "/login?user=eva&password=hunter2", "/list?page_token=CAUQAA", None]})
>>> audit = auditkit.audit({"requests": log}, checks=["access-secret-in-url"])
>>> [(f.table, f.columns, f.rows, f.of, f.detail) for f in audit.findings]
[('requests', ('url',), 2, 3, {'password': 1, 'token': 1})]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.detection.secret_urls import KINDS, kinds, suspects
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import ColumnPolicy

SCHEMA = pa.schema(
    [
        ("table", pa.string()),
        ("column", pa.string()),
        ("rows", pa.int64()),
        ("of", pa.int64()),
        *((kind, pa.int64()) for kind in KINDS),
    ]
)


@fact
def url_secrets(
    dataset: Dataset, relation: Examined, as_of: date, columns: Mapping[str, ColumnPolicy] | None = None
) -> ir.Table | Missing:
    """The columns of the table in whose URLs a secret stands: one row for each, with `rows` of `of` cells
    that are not empty.

    A password, a token, the id of a session, or a signature that still holds on the day is a secret
    (`kinds`); cells may have several. Only cells that may hold a URL are fetched. What the policy declares as
    not personal is passed over.
    """
    rows = relation.table
    assert rows is not None  # a relation without a table says why it is missing
    innocent = {name for name, c in (columns or {}).items() if not c.personal}
    texts = [
        c
        for c, kind in rows.schema().items()
        if (kind.is_string() or kind.is_json() or kind.is_nested()) and c not in innocent
    ]
    if not texts:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no text")
    cells = {f"auditkit_{i}": _perhaps(rows[c].cast("string")) for i, c in enumerate(texts)}
    some = rows.select(**cells)
    told = [Counter[str]() for _ in texts]
    for batch in dataset.stream(some.filter(ibis.or_(*(some[c].notnull() for c in some.columns)))):
        for count, column in zip(told, zip(*batch, strict=True), strict=True):
            for text in suspects(column):
                if held := kinds(text, as_of):
                    count.update(["rows", *held])
    found = [(name, count) for name, count in zip(texts, told, strict=True) if count["rows"]]
    filled = {
        name: rows.count(where=rows[name].cast("string").strip().nullif("").notnull()) for name, _ in found
    }
    of = dataset.fetch(rows.aggregate(**filled))[0] if found else {}
    body = [
        {
            "table": relation.name,
            "column": name,
            "rows": count["rows"],
            "of": of[name],
            **{k: count[k] or None for k in KINDS},
        }
        for name, count in found
    ]
    return ibis.memtable(pa.Table.from_pylist(body, schema=SCHEMA))


def _perhaps(text: ir.StringValue) -> ir.StringValue:
    """Return a text where it may hold a URL, else null; looking for a few characters costs little on every
    engine.
    """
    asks = text.contains("=") & (text.contains("?") | text.contains("#") | text.contains(";"))
    return ibis.cases((text.contains("://") | asks, text))


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32(1)(a)"))
def secret_in_url(url_secrets: ir.Table) -> ir.Table:
    """Return the columns whose URLs hold secrets; sessions and signed links end by themselves, and weigh
    less.
    """
    lasting = url_secrets.password.notnull() | url_secrets.token.notnull()
    grave = ibis.cases((lasting, Severity.HIGH.value), else_=Severity.MEDIUM.value)
    return url_secrets.mutate(
        severity=grave, sensitive=ibis.literal(False)
    )  # that it is a credential is in the severity already
