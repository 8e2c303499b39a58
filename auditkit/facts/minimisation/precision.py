"""How precise a cell is, and what is left of it when it is made coarser.

The patterns use only the syntax that DuckDB, PostgreSQL, MariaDB and SQLite share: no backslash.
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from auditkit.dataset.engines import dialect_of
from auditkit.dataset.numbers import near
from auditkit.policy.precision import DECIMALS, TIMES, Precision

_DECIMALS_KEPT, _NOISE = 7, 1e-5
"""Engines write numbers differently beyond so many decimals, and compute them with so much error."""
_DATE = "^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|^(18|19|20)[0-9]{6}$"
_TIME = "[T ][0-9]{2}:[0-9]{2}"
_V4 = r"^[0-9]{1,3}([.][0-9]{1,3}){3}(/32)?$"
_V6 = "^[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){2,7}(/128)?$"
_LOOPBACK = r"^127[.]|^::1?(/128)?$"
_FINER: Mapping[str, tuple[str, str]] = {
    "year": (_DATE, "^[0-9]{4}[-/.]01[-/.]01|^0?1[-/.]0?1[-/.]|^[0-9]{4}0101$"),
    "month": (_DATE, "^[0-9]{4}[-/.][0-9]{2}[-/.]01|^0?1[-/.]|^[0-9]{6}01$"),
    "day": (_TIME, "[T ]00:00(:00([.]0+)?)?([^0-9:.]|$)"),
    "hour": (_TIME, "[T ][0-9]{2}:00(:00([.]0+)?)?([^0-9:.]|$)"),
    "minute": (f"{_TIME}:[0-9]{{2}}", f"{_TIME}:00([.]0+)?([^0-9.]|$)"),
    "second": ("[.][0-9]", "[.]0+([^0-9]|$)"),
}
"""For each part of a moment: what a text that names a finer part looks like, and the exception, its start."""
_LENGTHS = dict(zip(TIMES, (4, 7, 10, 13, 16, 19), strict=True))
"""How many characters of an ISO moment go up to each part."""


def as_text(cell: ir.Column) -> ir.StringValue:
    """Return a cell as text without blanks around it, empty where it is null."""
    return cell.cast("string").strip().fill_null("")


def is_finer(cell: ir.Column, needed: Precision) -> ir.BooleanValue:
    """Return whether a cell is more precise than needed."""
    text = as_text(cell)
    match needed.unit:
        case "exact":
            finer = ibis.literal(False) & cell.notnull()
        case "decimals" | "steps" if cell.type().is_numeric():
            steps = _steps(cell, needed)
            finer = (steps - steps.round()).abs() > _NOISE
        case "decimals":
            finer = text.re_search(rf"[.][0-9]{{{needed.number}}}[0-9]*[1-9]")
        case "characters":
            finer = text.replace(" ", "").replace("-", "").length() > needed.number
        case "network":
            address = (text.re_search(_V4) & ~text.re_search("[.]0(/32)?$")) | (
                text.re_search(_V6) & ~text.re_search("(::|(:0{1,4}){4})(/128)?$")
            )
            finer = address & ~text.re_search(_LOOPBACK)
        case part:
            like, unless = _FINER[part]
            finer = text.re_search(like) & ~text.re_search(unless)
    return finer.fill_null(False)


def coarsened(cell: ir.Column, needed: Precision) -> ir.StringValue:
    """Return a cell as precise as needed and no more, as text by which cells are grouped."""
    text = as_text(cell)
    match needed.unit:
        case "decimals" | "steps" if cell.type().is_numeric():
            return near(_steps(cell, needed).round()).cast("int64").cast("string").fill_null("")
        case "decimals":
            number = f"-?[0-9]+[.][0-9]{{{needed.number}}}"
            return _part(text, f"^[^0-9-]*{number}") + _part(text, f"[ ,;]{number}")
        case "characters":
            return text.replace(" ", "").replace("-", "").substr(0, needed.number)
        case "network":
            return _part(text, "^(([0-9]{1,3}[.]){3}|([0-9A-Fa-f]{0,4}:){4})")
        case "exact":
            return text
        case part:
            year_first, day_first = text.re_search("^[0-9]{4}[-/.]"), text.re_search("^[0-9]{1,2}[-/.]")
            end = _part(text, "[0-9]+$" if part == "year" else "[0-9]+[-/.][0-9]+$")
            digits = {"year": 4, "month": 6}.get(part, 8)
            return ibis.cases(
                (year_first, text.substr(0, _LENGTHS[part])), (day_first, end), else_=text.substr(0, digits)
            )


def unchanged(cell: ir.Column) -> ir.StringValue:
    """Return a cell as it is, as text by which cells are grouped alike on every engine."""
    if not cell.type().is_floating():
        return as_text(cell)
    return near((cell.cast("float64") * 10.0**_DECIMALS_KEPT).round()).cast("int64").cast("string")


def _steps(cell: ir.Column, needed: Precision) -> ir.FloatingValue:
    number = cell.cast("float64")
    return number * 10.0**needed.number if needed.unit == DECIMALS else number / float(needed.number)


def _part(text: ir.StringValue, pattern: str) -> ir.StringValue:
    """Return the first part of a text that a pattern matches, empty where none does."""
    return dialect_of(text).first_match(text, pattern).fill_null("")
