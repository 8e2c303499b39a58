"""The search for the rows of one data subject.

It starts at cells that are one of the given identifiers, goes on to what the subject's own rows are called by
elsewhere, down the references to rows that hang on them, and into every text. It goes up a reference only
from an account to its person: what a person's row refers to (a tenant, a country, a plan) is not that
person's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from auditkit import project_key
from auditkit.dataset import Dataset, SourceError, opened
from auditkit.dataset.beside import with_log
from auditkit.errors import UsageError
from auditkit.examine import Examination, value_free
from auditkit.locate import identifiers as given
from auditkit.locate.counting import Named, counted
from auditkit.locate.ground import Ground
from auditkit.locate.identifiers import Identifier, Kind
from auditkit.locate.links import links
from auditkit.locate.location import Location, NotSearched, Sought
from auditkit.locate.obligations import erased_before, kept, on_hold
from auditkit.locate.persons import resolve
from auditkit.locate.places import places
from auditkit.locate.reaches import of_others, reaches
from auditkit.outcome import Missing
from auditkit.policy import Policy, PolicyError
from auditkit.relations import Relations
from auditkit.options import RunOptions, day

SAMPLE = 10_000
"""So many rows a table are read to tell what its columns hold; the search itself reads every row."""
LIMIT = 1_000


class LocateError(RuntimeError):
    """A search failed by a fault of auditkit; its text says where and holds no value."""


def locate(
    source: Any,
    policy: Policy | str | Path | None = None,
    *,
    subject: str | Iterable[str],
    as_of: date | str | None = None,
    limit: int = LIMIT,
) -> Location:
    """Return every row about one data subject, by labels; arguments and errors are those of
    `auditkit.locate`.

    Raises:
        LocateError: a fault of auditkit; the text of the error that it was is not kept, for it could hold an
            identifier.

    >>> import os, pandas as pd
    >>> from unittest.mock import patch
    >>> customers = pd.DataFrame({"id": [1, 2], "email": ["ana@example.org", "ben@example.org"]})
    >>> orders = pd.DataFrame({"id": [7, 8, 9], "customer_id": [1, 2, 1]})
    >>> notes = pd.DataFrame({"id": [1], "body": ["Ana@example.org called."]})
    >>> with patch.dict(os.environ, AUDITKIT_KEY="an example of a key", SUBJECT="ana@example.org"):
    ...     found = locate({"customers": customers, "orders": orders, "notes": notes}, subject="env:SUBJECT")
    >>> for t in found.found:
    ...     print(t.table, t.rows, t.ways[0].level, t.ways[0].path)
    customers 1 about value of customers.email
    orders 2 about orders.customer_id -> customers.id
    notes 1 mentioned text of notes.body
    """
    declared = Policy.load(policy) if policy is not None else Policy.empty()
    lines, when = given.given(subject), day(as_of)
    with opened(source) as data:
        try:
            return search(data, declared, lines, when, limit)[0]
        except (SourceError, PolicyError, UsageError):
            raise
        except Exception as error:
            raise LocateError(value_free("locate", error)) from None


def search(
    dataset: Dataset, policy: Policy, lines: Iterable[str], as_of: date, limit: int = LIMIT
) -> tuple[Location, tuple[Named, ...]]:
    """Return where the rows of a data subject are, and by table their keys, which are values.

    Args:
        dataset: an open one; the file with the access log that the policy names is searched, too.
        policy: what it says of subjects, columns, references, retention and holds is used.
        lines: the identifiers.
        as_of: the day for holds and minimum periods.
        limit: how many keys of a table at most.

    Raises:
        UsageError: the identifiers single nobody out.
        PolicyError: the policy names what is not there.
    """
    with with_log(dataset, policy) as whole:
        return _found(whole, policy, lines, as_of, limit)


def _found(
    dataset: Dataset, policy: Policy, lines: Iterable[str], as_of: date, limit: int
) -> tuple[Location, tuple[Named, ...]]:
    run = Examination(dataset, policy, RunOptions(as_of, SAMPLE))
    wanted = given.parsed(
        lines, {(name, column) for name, table in dataset.tables.items() for column in table.columns}
    )
    past = list(erased_before(run, wanted))  # before a key is made: under a new one the ledger names nobody
    key = project_key.key()
    relations, unseen = _known(run, "structure", Relations((), {}, (), None), "references were not followed")
    profile, blind = _known(run, "profile", None, "no column was told by what it holds")
    where = places(dataset, policy, profile, relations)
    boundary = relations.boundary
    ground = Ground(
        dataset, where, links(dataset, where, relations), boundary.root if boundary is not None else None
    )
    persons = resolve(ground, wanted)
    ways = reaches(ground, persons)
    results = [
        counted(ground, p, ways[p.name], wanted, of_others(ground, persons, p), key, limit)
        for p in where.values()
    ]
    conditions = {
        r.found.table: r.condition for r in results if r.found is not None and r.condition is not None
    }
    laws = kept(run, conditions)
    location = Location(
        dataset.name,
        as_of,
        tuple(
            Sought(key.label("subject", i.text), i.kind.value, sum(n in r.whole for r in results))
            for n, i in enumerate(wanted)
        ),
        tuple(replace(r.found, kept=laws.get(r.found.table, ())) for r in results if r.found is not None),
        (*_unseen(run), *unseen, *blind, *(n for r in results for n in r.not_searched)),
        _nowhere(ground, relations),
        tuple(dict.fromkeys([*persons.notes, *_untold(wanted), *past, *on_hold(run, conditions)])),
    )
    return location, tuple(r.named for r in results if r.named is not None)


def _known(
    run: Examination, fact: str, default: Any, consequence: str
) -> tuple[Any, tuple[NotSearched, ...]]:
    """Return a fact, or what stands for it with what that means for the search."""
    value = run.facts.get(fact, {})
    if not isinstance(value, Missing):
        return value, ()
    return default, (
        NotSearched("the source", Missing(value.cause, f"{consequence}: {value.reason}"), (fact,)),
    )


def _unseen(run: Examination) -> Iterator[NotSearched]:
    """Yield the tables in which nothing can be looked for, and those of which some columns are closed."""
    for examined in run.facts.get("relation", {}):
        if examined.missing is not None:
            yield NotSearched(examined.name, examined.missing)
    for name, relation in run.dataset.relations.items():
        if relation.closed is not None and relation.missing is None:
            yield NotSearched(name, relation.closed, ("closed columns",))


def _nowhere(ground: Ground, relations: Relations) -> tuple[str, ...]:
    """Return the columns that look like references and lead nowhere."""
    leading = {(k.reference.table, k.reference.columns) for k in ground.links}
    return tuple(
        f"{table}.{column}" for table, column in relations.unknown if (table, (column,)) not in leading
    )


def _untold(wanted: Iterable[Identifier]) -> Iterator[str]:
    """Yield that some identifiers cannot be told inside a text."""
    given = list(wanted)
    short = sum(not i.searchable for i in given)
    if short == len(given):
        yield "what was given is too short to be told inside texts: no text was searched"
    elif short:
        are = "is" if short == 1 else "are"
        yield (
            f"{short} of the {len(given)} identifiers given {are} too short to be told inside texts: texts"
            " were searched for the others"
        )
    if any(i.kind is Kind.NAME for i in given):
        yield "rows that hold the name are called mentioned: others may bear it"
