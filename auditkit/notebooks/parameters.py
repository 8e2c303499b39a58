"""The parameters of a notebook, checked before it runs.

papermill only warns about an unknown parameter and then runs with the defaults. It also writes every
parameter into the notebook, so a secret must never be one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from auditkit.errors import UsageError
from auditkit.extras import require
from auditkit.report.secret_text import holds_secret
from auditkit.vocabulary import did_you_mean

Parameter = str | int | float | bool

_SECRET_NAME = re.compile(r"(?i)password|passwd|pwd$|secret|token|credential|api_?key|private_?key|^key$|dsn")


def check_parameters(notebook: Path, parameters: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """Return the parameters as they will be set.

    Args:
        notebook: the path of the notebook, whose cell with the tag `parameters` names the known ones.
        parameters: the parameters to set.

    Raises:
        ValueError: a parameter is unknown, of the wrong type, or a secret. The message never shows its value.
    """
    require("report", "a run of a notebook needs")
    import papermill

    known = papermill.inspect_notebook(str(notebook))
    for name, value in parameters.items():
        if name not in known:
            raise UsageError(
                f"{notebook.name} has no parameter {name!r}.{did_you_mean(name, known)} It has:"
                f" {', '.join(known)}"
            )
        expected = _type_of(known[name])
        if expected and type(value).__name__ != expected:
            raise UsageError(
                f"the parameter {name} of {notebook.name} is of type {expected}, not {type(value).__name__}"
            )
        if _SECRET_NAME.search(name) or (isinstance(value, str) and holds_secret(value)):
            raise UsageError(
                f"the parameter {name} of {notebook.name} looks like a secret, and a notebook keeps its"
                " parameters: put the URL into an environment variable and pass its name, as env:NAME"
            )
    return dict(parameters)


def _type_of(parameter: Mapping[str, Any]) -> str:
    """Return the name of a parameter's type: its annotation, or the type of its default."""
    if parameter["inferred_type_name"] in {"str", "int", "float", "bool"}:
        return str(parameter["inferred_type_name"])
    try:
        return type(ast.literal_eval(parameter["default"])).__name__
    except (ValueError, SyntaxError):
        return ""
