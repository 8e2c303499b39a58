"""The parameters that papermill has put into a notebook, checked from inside it.

papermill only warns about a parameter that the notebook does not have, and runs with the defaults. A misspelt
name would then give a report on something else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from auditkit.errors import UsageError
from auditkit.vocabulary import did_you_mean

_HEAD = "# Parameters"
"""The first line of the cell that papermill adds."""


def refuse_unknown(namespace: Mapping[str, Any] | None = None) -> None:
    r"""Refuse parameters that the cell of parameters of this notebook does not have.

    Args:
        namespace: the names of the notebook; those of the running one by default.

    Raises:
        UsageError: there are such parameters; the message has the nearest name.

    >>> names = {"In": ["source: str = ''", "# Parameters\nsorce = 'a'"], "__annotations__": {"source": str}}
    >>> refuse_unknown(names)
    Traceback (most recent call last):
    auditkit.errors.UsageError: this notebook has no parameter 'sorce'. Did you mean 'source'? It has: source
    """
    names = _running() if namespace is None else namespace
    known = [*names.get("__annotations__", {})]
    for name in _injected(names.get("In", ())):
        if known and name not in known:
            hint = did_you_mean(name, known)
            raise UsageError(f"this notebook has no parameter {name!r}.{hint} It has: {', '.join(known)}")


def _running() -> Mapping[str, Any]:
    """Return the names of the notebook that runs; none outside of a notebook."""
    import sys

    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell.user_ns if shell is not None else {}


def _injected(cells: Iterable[str]) -> Iterator[str]:
    """Yield the names that the cells of papermill assign."""
    for cell in cells:
        if cell.startswith(_HEAD):
            for node in ast.parse(cell).body:
                if isinstance(node, ast.Assign):
                    yield from (target.id for target in node.targets if isinstance(target, ast.Name))
