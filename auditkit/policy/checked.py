"""A policy against the catalogue of a source: what it names and the source does not have.

Only names and types are compared, and no row is read. So an error of the policy is shown at once, together
with all others. A table that the source lacks is no error by itself: one policy may describe a whole system,
of which the source is a part. But a table that only a reference or the block `tenancy` names must be there.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import sqlglot
from sqlglot import exp

from auditkit.dataset.relation import Relation
from auditkit.naming.paths import column_of
from auditkit.outcome import Cause
from auditkit.policy.error import PolicyError, Problem, shown
from auditkit.policy.names import Kind, Mention, Of, mentions
from auditkit.policy.policy import Policy
from auditkit.policy.predicate import columns_of, predicate
from auditkit.policy.reaching import unknown_names
from auditkit.vocabulary import did_you_mean

Relations = Mapping[str, Relation]

_DEFAULT_SCHEMAS = ("public.", "main.", "dbo.")
_ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class Absent:
    """A table that a policy declares and the source lacks.

    Attributes:
        table: its name, or a pattern that fits no table.
        problem: what is wrong, with the most similar name that the source has, and where the policy names it.
    """

    table: str
    problem: Problem


@dataclass(frozen=True)
class Comparison:
    """A policy and the catalogue of a source.

    Attributes:
        policy: the policy.
        relations: the relations of the source, by name.
    """

    policy: Policy
    relations: Relations

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything in the policy that cannot be honoured on the source, in the order of the file."""
        found = [
            self.policy.problem(mention.path, message)
            for mention in self._mentions
            for message in self._messages(mention)
        ]
        return tuple(sorted(found, key=lambda problem: (problem.line or 0, problem.column or 0)))

    @cached_property
    def absent(self) -> tuple[Absent, ...]:
        """The tables that the policy declares and the source lacks, in the order of the file."""
        found: dict[str, Absent] = {}
        for mention in filter(self._is_absent, self._mentions):
            word = mention.word
            missing = f"no table that fits {word!r}" if "*" in word else f"no table {word!r}"
            message = f"the source has {missing}.{did_you_mean(word, self.relations)}"
            found.setdefault(word, Absent(word, self.policy.problem(mention.path, message)))
        return tuple(found.values())

    @cached_property
    def _mentions(self) -> tuple[Mention, ...]:
        """What the policy names; of an access log in a file that is not open, nothing."""
        return tuple(m for m in mentions(self.policy) if not (self._lacks_log and m.path[0] == "access_log"))

    @property
    def _lacks_log(self) -> bool:
        """Whether the access log is a file that is not open yet: its columns are unknown."""
        log = self.policy.access_log
        return log is not None and log.file is not None and log.table not in self.relations

    def _is_absent(self, mention: Mention) -> bool:
        """Return whether a mention declares a table that the source lacks."""
        is_table = mention.names.kind in (Kind.TABLE, Kind.TABLES) and mention.names.of is Of.BLOCK
        is_exact = mention.names.kind is Kind.PATTERN and "*" not in mention.word
        excluded = self.policy.exclusion(mention.word) is not None and not is_exact
        return (is_table or is_exact) and not excluded and not self._covered(mention.word)

    @cached_property
    def _is_whole(self) -> bool:
        """Whether a column that is not in the source cannot be elsewhere in the system either.

        The source then has every table that the policy declares, and one that may belong to tenants.
        """
        tenancy, log = self.policy.tenancy, self.policy.access_log
        without_tenants = {
            log and log.table,
            *((tenancy.root, *tenancy.shared) if tenancy is not None else ()),
        }
        return not (self.absent or self._lacks_log) and bool(self.relations.keys() - without_tenants)

    def _covered(self, table: str | None) -> dict[str, Relation]:
        """Return the relations that a name or a pattern covers."""
        if table is None:
            return {}
        if table in self.relations:
            return {table: self.relations[table]}
        if "*" not in table:
            return {}
        return {name: r for name, r in self.relations.items() if fnmatch.fnmatchcase(name, table)}

    def _messages(self, mention: Mention) -> Iterator[str]:
        """Yield what is wrong with one mention; nothing where the table that it is about is not there."""
        if mention.table is not None and not self._covered(mention.table):
            return
        match mention.names.kind, mention.names.of:
            case Kind.TABLE, Of.ROOT:
                yield from self._of_table(mention.word)
            case Kind.COLUMN | Kind.MOMENT as kind, Of.BLOCK | Of.REACHED:
                yield from self._of_reached(mention, is_moment=kind is Kind.MOMENT)
            case Kind.COLUMN, Of.ROOT:
                yield from _of_column(mention, self._root, is_moment=False)
            case Kind.COLUMN, _ if self._is_whole:
                yield from _of_any_column(mention.word, self.relations)
            case Kind.TARGET, of:
                yield from self._of_target(mention, of)
            case Kind.CONDITION, Of.BLOCK | Of.REACHED if not _reaches(mention.word):
                yield from _of_condition(mention.word, self._covered(mention.table))
            case Kind.CONDITION, Of.REACHED:
                covered = self._covered(mention.table)
                yield from unknown_names(
                    mention.word, covered, lambda word: self._reached(mention.table, word)
                )
            case Kind.CONDITION, Of.ROOT:
                yield from _of_condition(mention.word, self._root)
            case Kind.CONDITION, Of.PEOPLE if self._is_whole:
                yield from _of_any_condition(mention.word, self.relations)
            case Kind.SOURCE, _:
                sources = {name.partition(".")[0] for name in self.relations}
                if mention.word not in sources:
                    hint = did_you_mean(mention.word, sources)
                    yield f"there is no source or schema {mention.word!r}.{hint}"

    @property
    def _root(self) -> dict[str, Relation]:
        tenancy = self.policy.tenancy
        return self._covered(tenancy.root) if tenancy is not None else {}

    def _of_reached(self, mention: Mention, *, is_moment: bool) -> Iterator[str]:
        """Yield what is wrong with a column of the table, or of another one that it names before a dot."""
        covered = self._covered(mention.table)
        other, _, column = mention.word.rpartition(".")
        first = other.partition(".")[0]  # a column that refers to a table: the data may have to say to which
        is_own = mention.names.of is Of.BLOCK or any(_has(r, mention.word) for r in covered.values())
        if is_own or not other:
            yield from _of_column(mention, covered, is_moment=is_moment)
        elif found := self._reached(mention.table, other):
            there = Mention(mention.names, column, mention.path, next(iter(found)))
            yield from _of_column(there, found, is_moment=is_moment)
        elif not any(_has(r, first) for r in covered.values()) and _open(covered.values()) is not None:
            yield from self._of_table(other)

    def _reached(self, table: str | None, other: str) -> dict[str, Relation]:
        """Return the relations that a table, or a declared reference, leads to."""
        stated = self.policy.tables.get(str(table))
        declared = stated.references.get(other) if stated is not None else None
        parent = declared.rpartition(".")[0] if declared is not None else other
        bare = parent.partition(".")[2] if parent.startswith(_DEFAULT_SCHEMAS) else parent
        return self._neighbours(table, parent) or self._covered(parent) or self._covered(bare)

    def _of_table(self, table: str) -> Iterator[str]:
        if table not in self.relations and table not in self.policy.tables:
            yield f"there is no table {table!r}.{did_you_mean(table, self.relations)}"

    def _of_target(self, mention: Mention, of: Of) -> Iterator[str]:
        table, _, column = mention.word.rpartition(".")
        tenancy = self.policy.tenancy
        root = tenancy.root if tenancy is not None else None
        if (
            of is Of.ROOT
            and root in self.relations
            and not (table == root and _has(self.relations[table], column))
        ):
            yield (
                f"expected a column of the table of tenants, as in {root}.retention; a period elsewhere is"
                f" `max: {mention.word}`"
            )
            return
        found = self._neighbours(mention.table, table) or self._covered(table)
        if not found:
            yield from self._of_table(table)
        elif not any(_has(relation, column) for relation in found.values()) and (
            tables := _open(found.values())
        ):
            near = (f"{table}.{name}" for rows in tables for name in rows.columns)
            yield f"{table} has no column {shown(column)}.{did_you_mean(mention.word, near)}"

    def _neighbours(self, table: str | None, parent: str) -> dict[str, Relation]:
        """Return the parent in the schema of each table that a pattern covers."""
        near = [f"{name.rpartition('.')[0]}.{parent}" for name in self._covered(table) if "*" in str(table)]
        return {name: self.relations[name] for name in near if name in self.relations}


