"""Where the files are that come with auditkit beside its code: the notebooks and the documentation."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return a folder of files that come with auditkit: in a wheel, an editable install or a checkout.

    Raises:
        FileNotFoundError: auditkit was installed without them.

    >>> (folder("docs") / "reference" / "policy.schema.json").is_file()
    True
    """
    for place in (_PACKAGE / "_shipped" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the folder {name} was not installed with auditkit: install the wheel again")
