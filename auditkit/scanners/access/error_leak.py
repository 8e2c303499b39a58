"""Error messages that reveal SQL, stack traces or personal data

## What it finds
Columns with the texts of errors in which SQL, a stack trace, or personal data stands. In a log of requests
the text is the answer that went out, so that an e-mail address in it counts too.

## Why it matters
Whoever provokes an error learns the names of tables and columns, the paths and versions of the program, and
sometimes a value of another person. Attacks begin this way (GDPR Art. 5(1)(f), 25, 32(1)(b)).

## How to fix
Answer with a code and the number of the incident only. Keep the details in a log of the operators, for days,
and without values (`log_error_verbosity`, parameters instead of literals). Then repair the rows that the SQL
of the finding selects: `UPDATE <table> SET <column> = 'internal error'`.

## Limits
Outside a log of requests, as in a table of failed jobs, SQL and stack traces are meant for engineers. They
then have a low severity, unless a text also holds a value.

## Example
>>> import auditkit, pandas as pd
>>> errors = ["no such column: a in SELECT a FROM b", "Traceback (most recent call last): ...", "not found"]
>>> log = pd.DataFrame({"path": ["/a", "/b", "/c"], "status": [500, 500, 404], "error": errors})
>>> audit = auditkit.audit({"access_log": log}, checks=["access-error-leak"])
>>> [(f.table, f.columns, f.rows, f.of, f.detail["sql"], f.detail["stack"]) for f in audit.findings]
[('access_log', ('error',), 2, 3, 1, 1)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 25, data protection by design
- CWE-209, error message with sensitive information
- OWASP Web Security Testing Guide, WSTG-ERRH
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

SQL, STACK, IDENTIFIER = "auditkit_sql", "auditkit_stack", "auditkit_identifier"
FILLED = "auditkit_filled"

_PART = (
    "message|msg|text|details?|description|body|response|info|output|trace|stack|log|reason|data|payload|json"
    "|string"
)
_ERROR = re.compile(
    r"(?:^|_)(?:errors?|err|exceptions?|exc|failure|fault|traceback|backtrace|stack_?trace"
    r"|fehler(?:meldung|text)?|erreur|errore)"
    rf"(?:_(?:{_PART}))*$"
)
_ANSWER = re.compile(r"^(?:response|response_(?:body|text|data|payload)|answer|body|message|details?)$")
_STATUS = frozenset("status status_code http_status response_status response_code".split())
_REQUEST = frozenset(
    "route path url uri method http_method endpoint request_path request_uri request".split()
)

# The patterns use only the syntax that DuckDB, PostgreSQL, MariaDB and SQLite share (no backslash), and match
# texts in lower case. Each is tried only where one of its words stands: SQLite asks Python for every match.
_ENGINE_MESSAGE = (
    "(unique|not null|foreign key|check) constraint failed|no such (table|column|function): |syntax error at"
    ' or near|near "[^"]*": syntax error|duplicate key value violates|violates (foreign'
    ' key|not-null|check|unique|exclusion) constraint|relation "[^"]*" does not exist|column [^ ]+ of'
    " relation|null value in column|invalid input syntax for (type|integer|uuid)|error in your sql"
    " syntax|duplicate entry '[^']*' for key|unknown column '|table '[^']*' doesn't exist|cannot (add or"
    " update|delete or update) a (child|parent) row|sqlstate.?[0-9a-z]{5}|(^|[^a-z])ora-[0-9]{5}|incorrect"
    " syntax near|unclosed quotation mark|invalid (column|object) name '"
)
_DRIVER_ERROR = (
    "(sqlite3?|psycopg2?|psycopg2?[.]errors|asyncpg([.]exceptions)?|pymysql|pymysql[.]err|mysqldb|sqlalchemy[.]exc"
    "|django[.]db[.]utils|peewee|pg|activerecord|npgsql|org[.]postgresql|com[.]mysql[.a-z]*|org[.]hibernate[.a-z]*"
    "|java[.]sql|(system[.]data|microsoft[.]data)[.]sqlclient)"
    "[.:]{1,2}[.a-z_]*(error|exception|violation|invalid|unique)"
    "|(sequelize[a-z]*|queryfailed|prismaclient[a-z]*)error|sqlite_(error|constraint|busy|corrupt|readonly)"
)
_STATEMENT = (
    "select ([*]|[a-z0-9_]+[.][*a-z0-9_]|count[(])[^;]* from |select [^;]+ from [^;]+ where [^;]*(=|<|>| in"
    " [(]| like '| is null| is not null)|insert into [^ ]+ ?([(][^;]*[)] ?values|select|values) ?|update [^"
    " ]+ set [^ ]+ ?= ?|delete from [^ ]+ where |(alter|create|drop) table "
)
_STACK_TRACE = (
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
"""The value that broke a constraint, or a value inside a statement."""
_ADDRESS = "[a-z0-9._%+-]+@[a-z0-9-]+[.][a-z0-9.-]*[a-z]{2}"

_SHOWS: Mapping[str, tuple[tuple[str, str], ...]] = {
    SQL: (
        (
            "constraint|no such|syntax|duplicate|violates|exist|of relation|null value|unknown column|cannot "
            "|sqlstate|ora-|unclosed|invalid ",
            _ENGINE_MESSAGE,
        ),
        (
            "sqlite|psycopg|asyncpg|mysql|sqlalchemy|django.db|peewee|pg|activerecord|postgresql|hibernate"
            "|java.sql|sqlclient|sequelize|queryfailed|prisma",
            _DRIVER_ERROR,
        ),
        ("select |insert into|update |delete from| table ", _STATEMENT),
    ),
    STACK: (
        (
            "traceback|line |at |exception in|caused by|trace:|js:|ts:|sx:|.vue:|.cs:|.rb:|.php|.go:"
            "|goroutine|panicked|/|c:",
            _STACK_TRACE,
        ),
    ),
    IDENTIFIER: (("@", _ADDRESS), ("key (|entry|row contains|'", _VALUE)),
}
"""What a text shows: words of which one must stand in it, and then the pattern."""


@dataclass(frozen=True)
class ErrorColumn(Item, columns="name"):
    """A column with the texts of errors.

    `answered` says that the texts went out as answers. Where the column holds every answer, `status` is the
    column that says which of them are errors.
    """

    name: str
    answered: bool
    status: str | None = None
    missing: Missing | None = None


@each
def error_column(policy: Policy, relation: Examined) -> tuple[ErrorColumn, ...] | Missing:
    """The text columns that are named like errors; in a log of requests also those of answers."""
    table = relation.table
    assert table is not None  # a relation without a table says why it is missing
    by_name = {column: words(column) for column in table.columns}
    log = policy.access_log
    is_declared = log is not None and log.table == relation.name
    names = set(by_name.values())
    answered = is_declared or bool(names & _STATUS and names & _REQUEST)
    status = next((column for column, name in by_name.items() if name in _STATUS), None)
    if log is not None and is_declared:
        status = log.status or status
    found = []
    for column, name in by_name.items():
        kind, is_error = table[column].type(), _ERROR.search(name) is not None
        if (kind.is_string() or kind.is_json()) and (is_error or (answered and _ANSWER.match(name))):
            found.append(ErrorColumn(column, answered, None if is_error else status))
    return tuple(found) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column with the texts of errors"
    )


@fact
def error_texts(rows: ir.Table, error_column: ErrorColumn) -> ir.Table:
    """The rows of the table, with what the text of the error shows: SQL, a stack trace, or personal data.

    `auditkit_filled` says that the row has an error at all.
    """
    text = rows[error_column.name].cast("string").strip().nullif("").lower()
    if error_column.status is not None:
        text = ibis.cases((rows[error_column.status].cast("string").substr(0, 1).isin(["4", "5"]), text))
    shown = {
        name: ibis.or_(*(_matches(text, candidates, pattern) for candidates, pattern in ways))
        for name, ways in _SHOWS.items()
    }
    return rows.mutate(**shown, **{FILLED: text.notnull()})


def _matches(text: ir.StringValue, candidates: str, pattern: str) -> ir.BooleanValue:
    holds_a_word = ibis.or_(*(text.contains(word) for word in candidates.split("|")))
    return ibis.cases((holds_a_word, text.re_search(pattern)), else_=False)


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 5(1)(f)", "GDPR 25", "GDPR 32(1)(b)"),
    says=(
        "{sql:text shows|texts show} SQL; {stack:text shows|texts show} a stack trace;"
        " {identifiers:text holds|texts hold} personal data"
    ),
)
def error_leak(error_texts: ir.Table, error_column: ErrorColumn) -> Offending:
    """Return whether the text of an error shows what nobody outside may know."""
    inside = error_texts[SQL] | error_texts[STACK]
    value = error_texts[IDENTIFIER]
    leaks = inside | value if error_column.answered else inside
    identifiers = (leaks & value).sum()
    severity = ibis.literal(1) if error_column.answered else ibis.cases((identifiers > 0, 1), else_=0)
    return Offending(
        leaks,
        detail={
            "sql": error_texts[SQL].sum(),
            "stack": error_texts[STACK].sum(),
            "identifiers": identifiers,
        },
        severity=severity,
        of=error_texts[FILLED].sum(),
    )
