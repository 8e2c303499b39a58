"""Run a notebook so that nothing leaks.

papermill keeps every parameter twice, with absolute paths, and it writes the texts of errors into the
notebook, which may hold values of the data. So a notebook runs in a private folder, and only a scrubbed copy
of it is written, whole or not at all.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from auditkit.notebooks.kernel import NotebookError, execute, read
from auditkit.notebooks.parameters import Parameter, check_parameters
from auditkit.notebooks.shipped import find
from auditkit.report import selfscan
from auditkit.report.scrub import scrub
from auditkit.running.private import folder as private_folder

TIMEOUT = 6 * 3600
"""Seconds that a cell may take. An audit is one cell, and a large database takes hours."""


def run(
    notebook: str | Path,
    parameters: Mapping[str, Parameter],
    out: str | Path,
    *,
    timeout: int | None = TIMEOUT,
    allowed: selfscan.Allowed | None = None,
    environment: Mapping[str, str] | None = None,
) -> Path:
    """Run a notebook, write its scrubbed copy and return the path of the copy.

    Args:
        notebook: the name of a shipped notebook, or the path of any.
        parameters: the parameters to set. The cell with the tag `parameters` says their names and types.
        out: the file to write, which must not exist. When the notebook fails, only `NAME.failed.ipynb` is
            written beside it.
        timeout: seconds that a cell may take; None for no limit.
        allowed: texts that the copy may hold although they look like personal values.
        environment: variables of the kernel, besides those of this process.

    Raises:
        ValueError: a parameter is unknown, of the wrong type, or a secret.
        FileExistsError: `out` exists already.
        NotebookError: a cell failed or took too long, or the kernel died.
        PersonalValueError: a personal value in the copy could not be withheld.
    """
    source, target = find(notebook), Path(out)
    if target.exists():
        raise FileExistsError(f"{target.name} exists already, and nothing is overwritten")
    checked = check_parameters(source, parameters)
    with _private_folder() as private:
        executed = private / "executed.ipynb"
        failure = execute(source, executed, checked, private, timeout, environment or {})
        if not executed.exists():
            raise failure or NotebookError(source.name, None, "no output")
        clean = scrub(read(executed), _known_paths(checked, private))
        text = json.dumps(clean, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        try:
            text, _ = selfscan.withheld(source.name, text, allowed)
        except selfscan.PersonalValueError as error:
            raise failure or error from None
        _write_private(target.with_name(f"{target.stem}.failed.ipynb") if failure else target, text)
    if failure:
        raise failure
    return target


def _write_private(path: Path, text: str) -> None:
    """Write a text file of mode 0600, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


@contextmanager
def _private_folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(dir=private_folder()))  # mkdtemp makes it 0700
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _known_paths(parameters: Mapping[str, Parameter], private: Path) -> tuple[str, ...]:
    """Return the folders that may show in outputs, the longest first."""
    folders = {private, Path.cwd(), Path.home(), Path(sys.prefix), Path(__file__).resolve().parents[2]}
    for value in parameters.values():
        if not isinstance(value, str):
            continue
        path = Path(value)
        if os.sep in value and "://" not in value:
            folders.add(path.absolute().parent)
        if path.is_absolute() and path.is_dir():
            folders.add(path.absolute())
    names = {str(form) for folder in folders for form in (folder, folder.resolve())} - {"/"}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))
