"""People identified by a few columns together

## What it finds
Rows that are alone in a combination of up to four quasi-identifiers. `combinations` of them make somebody
alone although no part of them does (minimal sample uniques). The details say what to do about it:
`in_<column>` is the share of the minimal uniques that need the column, and `best` is the change to one column
that leaves the fewest rows alone. `alone_<change>` and `classes_per_row_<change>` say what each change would
leave: years of dates, tens of numbers, the first half of codes, or no column at all.

## Why it matters
Nobody knows all columns of a person, and many people know three or four (GDPR recital 26, Art. 5(1)(c) and
25).

## How to fix
Make the column coarser that `best` names, and audit again. Suppress the cells that still identify somebody.

## Limits
An empty cell is a value like another. A `largest_size` below four, or below the number of columns, says that
larger combinations would have taken too long. Where nobody is alone in the smaller ones, the table is then
not assessed. The finding is of low severity unless the table is published or called anonymous.

## Example
>>> import auditkit, pandas as pd
>>> born = [f"19{60 + n // 10}-0{1 + n % 5}-15" for n in range(40)]
>>> people = pd.DataFrame({"born": born, "city": (["Bern"] * 5 + ["Basel"] * 5) * 4})
>>> table = "{quasi_identifiers: [born, city]}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{people: {table}}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["reidentification-unique-combination"])
>>> [(f.rows, f.detail["alone"], f.detail["best"], f.detail["alone_born_by_year"]) for f in audit.findings]
[(40, 40, 'born_by_year', 0)]

## References
- GDPR recital 26, means reasonably likely to be used to identify a person
- Elliot et al., special uniques, random uniques and sticky populations, 2002 (SUDA)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.facts.column import comparable
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.int64]
    Mask = NDArray[np.bool_]

LARGEST = 4
"""How many columns an attacker knows."""
WORK = 100_000_000
"""How many cells are compared at most, which takes about ten seconds."""
_GAPS = 8
SCHEMA = pa.schema(
    [(name, pa.int64()) for name in ("rows", "of", "largest_size", "combinations")]
    + [("most", pa.string()), ("best", pa.string()), ("effects", pa.map_(pa.string(), pa.float64()))]
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Uniques:
    """The minimal sample uniques among rows.

    A row is alone in a combination of columns when no other row has the same cells there. The combination is
    minimal when no part of it makes the row alone.

    Attributes:
        counts: for each combination, how many rows it makes alone.
        alone: which rows are alone in any combination.
        largest: the size of the largest combinations that were tried.
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
    """What makes people of the table unique, in one row; no row where nobody is alone.

    `rows` of `of` are alone in `combinations` of at most `largest_size` columns. `most` is the column in most
    of them, and `best` the change to one column that leaves the fewest rows alone, and then the fewest
    classes. `effects` are the shares of the columns, and what each change would leave.
    """
    import numpy as np

    cells, counts = fetched(dataset, rows, quasi_identifiers)
    codes = [np.asarray(numbers, dtype=np.int64) for numbers, _ in cells]
    found = minimal_uniques(codes, counts)
    if not found.alone.any():
        if found.largest < min(LARGEST, len(codes)):
            reason = (
                f"nobody is alone in {found.largest} of {len(codes)} quasi-identifiers, and larger"
                f" combinations would take too long: name fewer of {relation.name}"
            )
            return Missing(Cause.BUDGET, reason)
        return ibis.memtable(SCHEMA.empty_table())
    total = int(counts.sum())
    shares = {column: found.share(i) for i, column in enumerate(quasi_identifiers)}
    coarser = {}
    for i, column in enumerate(quasi_identifiers):
        change, changed = coarser_of(cells[i][1], codes[i], rows[column].type())
        coarser[f"{column}_{change}"] = changed
    after = dict(zip(coarser, after_each(codes, counts, [*coarser.values()]), strict=True))
    effects = {
        **{f"in_{column}": share for column, share in shares.items()},
        "classes_per_row": len(counts) / total,
        "alone": float((counts == 1).sum()),
        **{f"classes_per_row_{change}": classes / total for change, (classes, _) in after.items()},
        **{f"alone_{change}": float(alone) for change, (_, alone) in after.items()},
    }
    row = {
        "rows": int(found.alone.sum()),  # a row that is alone stands for itself only
        "of": total,
        "largest_size": found.largest,
        "combinations": len(found.counts),
        "most": max(quasi_identifiers, key=lambda column: shares[column]),
        "best": min(after, key=lambda change: (after[change][1], after[change][0])),
        "effects": [*effects.items()],
    }
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


