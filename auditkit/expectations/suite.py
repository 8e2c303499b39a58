"""A suite of Great Expectations as plain data, and its file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditkit.outcome import BLIND
from auditkit.running import own_file

GENERATOR = "auditkit"
LEVELS = {"critical": "critical", "high": "critical", "medium": "warning", "low": "info"}
"""Our severities in the three words of Great Expectations."""
_MAX_NAME = 80


@dataclass(frozen=True)
class Suite:
    """What the policy demands of the rows of one table, in one SQL dialect.

    Attributes:
        table: the table; None for checks of the whole source.
        dialect: `sqlite` or `postgres`.
        expectations: the checks that Great Expectations can run. A suite without any has no file.
        not_compiled: the other checks of the table, each with the reason.
        policy: name and digest of the policy.
        as_of: the day to which every clock is fixed; None where the clock is the day of the run.
    """

    table: str | None
    dialect: str
    expectations: tuple[Mapping[str, Any], ...]
    not_compiled: tuple[Mapping[str, Any], ...]
    policy: Mapping[str, str]
    as_of: str | None

    @property
    def blind(self) -> int:
        """How many checks could not see everything: they make the exit code 3, as in an audit."""
        return sum(entry["cause"] in BLIND for entry in self.not_compiled)

    @property
    def name(self) -> str:
        """Its name in Great Expectations."""
        return f"{GENERATOR}-{self.table}" if self.table is not None else GENERATOR

    @property
    def path(self) -> str:
        """The path of its file, below the folder of the suites."""
        return f"{self.dialect}/{file_name(self.table or '')}.json"

    def to_dict(self) -> dict[str, Any]:
        """Return the keyword arguments of `great_expectations.ExpectationSuite`, as JSON types."""
        fixed = f"frozen: every moment is that of {self.as_of}"
        meta = {
            "generator": GENERATOR,
            "table": self.table,
            "dialect": self.dialect,
            "policy": dict(self.policy),
            "as_of": self.as_of,
            "clock": "every moment is that of today, in UTC" if self.as_of is None else fixed,
            "not_compiled": [dict(n) for n in self.not_compiled],
        }
        return {"name": self.name, "expectations": [dict(e) for e in self.expectations], "meta": meta}


def expectation(query: str, *, title: str, severity: str, meta: Mapping[str, Any]) -> dict[str, Any]:
    """Return the expectation that a query selects no row.

    Args:
        query: the SQL, which selects a constant for each row that breaks the policy.
        title: the title of the check, and where it looks.
        severity: the severity of the check.
        meta: what a reader of the result needs, as JSON types.
    """
    return {
        "type": "unexpected_rows_expectation",
        "kwargs": {"unexpected_rows_query": escaped(query)},
        "description": title,
        "severity": LEVELS[severity],
        "meta": dict(meta),
    }


def escaped(query: str) -> str:
    r"""Return a query in the form in which Great Expectations sends it unchanged.

    Great Expectations formats the text, so braces are doubled. SQLAlchemy looks for bind parameters, so
    colons are escaped. Great Expectations warns where a query does not name the batch, so a comment names it.

    >>> escaped("SELECT 1 WHERE a LIKE '{%' OR b = '10:30'")
    "SELECT 1 WHERE a LIKE '{{%' OR b = '10\\:30' /* {batch} */"
    """
    return query.replace("{", "{{").replace("}", "}}").replace(":", "\\:") + " /* {batch} */"


def file_name(table: str) -> str:
    """Return a name for a file that is safe on every system and differs from that of any other table.

    >>> file_name("tickets"), file_name("../Users")
    ('tickets', 'Users-241b7156')
    """
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", table).strip("-.")[:_MAX_NAME]
    if plain == table and plain == plain.lower() and plain:
        return plain
    return f"{plain or 'table'}-{hashlib.sha256(table.encode()).hexdigest()[:8]}"


def texts(suites: Iterable[Suite]) -> dict[str, str]:
    """Return the texts of the files, by their paths below the folder.

    There is one file for each table with expectations, and one for the checks that were not compiled.
    """
    suites = list(suites)
    files = {suite.path: _json(suite.to_dict()) for suite in suites if suite.expectations}
    for name in sorted({suite.dialect for suite in suites}):
        own = [suite for suite in suites if name == suite.dialect]
        not_compiled = [{"table": suite.table, **check} for suite in own for check in suite.not_compiled]
        files[f"{name}.not_compiled.json"] = _json(not_compiled)
    return files


def write(suites: Iterable[Suite], folder: str | Path) -> tuple[Path, ...]:
    """Write suites below a folder and return the paths of the files.

    A suite is `<dialect>/<table>.json`. `<dialect>.not_compiled.json` lists the checks that are in no suite,
    with the reasons. The same suites give the same bytes. Suites that an earlier call wrote for other tables
    are removed.

    Raises:
        OSError: a link stands in the place of a folder of suites, or a file cannot be written.

    >>> import tempfile
    >>> never = expectation("SELECT 1 WHERE false", title="Nothing", severity="low", meta={})
    >>> suite = Suite("users", "sqlite", (never,), (), {"name": "Shop"}, None)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorted(str(path.relative_to(folder)) for path in write([suite], folder))
    ['sqlite.not_compiled.json', 'sqlite/users.json']
    """
    root, files = Path(folder), texts(suites)
    folders = {Path(name).parent for name in files if "/" in name}
    earlier = {path for below in folders for path in (root / below).glob("*.json") if _is_ours(path)}
    for below in folders:
        own_file.folder(root / below, mode=0o777)
    root.mkdir(parents=True, exist_ok=True)
    written = tuple(own_file.replaced(root / name, text, mode=0o666) for name, text in files.items())
    for path in earlier - set(written):
        path.unlink()
    return written


def _is_ours(path: Path) -> bool:
    """Return whether auditkit wrote a file."""
    try:
        return bool(json.loads(path.read_text(encoding="utf-8"))["meta"]["generator"] == GENERATOR)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
