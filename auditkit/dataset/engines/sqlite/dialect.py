"""How expressions and SQL are written for SQLite."""

from __future__ import annotations

import re

import ibis
import ibis.expr.types as ir

from auditkit.dataset.dialect import Dialect
from auditkit.dataset.engines.sqlite.clock import moment
from auditkit.dataset.engines.sqlite.days import SQLiteDays
from auditkit.dataset.engines.sqlite.errors import diagnose


@ibis.udf.scalar.builtin(name="glob", signature=(("string", "string"), "boolean"))  # type: ignore[untyped-decorator]
def _glob(pattern: str, text: str) -> None:
    """Match with regard to upper and lower case, which LIKE of SQLite does not."""


def like(text: ir.StringValue, pattern: str) -> ir.BooleanValue:
    """Return whether a text matches a LIKE pattern, with regard to upper and lower case."""
    globbed = re.sub(r"[\[*?]", r"[\g<0>]", pattern).replace("%", "*").replace("_", "?")
    found: ir.BooleanValue = _glob(globbed, text)
    return found


DIALECT = Dialect(
    "sqlite",
    moment=moment,
    like=like,
    diagnose=diagnose,
    matches_patterns=False,
    reads_fractions=False,
    adds_constraints=False,
    logs_queries=True,
    days=SQLiteDays(),
)