def minimal_uniques(
    codes: Sequence[Codes], counts: Codes, largest: int = LARGEST, work: int = WORK
) -> Uniques:
    """Return the minimal sample uniques of rows (SUDA, Elliot 2002), size by size.

    Whoever is alone in a combination is alone in every larger one. So a larger one is passed over where all
    who can be alone are so already. Sizes that would take more work than allowed are left out.

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
            key = together([codes[c] for c in chosen])
            masks[chosen] = np.bincount(key, weights=counts)[key] == 1
            if new := int((masks[chosen] & ~covered).sum()):
                found[chosen] = new
            alone |= masks[chosen]
    return Uniques(found, alone, size)


def after_each(codes: Sequence[Codes], counts: Codes, coarser: Sequence[Codes]) -> list[tuple[int, int]]:
    """Return how many classes there are, and how many of one row, after each column alone is made coarser."""
    import numpy as np

    nothing = np.zeros(len(codes[0]), dtype=np.int64)
    before, behind = [nothing], [nothing]
    for code in codes[:-1]:
        before.append(together([before[-1], code]))
    for code in reversed(codes[1:]):
        behind.append(together([behind[-1], code]))
    keys = [together([a, new, b]) for a, new, b in zip(before, coarser, reversed(behind), strict=True)]
    sizes = [np.bincount(key, weights=counts) for key in keys]
    return [(int((s > 0).sum()), int((s == 1).sum())) for s in sizes]


def together(codes: Sequence[Codes]) -> Codes:
    """Return one number for each different tuple, from 0 to a few times the number of rows."""
    import numpy as np

    key, span = codes[0], int(codes[0].max()) + 1
    for code in codes[1:]:
        values = int(code.max()) + 1
        key, span = key * values + code, span * values
        if span > _GAPS * len(key):
            key = np.unique(key, return_inverse=True)[1]
            span = int(key.max()) + 1
    return key


def fetched(
    dataset: Dataset, rows: ir.Table, columns: tuple[str, ...]
) -> tuple[list[tuple[list[int], list[str | None]]], Codes]:
    """Return the different tuples of a table, and how often each occurs.

    Each column is its cells as numbers, and the values of these numbers.
    """
    import numpy as np

    known: list[dict[str | None, int]] = [{} for _ in columns]
    cells: list[list[int]] = [[] for _ in columns]
    counts: list[int] = []
    by = {f"auditkit_by_{i}": comparable(rows[c]) for i, c in enumerate(columns)}
    grouped = rows.select(**by).group_by(list(by)).aggregate(auditkit_n=lambda t: t.count())
    for batch in dataset.stream(grouped.select(*by, "auditkit_n")):
        *values, numbers = zip(*batch, strict=True)
        for number_of, cells_of, column in zip(known, cells, values, strict=True):
            cells_of.extend([number_of.setdefault(v, len(number_of)) for v in column])
        counts.extend(int(float(str(number))) for number in numbers)
    return [(c, list(k)) for c, k in zip(cells, known, strict=True)], np.asarray(counts, dtype=np.int64)


def coarser_of(values: Sequence[str | None], codes: Codes, kind: dt.DataType) -> tuple[str, Codes]:
    """Return how a column is made coarser, and its cells then; it is left out where no way is known."""
    import numpy as np

    change, coarse = _change([v for v in values if v], kind)
    if coarse is None:
        return change, np.zeros(len(codes), dtype=np.int64)
    numbers: dict[object, int] = {}
    changed = [numbers.setdefault(coarse(v) if v else v, len(numbers)) for v in values]
    return change, np.asarray(changed, dtype=np.int64)[codes]


def _change(values: Sequence[str], kind: dt.DataType) -> tuple[str, Callable[[str], object] | None]:
    """Return the name of the change that makes a column coarser, and what it does to a value."""
    most = 0.9 * len(values)
    is_date = bool(values) and sum(bool(_DATE.match(v)) for v in values) >= most
    if kind.is_date() or kind.is_timestamp() or is_date:
        return "by_year", lambda v: v[:4]
    if kind.is_numeric() and len(values) > LARGEST:
        return "by_tens", lambda v: float(v) // 10
    is_code = bool(values) and sum(any(map(str.isdigit, v)) for v in values) >= most
    if is_code and min(map(len, values)) >= LARGEST:
        return "by_first_half", lambda v: v[: (len(v) + 1) // 2]
    return "left_out", None


@check(
    severity=Severity.HIGH,
    articles=("GDPR recital 26", "GDPR 5(1)(c)", "GDPR 25"),
    says=(
        "{combinations:combination} of up to {largest_size:column} of {quasi_identifiers} make people unique;"
        " {in_*:.0%} of the unique rows need {}; {alone:row} alone in all columns;"
        " {alone_*:row} would stay alone with {}; the best change is {best}"
    ),
)
def unique_combination(
    unique_combinations: ir.Table, quasi_identifiers: tuple[str, ...], exposed: bool
) -> Offending:
    """Return what makes people unique, where anybody is alone in a combination of quasi-identifiers."""
    severity = Severity.HIGH if exposed else Severity.LOW
    graded = unique_combinations.mutate(severity=ibis.literal(severity.value))
    return Offending(graded, {"quasi_identifiers": ", ".join(quasi_identifiers)})
