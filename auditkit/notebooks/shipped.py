"""The notebooks that come with auditkit."""

from __future__ import annotations

import shutil
from pathlib import Path

from auditkit import shipped
from auditkit.vocabulary import did_you_mean


def folder() -> Path:
    """Return the folder of the shipped notebooks.

    Raises:
        FileNotFoundError: auditkit was installed without them.
    """
    return shipped.folder("notebooks")


def available() -> tuple[str, ...]:
    """Return the names of the shipped notebooks."""
    return tuple(sorted(path.stem for path in folder().glob("*.ipynb")))


def copy(destination: str | Path) -> tuple[Path, ...]:
    """Copy the shipped notebooks into a folder, for somebody to work on; return the copies.

    Raises:
        FileExistsError: a file of that name exists already. Then nothing is copied.
    """
    target = Path(destination)
    copies = {path: target / path.name for path in sorted(folder().glob("*.ipynb"))}
    if existing := [copied.name for copied in copies.values() if copied.exists()]:
        raise FileExistsError(f"{target.name} already has {', '.join(existing)}: choose another folder")
    target.mkdir(parents=True, exist_ok=True)
    return tuple(Path(shutil.copyfile(source, copied)) for source, copied in copies.items())


def find(notebook: str | Path) -> Path:
    """Return the path of a notebook: a shipped one by its name, or any by its path.

    Raises:
        FileNotFoundError: it does not exist. The message lists the shipped notebooks.
    """
    path = Path(notebook)
    if path.suffix == ".ipynb" and path.is_file():
        return path
    found = folder() / f"{path.name.removesuffix('.ipynb')}.ipynb"
    if path.parent == Path() and found.is_file():
        return found
    names = available()
    raise FileNotFoundError(
        f"there is no notebook {path.name}.{did_you_mean(path.stem, names)} Shipped: {', '.join(names)}"
    )
