from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from auditkit.facts.error_column import ErrorColumn

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
