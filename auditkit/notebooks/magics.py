"""The magics of `%load_ext auditkit`: a quick look at data, and an audit with the policy in the cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from auditkit.errors import UsageError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from auditkit.audit.audit import Audit
    from auditkit.exploration import Exploration

_NAME = re.compile(r"[A-Za-z_]\w*(\.\w+|\[[^\]]+\])*")


def register(shell: InteractiveShell) -> None:
    """Add the magics to a notebook."""

    def privacy(line: str) -> Exploration:
        """Show what data holds, who can be found in it, and what to state next: `%privacy df`."""
        return look(line, shell.user_ns)

    def audit(line: str, cell: str) -> Audit:
        """Audit data with the policy in the cell: `%%audit df`."""
        return audited(line, cell, shell.user_ns)

    shell.register_magic_function(privacy, "line", "privacy")  # type: ignore[arg-type]
    shell.register_magic_function(audit, "cell", "audit")  # type: ignore[arg-type]


def look(line: str, names: dict[str, Any]) -> Exploration:
    """Return an exploration of what a line names: a variable of the notebook, or a source.

    Raises:
        UsageError: the line is empty.
        SourceError: it is no source.
    """
    import auditkit

    source, name = _source(line, names, "%privacy df")
    return auditkit.explore(source, name=name)


def audited(line: str, cell: str, names: dict[str, Any]) -> Audit:
    """Return an audit of what a line names, with the policy that a cell holds.

    The cell may leave `version` and `name` out.

    Raises:
        UsageError: the line is empty.
        SourceError: it is no source.
        PolicyError: the cell is no policy, or names what the source does not have.
    """
    import auditkit

    source, name = _source(line, names, "%%audit df")
    stated = {word for word in ("version", "name") if re.search(rf"(?m)^{word}\s*:", cell)}
    rest = {"version": "1", "name": "the policy of this cell"}
    text = cell + "".join(f"\n{word}: {value}" for word, value in rest.items() if word not in stated)
    policy = auditkit.Policy.parse(text, name="cell")
    only = [table for table in policy.tables if "*" not in table]
    return auditkit.audit(source, policy, name=name if name is not None and len(only) != 1 else None)


def _source(line: str, names: dict[str, Any], example: str) -> tuple[Any, str | None]:
    """Return the source that a line names, and what to call it where it is a lone frame."""
    from auditkit.dataset.sources import is_frame

    text = line.strip()
    if not text:
        raise UsageError(f"name a variable or a source, as in `{example}`")
    first = re.split(r"[.\[]", text)[0]
    if not _NAME.fullmatch(text) or first not in names:
        return text, None
    value = names[first] if first == text else eval(text, {}, names)  # the user's own words
    return value, text if is_frame(value) and text.isidentifier() else None
