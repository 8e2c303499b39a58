"""A few columns together single people out.

Nobody knows all columns of a person, and many know three or four. So every combination of up to four
quasi-identifiers is looked at, and `rows` are those that are alone in one of them, `combinations` how many
make somebody so whose parts do not (minimal sample uniques: SUDA, Elliot 2002). What to do about it stands in
the detail. `in_<column>` is the share of all minimal uniques that need the column, `most` the one that most
of them need. `classes_per_row` and `alone` say how distinct rows are in all columns;
`classes_per_row_<column>_by_year` and the like, what they would be if that column alone were coarser: years
of dates, tens of numbers, the first half of codes, or left out; `best` is what helps most. An empty cell is a
value like another. A `largest_size` below four (or the number of columns) says that larger combinations would
have taken too long; where nobody is alone in those smaller ones, the table is then not assessed. The finding
is of low severity unless the table is held out to be anonymous or published (GDPR recital 26, Art. 5(1)(c),
25).

Remedy: make the column coarser that `best` names, and audit again; suppress the cells that still single
    somebody out.

>>> import auditkit, pandas as pd
>>> born = [f"19{60 + n // 10}-0{1 + n % 5}-15" for n in range(40)]
>>> people = pd.DataFrame({"born": born, "city": (["Bern"] * 5 + ["Basel"] * 5) * 4})
>>> told = "{quasi_identifiers: [born, city]}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{people: {told}}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["reidentification-unique-combination"])
>>> [(f.rows, f.detail["alone"], f.detail["best"], f.detail["alone_born_by_year"]) for f in audit.findings]
[(40, 40, 'born_by_year', 0)]
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset import Dataset
from auditkit.facts.reidentification.classes import comparable
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.int64]
    Mask = NDArray[np.bool_]
from auditkit.check import Offending, check, fact
from auditkit.outcome import Severity

LARGEST = 4
"""How many columns somebody is taken to know of a person."""
WORK = 100_000_000
"""How many cells are compared at most, about ten seconds: sizes of combinations that would take more are left
out, and named.
"""
_GAPS = 8
SCHEMA = pa.schema(
    [("rows", pa.int64()), ("of", pa.int64()), ("largest_size", pa.int64()), ("combinations", pa.int64()), ("most", pa.string()),
     ("best", pa.string()), ("told", pa.map_(pa.string(), pa.float64()))]
)  # fmt: skip
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Uniques:
    """The minimal sample uniques among rows: how many there are of each combination of columns, and which
    rows have any.

    A row is alone in a combination when no other row has the same cells there; minimal is one of which no
    part makes it alone.
    """

    counts: Mapping[tuple[int, ...], int]
    alone: Mask = field(repr=False)
    largest: int

    def share(self, column: int) -> float:
        """Return the share of the minimal uniques that a column is part of."""
        total = sum(self.counts.values())
        return sum(n for of, n in self.counts.items() if column in of) / total if total else 0.0


@fact
def unique_combinations(
    dataset: Dataset, rows: ir.Table, relation: Examined, quasi_identifiers: tuple[str, ...]
) -> ir.Table | Missing:
    """What makes people of the table unique: one row, or none where nobody is alone in a combination of up to
    four quasi-identifiers.

    `rows` of `of` are alone in `combinations`, of at most `largest_size` columns. `told` has for each column
    the share of minimal uniques that it is part of (`in_<column>`); and how many classes a row there are and
    how many rows are alone in all of the columns, now (`classes_per_row`, `alone`) and were one of them
    coarser (`..._<column>_<how>`). `most` is the column in most minimal uniques, `best` what leaves the
    fewest rows alone, and then the fewest classes.
    """
    import numpy as np

    cells, counts = _fetched(dataset, rows, quasi_identifiers)
    total = int(counts.sum())
    codes = [np.asarray(c, dtype=np.int64) for c, _ in cells]
    found = minimal_uniques(codes, counts)
    if not found.alone.any():
        if found.largest < min(LARGEST, len(codes)):
            told_nothing = (
                f"nobody is alone in {found.largest} of {len(codes)} quasi-identifiers; larger combinations"
                " would take too long"
            )
            return Missing(Cause.BUDGET, f"{told_nothing}: name fewer of {relation.name}")
        return ibis.memtable(SCHEMA.empty_table())
    told = {f"in_{c}": found.share(i) for i, c in enumerate(quasi_identifiers)}
    coarser = [
        (f"{c}_{how}", new)
        for i, c in enumerate(quasi_identifiers)
        for how, new in [_coarser(cells[i][1], codes[i], rows[c].type())]
    ]
    after = dict(
        zip(
            [name for name, _ in coarser], after_each(codes, counts, [new for _, new in coarser]), strict=True
        )
    )
    shares = {name: classes / total for name, (classes, _) in after.items()}
    effects = {
        **{f"classes_per_row_{n}": s for n, s in shares.items()},
        **{f"alone_{n}": float(a) for n, (_, a) in after.items()},
    }
    row = {
        "rows": int(found.alone.sum()),  # only a combination that one row has makes it alone
        "of": total,
        "largest_size": found.largest,
        "combinations": len(found.counts),
        "most": max(quasi_identifiers, key=lambda c: told[f"in_{c}"]),
        "best": min(after, key=lambda name: (after[name][1], after[name][0])),
        "told": list(
            {
                **told,
                "classes_per_row": len(counts) / total,
                "alone": float((counts == 1).sum()),
                **effects,
            }.items()
        ),
    }
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


def minimal_uniques(
    codes: Sequence[Codes], counts: Codes, largest: int = LARGEST, work: int = WORK
) -> Uniques:
    """Return the minimal sample uniques of rows (SUDA, Elliot 2002), size by size.

    Whoever is alone in a combination is alone in every larger one: where all who can be alone at all are so
    already, a larger one is passed over. Sizes that would take more work than allowed are left out.

    Args:
        codes: for each column the cells as numbers from 0.
        counts: how many rows each of these tuples stands for.
        largest: the size of the largest combination.
        work: how many cells may be compared.
    """
    import numpy as np

    columns, n = range(len(codes)), len(counts)
    everywhere = np.asarray(counts == 1)
    found: dict[tuple[int, ...], int] = {}
    masks: dict[tuple[int, ...], Mask] = {(): np.full(n, n == 1 and int(counts.sum()) == 1)}
    alone = masks[()].copy()  # whoever is the only one in a table is alone without any column
    size = 0
    while size < min(largest, len(codes)):
        work -= comb(len(codes), size + 1) * n
        if work < 0 and size:
            break
        size, smaller, masks = size + 1, masks, {}
        for chosen in combinations(columns, size):
            covered = np.logical_or.reduce([smaller[chosen[:i] + chosen[i + 1 :]] for i in range(size)])
            if (covered == everywhere).all():
                masks[chosen] = covered
                continue
            key = _together([codes[c] for c in chosen])
            masks[chosen] = np.bincount(key, weights=counts)[key] == 1
            if new := int((masks[chosen] & ~covered).sum()):
                found[chosen] = new
            alone |= masks[chosen]
    return Uniques(found, alone, size)


def after_each(codes: Sequence[Codes], counts: Codes, coarser: Sequence[Codes]) -> list[tuple[int, int]]:
    """Return how many classes there are, and how many of one row, when each column by itself is replaced by a
    coarser one.
    """
    import numpy as np

    nothing = np.zeros(len(codes[0]), dtype=np.int64)
    before, behind = [nothing], [nothing]
    for code in codes[:-1]:
        before.append(_together([before[-1], code]))
    for code in reversed(codes[1:]):
        behind.append(_together([behind[-1], code]))
    keys = [_together([a, new, b]) for a, new, b in zip(before, coarser, reversed(behind), strict=True)]
    sizes = [np.bincount(key, weights=counts) for key in keys]
    return [(int((s > 0).sum()), int((s == 1).sum())) for s in sizes]


def _together(codes: Sequence[Codes]) -> Codes:
    """Return one number for each different tuple, from 0 to a few times as many as there are rows; they are
    sorted only to keep it so.
    """
    import numpy as np

    key, span = codes[0], int(codes[0].max()) + 1
    for code in codes[1:]:
        values = int(code.max()) + 1
        key, span = key * values + code, span * values
        if span > _GAPS * len(key):
            key = np.unique(key, return_inverse=True)[1]
            span = int(key.max()) + 1
    return key


def _fetched(
    dataset: Dataset, rows: ir.Table, columns: tuple[str, ...]
) -> tuple[list[tuple[list[int], list[str | None]]], Codes]:
    """Return the different tuples of a table: of each column its cells as numbers, with the values; and how
    often each occurs.
    """
    import numpy as np

    known: list[dict[str | None, int]] = [{} for _ in columns]
    cells: list[list[int]] = [[] for _ in columns]
    counts: list[int] = []
    by = {f"auditkit_by_{i}": comparable(rows[c]) for i, c in enumerate(columns)}
    grouped = rows.select(**by).group_by(list(by)).aggregate(auditkit_n=lambda t: t.count())
    for batch in dataset.stream(grouped.select(*by, "auditkit_n")):
        *values, numbers = zip(*batch, strict=True)
        for of, values_of, column in zip(known, cells, values, strict=True):
            values_of.extend([of.setdefault(v, len(of)) for v in column])
        counts.extend(int(float(str(number))) for number in numbers)
    return [(c, list(k)) for c, k in zip(cells, known, strict=True)], np.asarray(counts, dtype=np.int64)


def _coarser(values: Sequence[str | None], codes: Codes, kind: dt.DataType) -> tuple[str, Codes]:
    """Return how a column would be made coarser, and its cells then: years of dates, tens of numbers, the
    first half of codes.
    """
    import numpy as np

    some = [v for v in values if v]
    how: dict[str, Any] = {}
    if (
        kind.is_date()
        or kind.is_timestamp()
        or (some and sum(bool(_DATE.match(v)) for v in some) >= 0.9 * len(some))
    ):
        how = {"by_year": lambda v: v[:4]}
    elif kind.is_numeric() and len(some) > LARGEST:
        how = {"by_tens": lambda v: float(v) // 10}
    elif (
        some
        and sum(any(map(str.isdigit, v)) for v in some) >= 0.9 * len(some)
        and min(map(len, some)) >= LARGEST
    ):
        how = {"by_first_half": lambda v: v[: (len(v) + 1) // 2]}
    if not how:
        return "left_out", np.zeros(len(codes), dtype=np.int64)
    ((name, coarse),) = how.items()
    new: dict[Any, int] = {}
    return (
        name,
        np.asarray([new.setdefault(coarse(v) if v else v, len(new)) for v in values], dtype=np.int64)[codes],
    )


@check(severity=Severity.HIGH, articles=("GDPR recital 26", "GDPR 5(1)(c)", "GDPR 25"))
def unique_combination(
    unique_combinations: ir.Table, quasi_identifiers: tuple[str, ...], held_out: bool
) -> Offending:
    """Return what makes people unique, where anybody is alone in a combination of a few quasi-identifiers."""
    detail = {"quasi_identifiers": ", ".join(quasi_identifiers)}
    shown = unique_combinations.mutate(
        severity=ibis.literal((Severity.HIGH if held_out else Severity.LOW).value)
    )
    return Offending(shown, detail)
