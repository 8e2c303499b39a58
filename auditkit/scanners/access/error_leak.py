"""The texts of errors show SQL, a stack trace, or somebody's data.

Whoever provokes an error learns the names of tables and columns, the paths and versions of the program, and
now and then a value of somebody else: that is how attacks begin (CWE-209; GDPR Art. 5(1)(f), 25, 32(1)(b)).
In a log of requests the text is what was answered, so that each of them counts, an e-mail address in it too.
Elsewhere, as in a table of failed jobs, SQL and stack traces are meant for
engineers: they count, but lightly unless they carry a value.

Remedy: answer with a code and a number of the incident, and nothing else; keep the details in a log of the
    operators, without values
(`log_error_verbosity`, parameters instead of literals) and for days. Then mend the rows: `UPDATE access_log
SET error = 'internal error'` for those that the finding's SQL selects.

>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({"path": ["/a", "/b", "/c"], "status": [500, 500, 404],
...                     "error": ["no such column: a in SELECT a FROM b WHERE id = ?", "Traceback (most recent call last): ...", "no"]})
>>> audit = auditkit.audit({"access_log": log}, checks=["access-error-leak"])
>>> [(f.table, f.columns, f.rows, f.of, f.detail["sql"], f.detail["stack"]) for f in audit.findings]
[('access_log', ('error',), 2, 3, 1, 1)]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from auditkit.check import Item, Offending, check, each, fact
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations.names import words

_MORE = "message|msg|text|details?|description|body|response|info|output|trace|stack|log|reason|data|payload|json|string"
_ERROR = re.compile(
    rf"(?:^|_)(?:errors?|err|exceptions?|exc|failure|fault|traceback|backtrace|stack_?trace|fehler(?:meldung|text)?|erreur|errore)(?:_(?:{_MORE}))*$"
)
_ANSWER = re.compile(r"^(?:response|response_(?:body|text|data|payload)|answer|body|message|details?)$")
_STATUS = frozenset({"status", "status_code", "http_status", "response_status", "response_code"})
_ASKED = frozenset(
    {
        "route",
        "path",
        "url",
        "uri",
        "method",
        "http_method",
        "endpoint",
        "request_path",
        "request_uri",
        "request",
    }
)


@dataclass(frozen=True)
class ErrorColumn(Item, columns="name"):
    """A column with the texts of errors; `answered` says that they are what somebody outside was answered.

    In a column with every answer, `status` is the column that tells which of them are errors.
    """

    name: str
    answered: bool
    status: str | None = None
    missing: Missing | None = None


@each
def error_column(policy: Policy, relation: Examined) -> tuple[ErrorColumn, ...] | Missing:
    """The text columns of the table that are called like errors; in a log of requests those with the answer,
    too.
    """
    table = relation.table
    assert table is not None  # a relation without a table says why it is missing
    told = {words(c) for c in table.columns}
    stated = policy.access_log is not None and policy.access_log.table == relation.name
    answered = stated or bool(told & _STATUS and told & _ASKED)
    texts = [c for c in table.columns if table[c].type().is_string() or table[c].type().is_json()]
    found = [c for c in texts if _ERROR.search(words(c)) or (answered and _ANSWER.match(words(c)))]
    log = policy.access_log if stated else None
    status = (log.status if log is not None else None) or next(
        (c for c in table.columns if words(c) in _STATUS), None
    )
    nothing = Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no column with the texts of errors")
    return (
        tuple(ErrorColumn(c, answered, None if _ERROR.search(words(c)) else status) for c in found) or nothing
    )


SQL, STACK, IDENTIFIER = "auditkit_sql", "auditkit_stack", "auditkit_identifier"
FILLED = "auditkit_filled"

# One syntax for DuckDB, PostgreSQL, MariaDB and SQLite, and so without `\`; of texts in lower case. A pattern
# is tried where one of its words stands: SQLite asks Python for each match.
_SAYS = (
    "(unique|not null|foreign key|check) constraint failed|no such (table|column|function): |syntax error at"
    ' or near|near "[^"]*": syntax error|duplicate key value violates|violates (foreign'
    ' key|not-null|check|unique|exclusion) constraint|relation "[^"]*" does not exist|column [^ ]+ of'
    " relation|null value in column|invalid input syntax for (type|integer|uuid)|error in your sql"
    " syntax|duplicate entry '[^']*' for key|unknown column '|table '[^']*' doesn't exist|cannot (add or"
    " update|delete or update) a (child|parent) row|sqlstate.?[0-9a-z]{5}|(^|[^a-z])ora-[0-9]{5}|incorrect"
    " syntax near|unclosed quotation mark|invalid (column|object) name '"
)
"""What database engines say; the messages are those by which testers know them (OWASP WSTG-ERRH)."""
_DRIVER = (
    "(sqlite3?|psycopg2?|psycopg2?[.]errors|asyncpg([.]exceptions)?|pymysql|pymysql[.]err|mysqldb|sqlalchemy[.]exc|django[.]db[.]utils|peewee"
    "|pg|activerecord|npgsql|org[.]postgresql|com[.]mysql[.a-z]*|org[.]hibernate[.a-z]*|java[.]sql|(system[.]data|microsoft[.]data)[.]sqlclient)"
    "[.:]{1,2}[.a-z_]*(error|exception|violation|invalid|unique)"
    "|(sequelize[a-z]*|queryfailed|prismaclient[a-z]*)error|sqlite_(error|constraint|busy|corrupt|readonly)"
)
_STATEMENT = (
    "select ([*]|[a-z0-9_]+[.][*a-z0-9_]|count[(])[^;]* from |select [^;]+ from [^;]+ where [^;]*(=|<|>| in"
    " [(]| like '| is null| is not null)|insert into [^ ]+ ?([(][^;]*[)] ?values|select|values) ?|update [^"
    " ]+ set [^ ]+ ?= ?|delete from [^ ]+ where |(alter|create|drop) table "
)
_STACK = (
    'traceback [(]most recent call last|file "[^"]+", line [0-9]+|, line [0-9]+, in [a-z_<]|at'
    " [a-z0-9_$.<>/]+[(]([a-z0-9_$]+[.](java|kt|scala|groovy)(:[0-9]+)?|native method|unknown"
    ' source)[)]|exception in thread "|caused by: [a-z]+[.]|stack'
    " ?trace:|[.](js|ts|mjs|cjs|jsx|tsx|vue):[0-9]+:[0-9]+|[.](cs|vb|fs):line [0-9]+|[.]rb:[0-9]+:in"
    " |[.]php(:| on line |[(])[0-9]+|[.]go:[0-9]+|goroutine [0-9]+ |panicked at"
    " |(/home|/var/www|/usr/lib|/usr/local|/usr/src|/opt|/srv|/app|c:.(users|inetpub|windows|program"
    " files))[^ ]*[.](py|rb|php|java|class|jar|js|ts|go|cs|dll)([^a-z]|$)"
)
_VALUE = (
    "key [(][^)]*[)]=[(]|duplicate entry '[^']+'|failing row contains|(=|like|in [(]|values ?[(]) ?'[^']+'"
)
"""The value that broke a constraint, a value inside a statement."""
_ADDRESS = "[a-z0-9._%+-]+@[a-z0-9-]+[.][a-z0-9.-]*[a-z]{2}"

_SHOWS: Mapping[str, tuple[tuple[str, str], ...]] = {
    SQL: (
        ("constraint|no such|syntax|duplicate|violates|exist|of relation|null value|unknown column|cannot |sqlstate|ora-|unclosed|invalid ",
         _SAYS),
        ("sqlite|psycopg|asyncpg|mysql|sqlalchemy|django.db|peewee|pg|activerecord|postgresql|hibernate|java.sql|sqlclient|sequelize"
         "|queryfailed|prisma", _DRIVER),
        ("select |insert into|update |delete from| table ", _STATEMENT),
    ),
    STACK: (("traceback|line |at |exception in|caused by|trace:|js:|ts:|sx:|.vue:|.cs:|.rb:|.php|.go:|goroutine|panicked|/|c:", _STACK),),
    IDENTIFIER: (("@", _ADDRESS), ("key (|entry|row contains|'", _VALUE)),
}  # fmt: skip
"""What a text shows: words of which one must stand in it, and the pattern."""


@fact
def error_texts(rows: ir.Table, error_column: ErrorColumn) -> ir.Table:
    """The rows of the table, with whether the text of the error shows SQL, the inside of the program, or
    somebody's data.

    `auditkit_filled` says that there is an error at all.
    """
    text = rows[error_column.name].cast("string").strip().nullif("").lower()
    if error_column.status is not None:
        text = ibis.cases((rows[error_column.status].cast("string").substr(0, 1).isin(["4", "5"]), text))
    shown = {
        name: ibis.or_(*(_holds(text, words, pattern) for words, pattern in ways))
        for name, ways in _SHOWS.items()
    }
    return rows.mutate(**shown, **{FILLED: text.notnull()})


def _holds(text: ir.StringValue, words: str, pattern: str) -> ir.BooleanValue:
    there = ibis.or_(*(text.contains(word) for word in words.split("|")))
    return ibis.cases((there, text.re_search(pattern)), else_=False)


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(f)", "GDPR 25", "GDPR 32(1)(b)"))
def error_leak(error_texts: ir.Table, error_column: ErrorColumn) -> Offending:
    """Return whether the text of an error shows what nobody outside may know."""
    inside = error_texts[SQL] | error_texts[STACK]
    value = error_texts[IDENTIFIER]
    leaks = inside | value if error_column.answered else inside
    detail = {kind.removeprefix("auditkit_"): error_texts[kind].sum() for kind in (SQL, STACK)}
    named = (leaks & value).sum()
    grave = ibis.literal(1) if error_column.answered else ibis.cases((named > 0, 1), else_=0)
    return Offending(
        leaks, detail={**detail, "identifiers": named}, severity=grave, of=error_texts[FILLED].sum()
    )
