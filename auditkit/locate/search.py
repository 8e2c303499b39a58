"""The search for the rows of one data subject.

1. It starts from cells that are one of the given identifiers.
2. It takes further identifiers from the subject's own rows, and looks for them in turn.
3. It goes down the references, to the rows that refer to the rows found so far.
4. It looks for the identifiers inside every text.

It never goes up a reference, except from an account to its person: the tenant, the country or the plan that a
person's row refers to does not belong to that person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from auditkit import project_key
from auditkit.audit.meeting import met, named
from auditkit.dataset import Dataset, SourceError, opened
from auditkit.detection import Profile
from auditkit.errors import UsageError, value_free
from auditkit.examine import Examination
from auditkit.locate import identifiers
from auditkit.locate.counting import FoundKeys, TableCounter, TableSearch
from auditkit.locate.data_subject import resolve
from auditkit.locate.identifiers import Identifier, Kind
from auditkit.locate.links import links
from auditkit.locate.location import Location, NotSearched, SoughtIdentifier, TableResult
from auditkit.locate.obligations import kept, notes_on_earlier_erasure, notes_on_legal_holds
from auditkit.locate.routes import Routes
from auditkit.locate.search_space import SearchSpace
from auditkit.locate.tables import searched_tables
from auditkit.options import RunOptions, day
from auditkit.outcome import Missing
from auditkit.policy import Policy, PolicyError
from auditkit.relations import Relations

SAMPLE = 10_000
"""How many rows of a table are read to detect what its columns hold. The search itself reads every row."""
LIMIT = 1_000


class LocateError(RuntimeError):
    """A search failed because of a fault of auditkit. Its text says where, and holds no value."""


def locate(
    source: Any,
    policy: Policy | str | Path | None = None,
    *,
    subject: str | Iterable[str],
    as_of: date | str | None = None,
    limit: int = LIMIT,
) -> Location:
    """Return where the rows of one data subject are; arguments and errors are those of `auditkit.locate`.

    Raises:
        LocateError: auditkit has a fault. The text of the original error is dropped, as it may hold an
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
    lines, when = identifiers.read(subject), day(as_of)
    with opened(named(source, declared)) as data:
        try:
            return search(data, declared, lines, when, limit)[0]
        except (SourceError, PolicyError, UsageError):
            raise
        except Exception as error:  # its text may hold an identifier
            raise LocateError(value_free("locate", error)) from None


def search(
    dataset: Dataset, policy: Policy, lines: Iterable[str], as_of: date, limit: int = LIMIT
) -> tuple[Location, tuple[FoundKeys, ...]]:
    """Return where the rows of a data subject are, and the keys of the rows by table, which are values.

    Args:
        dataset: an open source. The access log that the policy names is searched too.
        policy: what is declared about subjects, columns, references, retention and legal holds.
        lines: the identifiers.
        as_of: the day for legal holds and minimum periods.
        limit: how many keys of a table to fetch at most.

    Raises:
        UsageError: the identifiers do not identify one person.
        PolicyError: the policy names something that the source does not have.
    """
    with met(dataset, policy) as whole:
        run = Examination(whole, policy, RunOptions(as_of, SAMPLE))
        columns = {(name, column) for name, table in whole.tables.items() for column in table.columns}
        return _Search(run, identifiers.parse(lines, columns), limit).run_all()