def _open(relations: Iterable[Relation]) -> list[ir.Table] | None:
    """Return the rows of relations, or None where a column that is not seen may be there all the same."""
    found = list(relations)
    if not found or any(relation.closed_columns or _is_shut(relation) for relation in found):
        return None
    tables = [relation.table for relation in found if relation.table is not None]
    return tables or None


def _is_shut(relation: Relation) -> bool:
    """Return whether this role may not read a relation, so that its columns are not known."""
    return relation.missing is not None and relation.missing.cause in (Cause.NO_RIGHT, Cause.UNSEEN)


def _of_column(mention: Mention, covered: Relations, *, is_moment: bool) -> Iterator[str]:
    tables = [relation.table for relation in covered.values() if relation.table is not None]
    kinds = [table.schema()[mention.word] for table in tables if mention.word in table.columns]
    where = next(iter(covered)) if len(covered) == 1 else f"no table that fits {mention.table!r}"
    if not kinds and (seen := _open(covered.values())) is not None:
        columns = dict.fromkeys(name for table in seen for name in table.columns)
        hint = _of_path(mention.word, columns) or did_you_mean(mention.word, columns)
        yield f"{where} has {'no' if len(covered) == 1 else 'a'} column {shown(mention.word)}.{hint}"
    elif kinds and is_moment and not any(map(holds_moments, kinds)):
        place = f"{where}.{mention.word}" if len(covered) == 1 else mention.word
        yield f"{place} holds no days and no times: it is of the type {kinds[0]}"


