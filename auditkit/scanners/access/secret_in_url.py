"""Passwords, tokens or session ids in URLs

## What it finds
Columns whose URLs hold a secret: a password before the host or in the query, a token or key by the name of
its parameter or by the mark of its issuer, the id of a session, or a signed link that is still valid.

## Why it matters
Every proxy, browser history and log on the way of a URL stores it, and browsers send it to other sites as
`Referer`. Whoever reads one of them can act as the person (GDPR Art. 5(1)(f), 32(1)(a)).

## How to fix
Revoke the secrets first. Send credentials in a header (`Authorization`) or a body, and sessions in a cookie.
Keep them out of database URLs (`PGPASSFILE`, a store of secrets). Let a link for a new password work once and
for minutes only. Redact parameters where the log is written, then redact the rows that hold them.

## Limits
Placeholders, public keys and page tokens do not count. Session ids and signed links expire, so they have a
lower severity. `pii-secret` may count the same cells as readable.

## Example
>>> import auditkit, pandas as pd
>>> urls = ["/reset?token=9f2c77aab01d", "/login?user=eva&password=hunter2", "/list?page_token=CAUQAA", None]
>>> log = pd.DataFrame({"url": urls})
>>> audit = auditkit.audit({"requests": log}, checks=["access-secret-in-url"])
>>> [(f.table, f.columns, f.rows, f.of, f.detail) for f in audit.findings]
[('requests', ('url',), 2, 3, {'password': 1, 'token': 1})]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32(1)(a), encryption and pseudonymisation
- CWE-598, sensitive information in the query string of a GET request
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
from auditkit.facts.text_marks import TextMarks, is_url_like
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import ColumnPolicy

SCHEMA = pa.schema(
    [("table", pa.string()), ("column", pa.string()), ("rows", pa.int64()), ("of", pa.int64())]
    + [(kind, pa.int64()) for kind in KINDS]
)


@fact
def url_secrets(
    dataset: Dataset,
    relation: Examined,
    text_marks: Mapping[str, TextMarks],
    as_of: date,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> ir.Table | Missing:
    """The text columns of the table with the secrets in their URLs, one row for each column.

    `rows` cells hold a secret, of `of` cells that are not empty. The kinds of secrets are counted too, and
    one cell may hold several. A signed link counts while it is valid on the day of the audit. Only cells
    that may hold a URL are fetched. Columns that the policy declares as not personal are left out.
    """
    rows = relation.table
    assert rows is not None  # a relation without a table says why it is missing
    not_personal = {name for name, column in (columns or {}).items() if not column.personal}
    if not text_marks.keys() - not_personal:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no text")
    texts = [name for name, marks in text_marks.items() if marks.urls and name not in not_personal]
    found = {name: count for name, count in _counted(dataset, rows, texts, as_of).items() if count["rows"]}
    filled = {name: rows.count(where=_text(rows, name).strip().nullif("").notnull()) for name in found}
    of = dataset.fetch(rows.aggregate(**filled))[0] if found else {}
    body = [
        {"table": relation.name, "column": name, "rows": count["rows"], "of": of[name]}
        | {kind: count[kind] or None for kind in KINDS}
        for name, count in found.items()
    ]
    return ibis.memtable(pa.Table.from_pylist(body, schema=SCHEMA))


def _counted(dataset: Dataset, rows: ir.Table, texts: list[str], as_of: date) -> dict[str, Counter[str]]:
    """Return for each column how many cells hold a secret (`rows`), and how many hold each kind."""
    counts = {name: Counter[str]() for name in texts}
    if not texts:
        return counts
    cells = rows.select(**{f"auditkit_{i}": _url(_text(rows, name)) for i, name in enumerate(texts)})
    any_url = ibis.or_(*(cells[column].notnull() for column in cells.columns))
    for batch in dataset.stream(cells.filter(any_url)):
        for count, column in zip(counts.values(), zip(*batch, strict=True), strict=True):
            for text in suspects(column):
                if held := kinds(text, as_of):
                    count.update(["rows", *held])
    return counts


def _text(rows: ir.Table, column: str) -> ir.StringValue:
    return rows[column].cast("string")


def _url(text: ir.StringValue) -> ir.StringValue:
    """Return a text where it may hold a URL, else null."""
    return ibis.cases((is_url_like(text), text))


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(f)", "GDPR 32(1)(a)"),
    says=(
        "{password:cell} with a password; {token:cell} with a token; {session:cell} with a session id;"
        " {signed:cell} with a signed link"
    ),
)
def secret_in_url(url_secrets: ir.Table) -> ir.Table:
    """Return the columns whose URLs hold secrets."""
    lasting = url_secrets.password.notnull() | url_secrets.token.notnull()
    severity = ibis.cases((lasting, Severity.HIGH.value), else_=Severity.MEDIUM.value)
    # the severity already says that the data is a credential
    return url_secrets.mutate(severity=severity, sensitive=ibis.literal(False))