@dataclass(frozen=True)
class _Search:
    """One search: the run that gathers facts about the source, and the identifiers of the request."""

    run: Examination
    wanted: tuple[Identifier, ...]
    limit: int

    def run_all(self) -> tuple[Location, tuple[FoundKeys, ...]]:
        """Search every table."""
        run = self.run
        # The ledger of erased subjects is asked before a project key is made: a new key matches nobody in it.
        on_erasure = list(notes_on_earlier_erasure(run, self.wanted))
        key = project_key.key()
        relations, without_relations = self._relations()
        profile, without_profile = self._profile()
        space = _space(run, profile, relations)
        subject = resolve(space, self.wanted)
        searches = self._searches(space, Routes(space, subject), key)
        found = {
            s.result.table: s.condition for s in searches if s.result is not None and s.condition is not None
        }
        notes = [
            *subject.notes,
            *_notes_on_texts(self.wanted),
            *on_erasure,
            *notes_on_legal_holds(run, found),
        ]
        not_searched = [*_unreadable(run), *without_relations, *without_profile]
        location = Location(
            run.dataset.name,
            run.options.as_of,
            self._sought(key, searches),
            tuple(self._with_kept_rows(searches, found)),
            (*not_searched, *(part for s in searches for part in s.not_searched)),
            _not_followed(space, relations),
            tuple(dict.fromkeys(notes)),
        )
        return location, tuple(s.keys for s in searches if s.keys is not None)

    def _relations(self) -> tuple[Relations, list[NotSearched]]:
        """Return the references of the source; without them only cells and texts are searched."""
        relations = self.run.facts.get("structure", {})
        if isinstance(relations, Missing):
            return Relations((), {}, (), None), [
                _degraded(relations, "structure", "references were not followed")
            ]
        return relations, []

    def _profile(self) -> tuple[Profile | None, list[NotSearched]]:
        """Return what the columns hold; without it only their names and the policy say so."""
        profile = self.run.facts.get("profile", {})
        if isinstance(profile, Missing):
            return None, [_degraded(profile, "profile", "the cells of the columns were not looked at")]
        return profile, []

    def _searches(self, space: SearchSpace, routes: Routes, key: project_key.Key) -> list[TableSearch]:
        to_tables = routes.to_tables()
        searches = []
        for table in space.tables.values():
            others = routes.rows_of_others(table)
            counter = TableCounter(space, table, self.wanted, others, key, self.limit)
            searches.append(counter.search(to_tables[table.name]))
        return searches

    def _sought(self, key: project_key.Key, searches: Sequence[TableSearch]) -> tuple[SoughtIdentifier, ...]:
        """Return the identifiers of the request by label, with how many tables hold each as a whole cell."""
        return tuple(
            SoughtIdentifier(
                key.label("subject", identifier.text),
                identifier.kind.value,
                sum(n in s.whole for s in searches),
            )
            for n, identifier in enumerate(self.wanted)
        )

    def _with_kept_rows(
        self, searches: Sequence[TableSearch], found: dict[str, Any]
    ) -> Iterator[TableResult]:
        """Yield the results of the tables, with the rows that must not be erased."""
        by_table = kept(self.run, found)
        for search in searches:
            if search.result is not None:
                yield replace(search.result, kept=by_table.get(search.result.table, ()))


def _space(run: Examination, profile: Profile | None, relations: Relations) -> SearchSpace:
    tables = searched_tables(run.dataset, run.policy, profile, relations)
    root = relations.boundary.root if relations.boundary is not None else None
    return SearchSpace(run.dataset, tables, links(run.dataset, tables, relations), root)


def _degraded(missing: Missing, fact: str, consequence: str) -> NotSearched:
    """Return that a fact about the whole source is missing, with what this means for the search."""
    return NotSearched("the source", Missing(missing.cause, f"{consequence}: {missing.reason}"), (fact,))


def _unreadable(run: Examination) -> Iterator[NotSearched]:
    """Yield the tables that cannot be searched, and those of which this role may not read some columns."""
    for examined in run.facts.get("relation", {}):
        if examined.missing is not None:
            yield NotSearched(examined.name, examined.missing)
    for name, relation in run.dataset.relations.items():
        if relation.closed is not None and relation.missing is None:
            yield NotSearched(name, relation.closed, ("closed columns",))


def _not_followed(space: SearchSpace, relations: Relations) -> tuple[str, ...]:
    """Return the columns that look like references but lead to no table."""
    followed = {(link.table, link.reference.columns) for link in space.links}
    unknown = [(table, column) for table, column in relations.unknown if (table, (column,)) not in followed]
    return tuple(f"{table}.{column}" for table, column in unknown)


def _notes_on_texts(wanted: Sequence[Identifier]) -> Iterator[str]:
    """Yield which identifiers were not looked for inside texts, and what the rows of a name mean."""
    short = sum(not identifier.is_long_enough_for_texts for identifier in wanted)
    if short == len(wanted):
        yield "every identifier given is too short to be recognised inside a text, so no text was searched"
    elif short:
        verb = "is" if short == 1 else "are"
        yield (
            f"{short} of the {len(wanted)} identifiers given {verb} too short to be recognised inside a text,"
            " so texts were searched for the others only"
        )
    if any(identifier.kind is Kind.NAME for identifier in wanted):
        yield "rows that hold the name count as mentioned, because other people may have the same name"
