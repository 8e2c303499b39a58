"""Personal data in files that are about to be committed: data files, and the outputs of notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditkit.detection.verdict import ColumnVerdict

SAMPLE = 10_000
"""So many rows of a table are read, so that a commit does not wait."""


@dataclass(frozen=True)
class Staged:
    """What a file holds.

    Attributes:
        file: its path as it was given, or its name where the path was absolute.
        columns: the verdicts on its columns, or on the outputs of its cells, where there is personal data.
        unseen: why it, or a part of it, could not be read; empty where all of it could.
        images: how many images its outputs have. Nobody looks into them.
    """

    file: str
    columns: tuple[ColumnVerdict, ...] = ()
    unseen: tuple[str, ...] = ()
    images: int = 0


def look(files: Iterable[str | Path], *, sample: int | None = SAMPLE) -> Iterator[Staged]:
    """Yield what each file holds; a file that cannot be read does not end the search.

    Args:
        files: data files and notebooks.
        sample: how many rows of a table to read; None for all.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "people.csv")
    >>> _ = file.write_text("id,email" + chr(10) + "1,ana@example.org" + chr(10))
    >>> [(c.column, c.entity) for found in look([file]) for c in found.columns]
    [('email', 'EMAIL_ADDRESS')]
    """
    for file in files:
        yield _of(Path(file), sample)


def _of(path: Path, sample: int | None) -> Staged:
    from auditkit import dataset, detection
    from auditkit.dataset import SourceError
    from auditkit.naming.names import shown_source
    from auditkit.staged import notebook

    name = str(path.with_name(shown_source(path.name)) if not path.is_absolute() else shown_source(path.name))
    try:
        shown = notebook.outputs(path) if path.suffix == ".ipynb" else notebook.Outputs()
        tables = shown.frames if path.suffix == ".ipynb" else path
        if not tables:
            return Staged(name, images=shown.images)
        with closing(dataset.open(tables)) as source:
            profile = detection.profile(source, sample=sample)
    except SourceError as error:
        return Staged(name, unseen=(str(error),))
    unseen = tuple(f"{table}: {missing.reason}" for table, missing in profile.failed.items())
    return Staged(name, tuple(filter(_holds, profile.columns)), unseen, shown.images)


def _holds(column: ColumnVerdict) -> bool:
    """Return whether a column holds personal data; what only a person can judge does not stop a commit.

    Free text counts where something was found inside it.
    """
    is_sure = column.verdict in ("certain", "likely", "mixed") and column.entity != "FREE_TEXT"
    return is_sure or bool(column.contains)
