"""The ways in which a condition lets a row through, and whether each keeps it to the session's tenant."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum

from sqlglot import exp

from auditkit.row_security.clauses import clauses_of
from auditkit.row_security.names import BLIND, resolved
from auditkit.row_security.parts import Clause, Test, bare, with_equalities
from auditkit.row_security.surroundings import NOWHERE, OwnerColumns, Surroundings
from auditkit.row_security.tables import OWNER, SESSION, Tables
from auditkit.row_security.values import (
    EMPTY,
    has_empty_default,
    is_database_role,
    is_for_everybody,
    is_never_null,
    is_role,
    is_session,
    is_staff,
    names_session_owner,
    own_columns,
    sources_of,
    words_of,
)


class Way(IntEnum):
    """What a row, or a session, needs so that the row is visible; the narrowest first.

    Attributes:
        BOUND: the row belongs to the tenant, or to the person, of the session.
        STAFF: the session has a right that not every user has.
        FIXED: the row, or the session, has a value that stands in the condition.
        NO_TENANT: the row has no tenant.
        UNSET: the session has not declared a tenant.
        SOME: the row has some value, such as `is_public`.
        EVERY_TENANT: the row has a tenant, or an ancestor, or a number.
        ANYBODY: the session is one of a user.
        ALWAYS: nothing.
    """

    BOUND = 0
    STAFF = 1
    FIXED = 2
    NO_TENANT = 3
    UNSET = 4
    SOME = 5
    EVERY_TENANT = 6
    ANYBODY = 7
    ALWAYS = 8


_ALIKE = (
    exp.EQ,
    exp.Like,
    exp.ILike,
    exp.SimilarTo,
    exp.StartsWith,
    exp.RegexpLike,
    exp.RegexpILike,
    exp.ArrayContainsAll,
    exp.ArrayContainedBy,
    exp.ArrayOverlaps,
    exp.ArrayContains,
    exp.JSONBContains,
    exp.JSONBContainsTopKey,
    exp.JSONBContainsAnyTopKeys,
    exp.JSONBContainsAllTopKeys,
)
"""Tests that tie one side to the other where they hold."""
_CONTAINING = (exp.ArrayContainsAll, exp.ArrayContainedBy, exp.ArrayOverlaps)
_PATTERNS = (exp.Like, exp.ILike, exp.SimilarTo, exp.StartsWith, exp.RegexpLike, exp.RegexpILike)
_PERSON = re.compile(
    r"^(?:id|uid|uuid|guid|sub|subject)$|(?:^|_)(?:user|owner|author|creator|member|email|username|login)s?$"
    r"|(?:user|owner|author|creator|member|profile|person|customer)_?(?:id|uid|uuid)s?$|_by$",
    re.IGNORECASE,
)
"""Columns that name a person, or the row itself."""
_KEY = re.compile(r"(?:_id|_ids|_uuid|_uid|_key|(?<=[a-z])I[dD]s?)$")
"""Columns that name another row."""
_USUAL = re.compile(r"deleted|archived|trash|active|enabled|valid", re.IGNORECASE)
"""Columns with the same value in nearly all rows that are in use."""
_PUBLISHED = re.compile(r"public|publish|approve|release|share|list|visible", re.IGNORECASE)
"""Columns that are filled in rows which everybody may see."""


def ways_of(condition: exp.Expr, columns: OwnerColumns, around: Surroundings = NOWHERE) -> frozenset[Way]:
    """Return the ways in which a condition lets rows through; none where it lets no row through.

    Raises:
        TooManyClausesError: the condition has too many clauses.

    >>> import sqlglot
    >>> text = "tenant_id = current_setting('app.tenant')::int OR is_public"
    >>> sorted(ways_of(sqlglot.parse_one(text, read="postgres"), OwnerColumns("t", frozenset({"tenant_id"}))))
    [<Way.BOUND: 0>, <Way.SOME: 5>]
    """
    tree = resolved(condition, columns.table, around.views, around.blind)
    found = (_Reading(columns, around).way(clause) for clause in clauses_of(tree))
    return frozenset(way for way in found if way is not None)


def tables_shown(query: exp.Query, around: Surroundings = NOWHERE) -> frozenset[str]:
    """Return the tables of which a query shows rows that are not kept to the session.

    A query that only staff gets an answer from shows none.

    Raises:
        TooManyClausesError: its condition has too many clauses.

    >>> import sqlglot
    >>> text = "SELECT * FROM files f JOIN members m ON m.org = f.org AND m.user_id = auth.uid(), plans"
    >>> sorted(tables_shown(sqlglot.parse_one(text, read="postgres")))
    ['plans']
    """
    found = set()
    for select in query.find_all(exp.Select):
        if select.find_ancestor(exp.Select) is None:
            tree = resolved(exp.Exists(this=_with_results(select)), "", around.views, around.blind)
            for clause in clauses_of(tree):
                found |= _Reading(OwnerColumns(""), around).shown(clause)
    return frozenset(found)


def _with_results(select: exp.Select) -> exp.Select:
    """Return a query that has a row only where the queries in its results have one too."""
    plain = select.copy()
    inner = [q for q in plain.find_all(exp.Select) if q.parent_select is plain and not _is_source(q)]
    results = [exp.Exists(this=_with_results(query)) for query in inner]
    plain.set("expressions", [exp.Literal.number(1)])
    return plain.where(*results, copy=False) if results else plain


def _is_source(query: exp.Select) -> bool:
    """Return whether a query stands after FROM, or in a condition, and not among the results."""
    around = query.find_ancestor(exp.Where, exp.Join, exp.Having, exp.From, exp.With, exp.Select)
    return not isinstance(around, exp.Select)


@dataclass(frozen=True)
class _Reading:
    """Reads clauses over one table."""

    columns: OwnerColumns
    around: Surroundings

    def way(self, clause: Clause) -> Way | None:
        """Return the way of a clause; None where it never holds."""
        tables = Tables()
        found = self._read(clause, tables)
        if found is None:
            return None
        if OWNER in tables.rows.of(SESSION):
            return Way.BOUND
        return min(found | {self._by_table(number, tables) for number in tables.names})

    def shown(self, clause: Clause) -> set[str]:
        """Return the tables whose rows a clause does not keep to the session."""
        tables = Tables()
        found = self._read(clause, tables)
        if found is None or min(found) <= Way.STAFF:
            return set()
        return {name for number, name in tables.names.items() if SESSION not in tables.rows.of(number)}

    def _read(self, clause: Clause, tables: Tables) -> set[Way] | None:
        """Return what the tests of a clause ask for; None where it never holds."""
        found = {Way.ALWAYS}
        for test in with_equalities(clause):
            way = self._test(test, tables)
            if way is None:
                return None
            found.add(way)
        return found

    def _by_table(self, number: str, tables: Tables) -> Way:
        """Return what the rows of a table that a clause reads say of the session or of the row."""
        group, joined = tables.rows.of(number), tables.joined.of(number)
        names = [tables.names[n] for n in joined if n in tables.names]
        words = [word for n in joined for word in tables.words.get(n, ())]
        if SESSION in group:
            is_own = any(name in self.around.tenanted for name in names)
            return Way.STAFF if not is_own and is_staff([*words, *names]) else Way.ANYBODY
        if OWNER in group:
            return Way.SOME if words else Way.EVERY_TENANT
        return Way.ANYBODY

    def _test(self, test: Test, tables: Tables) -> Way | None:
        """Return what a test asks for; None where it never holds."""
        tree = test.tree
        match tree:
            case exp.Table():
                return self._table(tree, tables)
            case exp.Exists():
                return Way.EVERY_TENANT
            case exp.Is():
                return self._null(tree, test.holds, tables)
            case exp.In():
                return self._compared(tree, tree.this, tree.expressions, test.holds, tables)
            case exp.Column() if not tree.table:
                return self._of_row({tree.name})
            case _ if isinstance(tree, _ALIKE):
                return self._compared(tree, tree.this, [tree.expression], test.holds, tables)
            case exp.Anonymous() | exp.Dot() if test.holds and tree.name != BLIND:
                return self._called(tree, tables)
            case _:
                return self._other(tree, test.holds, tables)

    def _table(self, tree: exp.Table, tables: Tables) -> Way:
        """Return that a table has a row, which may be kept to the session by policies of its own."""
        if isinstance(tree.this, exp.Identifier):
            number, name = tree.alias, tree.name
            qualified = f"{tree.db}.{name}" if tree.db and tree.db != "public" else name
            tables.names[number] = qualified
            if qualified in self.around.kept:
                tables.tie((number, SESSION))
            return Way.ALWAYS
        return self._called(tree.this, tables) if own_columns(tree) else Way.ANYBODY

    def _nodes(self, tree: exp.Expr, *, by_anybody: bool = False) -> set[str]:
        """Return what a value belongs to: the owner of the row, the session, and tables that a clause reads.

        Args:
            tree: the value.
            by_anybody: whether any column of the row may name its owner.
        """
        nodes = set(sources_of(tree))
        own = own_columns(tree)
        if own and (by_anybody or self._names_owner(own)):
            nodes.add(OWNER)
        if is_session(tree) and not is_role(tree):
            nodes.add(SESSION)
        return nodes

    def _names_owner(self, columns: Collection[str]) -> bool:
        """Return whether a column names the tenant, a person or another row."""
        known = self.columns.tenant | self.columns.persons | {"*"}
        return any(c in known or _PERSON.search(c) or _KEY.search(c) for c in columns)

    def _is_owner(self, columns: Collection[str]) -> bool:
        """Return whether a column names the tenant, a person or the row itself."""
        return any(c in self.columns.tenant or c == "*" or _PERSON.search(c) for c in columns)

    def _of_row(self, own: Collection[str]) -> Way:
        """Return the way of a test of the row alone."""
        is_usual = self._is_owner(own) or any(map(_USUAL.search, own))
        return Way.EVERY_TENANT if is_usual else Way.SOME

    def _null(self, tree: exp.Is, holds: bool, tables: Tables) -> Way | None:
        """Return what IS NULL, or IS NOT NULL, asks for."""
        value = tree.this
        own, inner = own_columns(value), sources_of(value)
        if isinstance(value, exp.Column) and own:
            if own <= self.columns.required:
                return None if holds else Way.ALWAYS
            is_tenant = bool(own & self.columns.tenant)
            if holds and is_tenant:
                return Way.NO_TENANT
            is_published = not holds and any(map(_PUBLISHED.search, own))
            return Way.SOME if is_published else Way.EVERY_TENANT
        if inner:
            tables.filter(inner, tree)
            return Way.ALWAYS
        if holds and own and not is_session(value) and not isinstance(value, exp.Anonymous | exp.Dot):
            return Way.NO_TENANT if self._names_owner([*own, *words_of(value)]) else Way.SOME
        if holds:
            return None if is_never_null(value) else Way.UNSET
        if isinstance(value, exp.JSONExtract | exp.JSONExtractScalar) and own and is_session(value):
            return self._called(value, tables)  # what the session's document says of the row
        return Way.EVERY_TENANT if own else Way.ANYBODY

    def _compared(
        self, tree: exp.Expr, left: exp.Expr, others: list[exp.Expr], holds: bool, tables: Tables
    ) -> Way | None:
        """Return what a test asks for that compares a value with others."""
        if not holds:
            return self._other(tree, holds, tables)
        of_owner = any(names_session_owner(value) for value in (left, *others))
        of_owner |= isinstance(tree, _CONTAINING) and bool(sources_of(tree))
        sides = [
            set[str]().union(*(self._nodes(value, by_anybody=of_owner) for value in side))
            for side in ([left], others)
        ]
        own, inner = own_columns(tree), sources_of(tree)
        if sides[0] and sides[1] and sides[0] != sides[1]:
            if isinstance(tree, _PATTERNS) and has_empty_default(tree):
                return Way.UNSET
            if own_columns(left).intersection(*map(own_columns, others)) and not self._asks_both(
                left, others
            ):
                return Way.EVERY_TENANT
            tables.tie(sides[0] | sides[1])
            return Way.ALWAYS
        if own and any(self._asks(value) for value in (left, *others)):
            return self._called(tree, tables)
        if inner:
            tables.filter(inner, tree)
            return Way.ALWAYS
        if own:
            return self._of_row(own) if is_session(tree) else self._fixed(own, others)
        return self._of_session(left, others) if is_session(tree) else Way.SOME

    def _asks_both(self, left: exp.Expr, others: list[exp.Expr]) -> bool:
        """Return whether a function of the schema gets the column with which its result is compared."""
        return any(isinstance(value, exp.Anonymous | exp.Dot) for value in (left, *others))

    def _asks(self, value: exp.Expr) -> bool:
        """Return whether a value says what the session may do with the row: `role_in(account_id)`."""
        is_call = isinstance(value, exp.Anonymous | exp.Dot) and value.name != BLIND
        return self._names_owner(own_columns(value)) and (is_call or is_session(value))

    def _fixed(self, own: frozenset[str], others: list[exp.Expr]) -> Way | None:
        """Return what a test of the row alone asks for: some value, or one that names an owner."""
        if any(own_columns(other) for other in others) or not self._is_owner(own):
            return self._of_row(own)
        literals = {str(bare(other).this) for other in others if isinstance(bare(other), exp.Literal)}
        return None if literals and literals <= EMPTY else Way.FIXED

    def _called(self, tree: exp.Expr, tables: Tables) -> Way:
        """Return what a function of the schema asks for: it compares its arguments with the session."""
        own, inner = own_columns(tree), sources_of(tree)
        if own and (self._names_owner(own) or is_session(tree)):
            tables.tie((OWNER, SESSION, *inner))
        elif inner:
            tables.tie((SESSION, *inner))
        elif own:
            return Way.SOME
        else:
            words = words_of(tree)
            words = [w for w in words if w != "member"] if "pg_has_role" in words else words
            return Way.ANYBODY if is_for_everybody(words) else Way.STAFF
        return Way.ALWAYS

    def _other(self, tree: exp.Expr, holds: bool, tables: Tables) -> Way:
        """Return what any other test asks for."""
        own, inner = own_columns(tree), sources_of(tree)
        if inner:
            tables.filter(inner, tree)
            return Way.ALWAYS
        if own and is_session(tree):
            is_call = holds and isinstance(tree, exp.Func) and self._names_owner(own)
            return self._called(tree, tables) if is_call else Way.EVERY_TENANT
        if own:
            return self._of_row(own)
        if not is_session(tree):
            return Way.SOME
        is_staff_only = holds and not isinstance(tree, exp.Predicate) and not is_for_everybody(words_of(tree))
        return Way.STAFF if is_staff_only else Way.ANYBODY

    def _of_session(self, left: exp.Expr, others: list[exp.Expr]) -> Way:
        """Return what a comparison asks of the session alone, with literals or with the session itself."""
        value, literals = (left, others) if is_session(left) else (others[0], [left])
        words = [
            str(bare(literal).this).lower() for literal in literals if isinstance(bare(literal), exp.Literal)
        ]
        if not words:
            return Way.STAFF
        if "" in words:
            return Way.UNSET
        if is_database_role(value) and self.around.users.intersection(words):
            return Way.ANYBODY
        if is_for_everybody(
            words if is_role(value) or is_database_role(value) else [*words, *words_of(value)]
        ):
            return Way.ANYBODY
        if names_session_owner(value) and not is_database_role(value) and not is_staff(words):
            return Way.FIXED
        return Way.STAFF
