from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.dataset.identity import backend_of
from auditkit.facts.precise_column import PLACE, PreciseColumn
from auditkit.facts.relation import Examined
from auditkit.policy import TablePolicy
from auditkit.policy.precision import DECIMALS, TIMES, Precision
from auditkit.relations.names import is_people

CROWD = 5
"""Where so many rows share each place on average, the places are towns or shops and nobody's home."""
_FINE, _NOISE, _DOOR = 7, 1e-5, Precision(DECIMALS, 4)
_DATE = "^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|^(18|19|20)[0-9]{6}$"
_TIME = "[T ][0-9]{2}:[0-9]{2}"
_V4 = r"^[0-9]{1,3}([.][0-9]{1,3}){3}(/32)?$"
_V6 = "^[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){2,7}(/128)?$"
_NOBODY = r"^127[.]|^::1?(/128)?$"
EXACTER: Mapping[str, tuple[str, str]] = {
    "year": (_DATE, "^[0-9]{4}[-/.]01[-/.]01|^0?1[-/.]0?1[-/.]|^[0-9]{4}0101$"),
    "month": (_DATE, "^[0-9]{4}[-/.][0-9]{2}[-/.]01|^0?1[-/.]|^[0-9]{6}01$"),
    "day": (_TIME, "[T ]00:00(:00([.]0+)?)?([^0-9:.]|$)"),
    "hour": (_TIME, "[T ][0-9]{2}:00(:00([.]0+)?)?([^0-9:.]|$)"),
    "minute": (f"{_TIME}:[0-9]{{2}}", f"{_TIME}:00([.]0+)?([^0-9.]|$)"),
    "second": ("[.][0-9]", "[.]0+([^0-9]|$)"),
}
"""What a text looks like that says a moment exacter than to this part, unless it looks like the second."""
_UP_TO = dict(zip(TIMES, (4, 7, 10, 13, 16, 19), strict=True))


@dataclass(frozen=True)
class Exactness:
    """Which cells of a column are exacter than needed, and in how many groups its rows fall as they are and
    as coarse as is enough.

    The groups are of rows that are alike in this column, in the other coordinates, and in the declared
    quasi-identifiers. Divided by `filled` they are the share of rows that somebody who knows these values
    finds (the marketer's risk). `doors` is how many coordinates tell one door from the next (five decimals or
    more).
    """

    finer: ir.BooleanValue
    filled: int
    groups: int
    groups_coarse: int
    doors: int


def exactness(
    dataset: Dataset, relation: Examined, precise_column: PreciseColumn, declared: TablePolicy | None = None
) -> Exactness:
    """How exact the values of a column are, compared with what is needed of them."""
    rows = dataset.tables[relation.name]
    cell, need = rows[precise_column.name], precise_column.need
    beside = [
        c
        for c in (declared.quasi_identifiers if declared is not None else ())
        if c in rows.columns and c != precise_column.name
    ]
    filled, others = _text(cell) != "", [_text(rows[c]) for c in beside]
    fine, coarse = ([value, *others] for value in (_as_is(cell), coarser(cell, need)))
    counts = {
        "filled": rows.count(where=filled),
        "fine": _groups(fine, filled),
        "coarse": _groups(coarse, filled),
    }
    if precise_column.entity == PLACE:
        counts["doors"] = rows.count(where=finer(cell, _DOOR))
    found = {name: int(n or 0) for name, n in dataset.fetch(rows.aggregate(**counts))[0].items()}
    shared = (
        precise_column.entity == PLACE
        and is_people(relation.name, rows.columns)
        and found["filled"] >= CROWD * found["fine"]
    )
    harmless = shared and not precise_column.stated
    exacter = ibis.literal(False) & cell.notnull() if harmless else finer(cell, need)
    return Exactness(exacter, found["filled"], found["fine"], found["coarse"], found.get("doors", 0))


def finer(cell: ir.Column, need: Precision) -> ir.BooleanValue:
    """Return whether a cell is exacter than is needed."""
    text = _text(cell)
    match need.unit:
        case "exact":
            exacter = ibis.literal(False) & cell.notnull()
        case "decimals" | "steps" if cell.type().is_numeric():
            steps = _steps(cell, need)
            exacter = (steps - steps.round()).abs() > _NOISE
        case "decimals":
            exacter = text.re_search(rf"[.][0-9]{{{need.number}}}[0-9]*[1-9]")
        case "characters":
            exacter = text.replace(" ", "").replace("-", "").length() > need.number
        case "network":
            address = (text.re_search(_V4) & ~text.re_search("[.]0(/32)?$")) | (
                text.re_search(_V6) & ~text.re_search("(::|(:0{1,4}){4})(/128)?$")
            )
            exacter = address & ~text.re_search(_NOBODY)
        case part:
            like, unless = EXACTER[part]
            exacter = text.re_search(like) & ~text.re_search(unless)
    return exacter.fill_null(False)


def coarser(cell: ir.Column, need: Precision) -> ir.StringValue:
    """Return a cell as coarse as is enough, as text by which cells are grouped."""
    text = _text(cell)
    match need.unit:
        case "decimals" | "steps" if cell.type().is_numeric():
            return _steps(cell, need).round().cast("int64").cast("string").fill_null("")
        case "decimals":
            number = f"-?[0-9]+[.][0-9]{{{need.number}}}"
            return _part(text, f"^[^0-9-]*{number}") + _part(text, f"[ ,;]{number}")
        case "characters":
            return text.replace(" ", "").replace("-", "").substr(0, need.number)
        case "network":
            return _part(text, "^(([0-9]{1,3}[.]){3}|([0-9A-Fa-f]{0,4}:){4})")
        case "exact":
            return text
        case part:
            dashes, day_first = text.re_search("^[0-9]{4}[-/.]"), text.re_search("^[0-9]{1,2}[-/.]")
            behind = _part(text, "[0-9]+$" if part == "year" else "[0-9]+[-/.][0-9]+$")
            cut = {"year": 4, "month": 6}.get(part, 8)
            return ibis.cases(
                (dashes, text.substr(0, _UP_TO[part])), (day_first, behind), else_=text.substr(0, cut)
            )


@ibis.udf.scalar.builtin(name="regexp_substr", signature=(("string", "string"), "string"))  # type: ignore[untyped-decorator]
def _mysql_part(text: str, pattern: str) -> None:
    """MySQL gives the part of a text that a pattern matches."""


def _part(text: ir.StringValue, pattern: str) -> ir.StringValue:
    """Return the first part of a text that a pattern matches, empty where none does."""
    found = (
        _mysql_part(text, pattern) if backend_of(text).name == "mysql" else text.re_extract(f"({pattern})", 1)
    )
    return found.fill_null("")


def _steps(cell: ir.Column, need: Precision) -> ir.FloatingValue:
    number = cell.cast("float64")
    return number * 10.0**need.number if need.unit == DECIMALS else number / float(need.number)


def _as_is(cell: ir.Column) -> ir.StringValue:
    """Return a cell as text by which cells are grouped; engines write numbers differently, and group them
    alike.
    """
    return (
        (cell.cast("float64") * 10.0**_FINE).round().cast("int64").cast("string")
        if cell.type().is_floating()
        else _text(cell)
    )


def _text(cell: ir.Column) -> ir.StringValue:
    return cell.cast("string").strip().fill_null("")


def _groups(parts: list[ir.StringValue], filled: ir.BooleanValue) -> ir.IntegerScalar:
    together = reduce(add, [part.fill_null("") + "\x1f" for part in parts])
    return together.nunique(where=filled)
