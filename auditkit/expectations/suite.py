"""A suite of Great Expectations as plain data, and the files that hold it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GENERATOR = "auditkit"
LEVELS = {"critical": "critical", "high": "critical", "medium": "warning", "low": "info"}
"""Great Expectations knows three severities."""
_LONGEST = 80


@dataclass(frozen=True)
class Suite:
    """What the policy demands of the rows of one table, on one SQL dialect.

    `not_compiled` says of every other check of the table why Great Expectations cannot run it. A suite
    without expectations is not run: it is there for that list alone. `table` is None for checks of the whole
    source.
    """

    table: str | None
    dialect: str
    expectations: tuple[Mapping[str, Any], ...]
    not_compiled: tuple[Mapping[str, Any], ...]
    policy: Mapping[str, str]
    as_of: str | None

    @property
    def name(self) -> str:
        """What it is called in Great Expectations."""
        return f"{GENERATOR}-{self.table}" if self.table is not None else GENERATOR

    @property
    def path(self) -> str:
        """Where it is written, below the folder of the suites."""
        return f"{self.dialect}/{file_name(self.table or '')}.json"

    def to_dict(self) -> dict[str, Any]:
        """Return the keyword arguments of `great_expectations.ExpectationSuite`, as JSON types."""
        meta = {
            "generator": GENERATOR,
            "table": self.table,
            "dialect": self.dialect,
            "policy": dict(self.policy),
            "as_of": self.as_of,
            "clock": (
                "every moment is that of today, in UTC"
                if self.as_of is None
                else f"frozen: every moment is that of {self.as_of}"
            ),
            "not_compiled": [dict(n) for n in self.not_compiled],
        }
        return {"name": self.name, "expectations": [dict(e) for e in self.expectations], "meta": meta}


def expectation(query: str, *, title: str, severity: str, meta: Mapping[str, Any]) -> dict[str, Any]:
    """Return one expectation: that a query, which selects a constant for each row that breaks the policy,
    returns none.
    """
    return {
        "type": "unexpected_rows_expectation",
        "kwargs": {"unexpected_rows_query": escaped(query)},
        "description": title,
        "severity": LEVELS[severity],
        "meta": dict(meta),
    }


def escaped(query: str) -> str:
    r"""Return a query as Great Expectations must be given it, to send what it says.

    It formats the text (braces), SQLAlchemy looks for bind parameters in it (colons), and it warns where the
    text never names the batch: the comment is there for that alone.

    >>> escaped("SELECT 1 WHERE a LIKE '{%' OR b = '10:30'")
    "SELECT 1 WHERE a LIKE '{{%' OR b = '10\\:30' /* {batch} */"
    """
    return query.replace("{", "{{").replace("}", "}}").replace(":", "\\:") + " /* {batch} */"


def file_name(table: str) -> str:
    """Return a name that is safe for a file on every system; different tables have different ones, whatever
    stands in their names.

    >>> file_name("tickets"), file_name("../Users")
    ('tickets', 'Users-241b7156')
    """
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", table).strip("-.")[:_LONGEST]
    if plain == table and plain == plain.lower() and plain:
        return plain
    return f"{plain or 'table'}-{hashlib.sha256(table.encode()).hexdigest()[:8]}"


def texts(suites: Iterable[Suite]) -> dict[str, str]:
    """Return the files of suites, by their paths below the folder: one a table that has expectations, one of
    what was not compiled.
    """
    suites = list(suites)
    files = {s.path: _json(s.to_dict()) for s in suites if s.expectations}
    for dialect in sorted({s.dialect for s in suites}):
        left = [{"table": s.table, **n} for s in suites if s.dialect == dialect for n in s.not_compiled]
        files[f"{dialect}.not_compiled.json"] = _json(left)
    return files


def write(suites: Iterable[Suite], folder: str | Path) -> tuple[Path, ...]:
    """Write suites below a folder, each file whole or not at all, and return their paths.

    A suite is `<dialect>/<table>.json`; `<dialect>.not_compiled.json` lists every check that is in none, with
    the reason. The same suites give the same bytes. Suites that an earlier call wrote there, of tables that
    have none any more, are removed.
    """
    root, files = Path(folder), texts(suites)
    stale = {
        path
        for dialect in {Path(n).parent for n in files if "/" in n}
        for path in (root / dialect).glob("*.json")
        if _is_ours(path)
    }
    written = []
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.new")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
        written.append(path)
    for path in stale - set(written):
        path.unlink()
    return tuple(written)


def _is_ours(path: Path) -> bool:
    try:
        return bool(json.loads(path.read_text(encoding="utf-8"))["meta"]["generator"] == GENERATOR)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
