"""What the statements of SHOW GRANTS let a user do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from auditkit.dataset.engines.mysql.names import NAME, names

_GRANT = re.compile(rf"GRANT (.+?) ON (?:TABLE )?(\*|{NAME})\.(\*|{NAME}) TO ")
_WRITES = re.compile(r"\b(ALL PRIVILEGES|INSERT|UPDATE|DELETE|DROP|ALTER)\b")
_ADMINISTERS = re.compile(r"\b(ALL PRIVILEGES|SUPER|CREATE USER|GRANT OPTION|ROLE_ADMIN|SYSTEM_USER)\b")


def administers(grants: Iterable[str]) -> bool:
    """Return whether a user may do anything, or create users.

    >>> administers(["GRANT SELECT ON *.* TO `a`@`%`"])
    False
    >>> administers(["GRANT ALL PRIVILEGES ON *.* TO `a`@`%` WITH GRANT OPTION"])
    True
    """
    found = (_GRANT.match(text) for text in grants)
    return any(grant[2] == "*" and _ADMINISTERS.search(grant[1]) for grant in found if grant)


def may_change(grants: Sequence[str], schema: str, table: str) -> bool:
    r"""Return whether grants let a user change a table; the name of a schema may hold wildcards of LIKE.

    >>> grants = ["GRANT SELECT, DELETE ON `my\\_%`.* TO `a`"]
    >>> may_change(grants, "my_app", "t"), may_change(grants, "myapp", "t")
    (True, False)
    """
    for text in grants:
        found = _GRANT.match(text)
        if found is None or not _WRITES.search(found[1]):
            continue
        on_schema = found[2] == "*" or like(names(found[2])[0], schema)
        if on_schema and (found[3] == "*" or names(found[3]) == [table]):
            return True
    return False


def like(pattern: str, name: str) -> bool:
    """Return whether a grant on a schema, with the wildcards of LIKE, means the schema of this name."""
    parts = re.findall(r"\\.|.", pattern)
    expression = "".join(".*" if p == "%" else "." if p == "_" else re.escape(p[-1]) for p in parts)
    return re.fullmatch(expression, name) is not None
