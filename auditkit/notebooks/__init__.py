"""The shipped notebooks, and safe runs of any notebook with papermill.

`available`, `copy`, `find` and `folder` are about the shipped notebooks. `run` runs a notebook, and `assess`
runs the privacy impact assessment.
"""

from __future__ import annotations

from auditkit.notebooks.assessment import assess
from auditkit.notebooks.execution import TIMEOUT, run
from auditkit.notebooks.kernel import NotebookError
from auditkit.notebooks.parameters import Parameter, check_parameters
from auditkit.notebooks.shipped import available, copy, find, folder

__all__ = [
    "TIMEOUT",
    "NotebookError",
    "Parameter",
    "assess",
    "available",
    "check_parameters",
    "copy",
    "find",
    "folder",
    "run",
]
