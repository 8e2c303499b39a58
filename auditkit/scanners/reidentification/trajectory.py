"""People identified by a few places and times

## What it finds
Tables of visits in which four points of place and time identify more people than the policy accepts
(`disclosure.trajectory`). Of up to a thousand people, drawn at random with a seed, two and four of their
points are drawn. `unique_4` of `tried_4` people are the only ones who were at all four. `share_4` lies
between `low_4` and `high_4` in 95 of 100 cases, and a finding is where even `low_4` is above the limit.

## Why it matters
A neighbour, a colleague or a public timeline knows where somebody was at four moments. That is enough to find
the one path that holds all four: the path of 95% of 1.5 million people, by hour and antenna (GDPR recital 26,
Art. 4(5) and 32(1)(a)).

## How to fix
Make places and times coarser: set `hours` and the columns of `place` to try how coarse. Or keep shorter paths
with a new pseudonym each day, or counts instead of paths.

## Limits
The check needs 20 people, and somebody with four points. The limit is 5% where the policy states none.

## Example
>>> import auditkit, pandas as pd
>>> stops = [(person, hour) for person in range(40) for hour in range(8)]
>>> visits = pd.DataFrame(stops, columns=["person", "hour"])
>>> visits["cell"] = (visits.person * 7 + visits.hour * visits.person) % 23
>>> visits["at"] = pd.to_datetime("2026-05-04") + pd.to_timedelta(visits.hour, "h")
>>> table = "{subject: {key: person}, disclosure: {trajectory: {place: [cell], at: at}}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{visits: {table}}}}}")
>>> audit = auditkit.audit({"visits": visits}, policy, checks=["reidentification-trajectory"])
>>> [(f.table, f.detail["persons"], f.detail["tried_4"], f.detail["share_4"]) for f in audit.findings]
[('visits', 40, 40, 0.15)]

## References
- GDPR recital 26, means reasonably likely to be used to identify a person
- de Montjoye et al., unique in the crowd: the privacy bounds of human mobility, 2013
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity, wilson
from auditkit.policy import NoColumnError, Policy, TablePolicy
from auditkit.policy.disclosure import Trajectory
from auditkit.relations.moments import unix_seconds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

POINTS = (2, 4)
"""How many points an attacker knows."""
PEOPLE, FEWEST, SEED = 1000, 20, 2016_679
"""How many people are tried at most, drawn at random with a seed; and how many there must be."""
SCHEMA = pa.schema(
    [("persons", pa.int64()), ("limit", pa.float64())]
    + [(f"{name}_{n}", pa.int64()) for n in POINTS for name in ("tried", "unique")]
    + [(f"{name}_{n}", pa.float64()) for n in POINTS for name in ("share", "low", "high")]
)


@fact
def trajectories(
    rows: ir.Table, dataset: Dataset, policy: Policy, relation: Examined, declared: TablePolicy, subject: str
) -> ir.Table | Missing:
    """How many people are identified by a few of their points of place and time, in one row.

    For each number of points, `unique` of `tried` people are the only ones who were at all of them. `low` and
    `high` are the interval of 95% around their `share` (Wilson).
    """
    import numpy as np

    path = declared.disclosure.trajectory if declared.disclosure is not None else None
    if path is None or not path.place:
        reason = (
            f"the policy does not say which columns of {relation.name} hold places and times"
            " (`disclosure.trajectory`)"
        )
        return Missing(Cause.UNDECLARED, reason)
    at = ("tables", relation.name, "disclosure", "trajectory")
    for key, column in (*(("place", c) for c in path.place), ("at", path.at)):
        if column not in rows.columns:
            raise NoColumnError.of(policy, (*at, key), relation.name, column, rows.columns)
    visits = _numbered(dataset, _visits(rows, path, subject))
    persons = int(visits[:, 0].max()) + 1 if len(visits) else 0
    if persons < FEWEST:
        reason = f"{relation.name} has the points of {persons} people, too few to hide among"
        return Missing(Cause.NOT_APPLICABLE, reason)
    if int(np.bincount(visits[:, 0]).max()) < POINTS[-1]:
        reason = (
            f"nobody in {relation.name} has {POINTS[-1]} points, so that it is not known whom they identify"
        )
        return Missing(Cause.NOT_APPLICABLE, reason)
    row: dict[str, float] = {"persons": persons, "limit": path.limit}
    for n in POINTS:
        unique, tried = singled_out(visits[:, 0], visits[:, 1], n)
        low, high = wilson(unique, tried)
        row |= {f"tried_{n}": tried, f"unique_{n}": unique, f"share_{n}": unique / tried}
        row |= {f"low_{n}": low, f"high_{n}": high}
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


def _visits(rows: ir.Table, path: Trajectory, subject: str) -> ir.Table:
    """Return who was where and when; an hour is as long as the policy says."""
    hour = (unix_seconds(clock(rows[path.at]).moment) / (3600 * path.hours)).floor().cast("int64")
    there = rows.mutate(auditkit_hour=hour).filter(
        lambda t: ibis.and_(*[t[c].notnull() for c in (subject, *path.place, "auditkit_hour")])
    )
    where = {f"auditkit_place_{i}": there[c] for i, c in enumerate(path.place)}
    return there.select(auditkit_who=there[subject], **where, auditkit_hour=there.auditkit_hour).distinct()


def _numbered(dataset: Dataset, visits: ir.Table) -> Numbers:
    """Return pairs of a person and a point, as numbers from 0 that are the same on every engine.

    Each name is kept once, and a visit takes 16 bytes.
    """
    import numpy as np

    who: dict[str, int] = {}
    points: dict[tuple[str, ...], int] = {}
    parts = [np.empty((0, 2), dtype=np.int64)]
    for batch in dataset.stream(visits):
        pairs = [
            (who.setdefault(str(w), len(who)), points.setdefault(tuple(map(str, point)), len(points)))
            for w, *point in batch
        ]
        parts.append(np.asarray(pairs, dtype=np.int64).reshape(-1, 2))
    met = np.concatenate(parts)
    if not len(met):
        return met
    person, point = np.argsort([who[w] for w in sorted(who)]), np.argsort([points[p] for p in sorted(points)])
    return np.column_stack([person[met[:, 0]], point[met[:, 1]]])


def singled_out(persons: Numbers, points: Numbers, few: int, people: int = PEOPLE) -> tuple[int, int]:
    """Return how many people are the only ones at some of their points, and how many were tried.

    Args:
        persons: for each visit the person, from 0 without gaps; no visit stands twice.
        points: the place and time of the visit.
        few: how many points an attacker knows; people with fewer points are not tried.
        people: how many people are tried at most.
    """
    import numpy as np

    by_person = np.lexsort((points, persons))
    starts = np.searchsorted(persons[by_person], np.arange(int(persons.max()) + 2))
    by_point = np.lexsort((persons, points))
    places = np.searchsorted(points[by_point], np.arange(int(points.max()) + 2))
    rng, unique = random.Random(SEED), 0
    able = np.flatnonzero(np.diff(starts) >= few)
    chosen = sorted(rng.sample(range(len(able)), min(people, len(able))))
    for person in able[chosen]:
        own = points[by_person[starts[person] : starts[person + 1]]]
        known = own[rng.sample(range(len(own)), few)]
        crowds = [persons[by_point[places[p] : places[p + 1]]] for p in known]
        alike = min(crowds, key=len)
        for crowd in crowds:
            alike = alike[np.isin(alike, crowd, assume_unique=True)]
        unique += len(alike) == 1
    return unique, len(chosen)


@check(
    severity=Severity.HIGH,
    articles=("GDPR recital 26", "GDPR 4(5)", "GDPR 32(1)(a)"),
    says=(
        "2 visits identify {unique_2} of {tried_2:person|people} ({share_2:.0%}, between {low_2:.0%} and"
        " {high_2:.0%}); 4 visits identify {unique_4} of {tried_4:person|people} ({share_4:.0%}, between"
        " {low_4:.0%} and {high_4:.0%}); limit {limit:.0%}; {persons:person|people} in the table"
    ),
)
def trajectory(trajectories: ir.Table) -> ir.Table:
    """Return how many people are identified by their visits, where four identify more than was accepted."""
    return trajectories.filter(trajectories[f"low_{POINTS[-1]}"] > trajectories["limit"])
