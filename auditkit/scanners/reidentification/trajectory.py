"""A few places and times single out whose path it is.

Where somebody was at four moments is known to a neighbour, a colleague or a public timeline, and is enough to
find the one path that holds all four (that of 95 % of 1.5 million people, by hour and antenna: de Montjoye
2013; GDPR recital 26, Art. 4(5), 32). Of up to a thousand people, drawn by chance with a seed, two and four
of their points are drawn and compared with everybody's: the share `share_4` of `tried_4` people are the only
ones who were at all four, between `low_4` and `high_4` in 95 of 100 cases. A finding is where even `low_4` is
above the limit of the policy (`disclosure.trajectory`: `place`, `at`, `hours`, and `limit`, which is 5 %
unless it says so). Fewer than twenty people, or nobody with four points, are not assessed.

Remedy: coarser places and times (set `hours` and the columns of `place` to try how coarse), shorter paths
    with a new pseudonym each day, or
counts instead of paths.

>>> import auditkit, pandas as pd
>>> stops = [(person, hour, (person * 7 + hour * person) % 23) for person in range(40) for hour in range(8)]
>>> visits = pd.DataFrame([(p, f"cell {c}", f"2026-05-04 {h:02d}:10:00") for p, h, c in stops], columns=["person", "cell", "at"])
>>> told = "{subject: {key: person}, disclosure: {trajectory: {place: [cell], at: at}}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{visits: {told}}}}}")
>>> audit = auditkit.audit({"visits": visits}, policy, checks=["reidentification-trajectory"])
>>> [(f.table, f.detail["persons"], f.detail["tried_4"], f.detail["share_4"]) for f in audit.findings]
[('visits', 40, 40, 0.15)]
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, wilson
from auditkit.policy import NoColumnError, Policy, TablePolicy
from auditkit.relations.moments import seconds_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
from auditkit.check import check, fact
from auditkit.outcome import Severity

POINTS = (2, 4)
PEOPLE, FEWEST, SEED = 1000, 20, 2016_679
"""How many people are tried at most, drawn by chance with a seed; and how many there must be."""
SCHEMA = pa.schema(
    [("persons", pa.int64()), ("limit", pa.float64()), ("beyond", pa.bool_())]
    + [(f"{name}_{m}", kind) for m in POINTS for name, kind in
       (("tried", pa.int64()), ("unique", pa.int64()), ("share", pa.float64()), ("low", pa.float64()), ("high", pa.float64()))]
)  # fmt: skip


@fact
def trajectories(
    rows: ir.Table, dataset: Dataset, policy: Policy, relation: Examined, declared: TablePolicy, subject: str
) -> ir.Table | Missing:
    """How many people are singled out by a few of their points of place and time, in one row.

    Of up to a thousand people, drawn by chance, each `m` different points are drawn; `unique_m` of `tried_m`
    are the only ones who were at all of them, with an interval of 95 % (Wilson). `beyond` says that even its
    lower end, for four points, is above the limit.
    """
    import numpy as np

    told = declared.disclosure.trajectory if declared.disclosure is not None else None
    if told is None or not told.place:
        return Missing(
            Cause.UNDECLARED,
            f"the policy does not say where in {relation.name} it stands who was where"
            " (`disclosure.trajectory`)",
        )
    for key, column in (*(("place", c) for c in told.place), ("at", told.at)):
        if column not in rows.columns:
            raise NoColumnError.of(
                policy,
                ("tables", relation.name, "disclosure", "trajectory", key),
                relation.name,
                column,
                rows.columns,
            )
    hour = (seconds_of(clock(rows[told.at]).moment) / (3600 * told.hours)).floor().cast("int64")
    there = rows.mutate(auditkit_hour=hour).filter(
        lambda t: ibis.and_(*[t[c].notnull() for c in (subject, *told.place, "auditkit_hour")])
    )
    where = {f"auditkit_place_{i}": there[c] for i, c in enumerate(told.place)}
    visits = _numbered(
        dataset,
        there.select(auditkit_who=there[subject], **where, auditkit_hour=there.auditkit_hour).distinct(),
    )
    persons = int(visits[:, 0].max()) + 1 if len(visits) else 0
    if persons < FEWEST:
        return Missing(
            Cause.NOT_APPLICABLE, f"{relation.name} has the points of {persons} people, too few to hide among"
        )
    row: dict[str, object] = {"persons": persons, "limit": told.limit}
    if int(np.bincount(visits[:, 0]).max()) < POINTS[-1]:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"nobody in {relation.name} has {POINTS[-1]} points: whether so many single out cannot be told",
        )
    for points in POINTS:
        unique, tried = singled_out(visits[:, 0], visits[:, 1], points)
        low, high = wilson(unique, tried)
        row |= {f"tried_{points}": tried, f"unique_{points}": unique, f"share_{points}": unique / tried}
        row |= {f"low_{points}": low, f"high_{points}": high}
    row["beyond"] = float(str(row[f"low_{POINTS[-1]}"])) > told.limit
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


def _numbered(dataset: Dataset, visits: ir.Table) -> Numbers:
    """Return who was where and when, both as numbers from 0, in an order that is the same on every engine.

    Each name is kept once, and a visit takes 16 bytes.
    """
    import numpy as np

    who: dict[str, int] = {}
    points: dict[tuple[str, ...], int] = {}
    parts = [np.empty((0, 2), dtype=np.int64)]
    for batch in dataset.stream(visits):
        pairs = [
            (who.setdefault(str(w), len(who)), points.setdefault(tuple(map(str, at)), len(points)))
            for w, *at in batch
        ]
        parts.append(np.asarray(pairs, dtype=np.int64).reshape(-1, 2))
    met = np.concatenate(parts)
    person, point = np.argsort([who[w] for w in sorted(who)]), np.argsort([points[p] for p in sorted(points)])
    return np.column_stack([person[met[:, 0]], point[met[:, 1]]]) if len(met) else met


def singled_out(persons: Numbers, points: Numbers, few: int, people: int = PEOPLE) -> tuple[int, int]:
    """Return how many people are the only ones at so many of their points, and of how many (unicity, de
    Montjoye 2013).

    Args:
        persons: for each visit the person, from 0 without gaps; no visit stands twice.
        points: where and when it was.
        few: how many points somebody knows; who has fewer is not tried.
        people: how many are tried at most.
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
        crowds = [persons[by_point[places[p] : places[p + 1]]] for p in own[rng.sample(range(len(own)), few)]]
        alike = min(crowds, key=len)
        for crowd in crowds:
            alike = alike[np.isin(alike, crowd, assume_unique=True)]
        unique += len(alike) == 1
    return unique, len(chosen)


@check(severity=Severity.HIGH, articles=("GDPR recital 26", "GDPR 4(5)", "GDPR 32(1)(a)"))
def trajectory(trajectories: ir.Table) -> ir.Table:
    """Return how many people a few points of place and time single out, where that is more than was
    accepted.
    """
    return trajectories.filter(trajectories.beyond).drop("beyond")