def _of_path(word: str, columns: Collection[str]) -> str:
    """Return what to do about the path of a document where only a column can be named; else nothing."""
    column = column_of(word)
    if column == word or column not in columns:
        return ""
    return f" A path inside the cells of {shown(column)} can be declared under `columns` alone."


def _has(relation: Relation, column: str) -> bool:
    return relation.table is not None and column in relation.table.columns


def holds_moments(kind: dt.DataType) -> bool:
    """Return whether a column of a type can hold days or times: text and Unix time can.

    >>> holds_moments(dt.date), holds_moments(dt.string), holds_moments(dt.boolean), holds_moments(dt.uuid)
    (True, True, False, False)
    """
    return bool(
        kind.is_timestamp()
        or kind.is_date()
        or kind.is_string()
        or (kind.is_numeric() and not kind.is_boolean())
        or kind.is_unknown()
    )


def _of_any_column(word: str, relations: Relations) -> Iterator[str]:
    if any(_has(relation, word) for relation in relations.values()):
        return
    if (tables := _open(relations.values())) is not None:
        columns = dict.fromkeys(name for table in tables for name in table.columns)
        hint = _of_path(word, columns) or did_you_mean(word, columns)
        yield f"no table has a column {shown(word)}.{hint}"


def _of_condition(text: str, covered: Relations) -> Iterator[str]:
    """Yield why a condition fits none of the tables that it is about."""
    tables = _open(covered.values())
    errors = [_error_of(text, table) for table in tables or ()]
    if errors and None not in errors:
        yield str(errors[0])


def _reaches(text: str) -> bool:
    """Return whether a condition is about other tables too."""
    tree = sqlglot.parse_one(text, into=exp.Condition, dialect="postgres")
    return any(isinstance(n, exp.Query) or (isinstance(n, exp.Column) and n.table) for n in tree.walk())


def _error_of(text: str, table: ir.Table) -> str | None:
    try:
        predicate(text, table, _ANY_DAY)
    except PolicyError as error:
        return str(error)
    return None


def _of_any_condition(text: str, relations: Relations) -> Iterator[str]:
    tables = _open(relations.values())
    needed = {column.casefold(): column for column in columns_of(text)}
    if tables is None or any(needed.keys() <= {c.casefold() for c in table.columns} for table in tables):
        return
    known = {name.casefold(): name for table in tables for name in table.columns}
    for folded, column in sorted(needed.items()):
        if folded not in known:
            yield f"no table has a column {shown(column)}.{did_you_mean(column, known.values())}"
            return
    yield "no table of people has the columns that this condition reads"
