"""What is in a folder and is not read as a table of it, each with the reason."""

from __future__ import annotations

import re
from pathlib import Path

from auditkit.dataset.errors import SourceError
from auditkit.dataset.files.folders import shown_file
from auditkit.outcome import Cause, Missing

_NOT_TABLES = frozenset(
    ".bat .c .cfg .conf .cpp .css .env .gitignore .go .ini .ipynb .java .js .lock .md .pem .php .ps1 .py .pyc"
    " .r .rb .rs .rst .scss .sh .sql .toml .ts .yaml .yml".split()
)
"""The endings of programs, settings and documents: text, and no table. Alone such a file is read as lines."""
_TABLE_FORMATS = (
    ("_delta_log", "*", "Delta", "deltalake: DeltaTable(path).to_pandas()"),
    (
        "metadata",
        "*.metadata.json",
        "Iceberg",
        "pyiceberg: StaticTable.from_metadata(path).scan().to_pandas()",
    ),
    (".hoodie", "*", "Hudi", "hudi: HudiTable(path).read_snapshot()"),
)
"""By which folder a folder of Parquet files is more than these files, what is in it, and how to read it."""
_OF_SYSTEM = re.compile(r"(?i)\.DS_Store|Thumbs\.db|desktop\.ini|\._.+|~\$.+|\.~lock\..+#")
"""What macOS, Windows and office programs leave in a folder beside the files of a person."""
_OF_SYSTEM_HEADS = (b"\0\0\0\1Bud1", b"\0\5\x16\7", b"\xd0\xcf\x11\xe0")
_SMALL = 1024
"""Bytes that such a file has at most where it does not begin like one."""
_LEVELS = 4
"""How many folders above a file are looked at: partitions are folders in folders."""
_POLICY = re.compile(r"\A(?=[\s\S]*^version:)(?=[\s\S]*^name:)", re.MULTILINE)


def missing(path: Path, base: Path) -> Missing | None:
    """Return why a member of a folder is not read as a table of it; None where it is.

    Args:
        path: the member.
        base: the folder, or the one that a glob names.
    """
    if not path.resolve().is_relative_to(base.resolve()):
        return Missing(
            Cause.UNSEEN,
            f"{shown_file(path)} is a link to outside of the folder: audit the file itself, or copy it here",
        )
    if path.is_dir():
        if (found := table_format(path)) is not None:
            return Missing(Cause.UNSEEN, found)
        return Missing(
            Cause.UNSEEN,
            "it is a folder inside the folder: audit it by itself, or use a glob such as **/*.csv",
        )
    if _is_of_system(path):
        name = shown_file(path)
        return Missing(Cause.NOT_APPLICABLE, f"{name} is kept by the operating system or an office program")
    if not _has_table_ending(path):
        if path.suffix.lower() in (".yaml", ".yml") and _is_policy(path):
            return Missing(Cause.NOT_APPLICABLE, f"{shown_file(path)} is a policy of auditkit")
        return Missing(
            Cause.UNSEEN,
            f"{shown_file(path)} is a program, a setting or a document by its name, and is not read with a"
            " folder: audit it by itself, or exclude it in the policy",
        )
    return None


def refuse_table_format(path: Path) -> None:
    """Refuse a folder, or files of a folder, that a log beside them makes a table.

    Some of the files may hold rows that were deleted or changed since: what they hold is not the table.

    Raises:
        SourceError: it is one of Delta, Iceberg or Hudi.
    """
    for folder in (path, *path.absolute().parents[:_LEVELS]):
        if (reason := table_format(folder)) is not None:
            raise SourceError(reason, code="unsupported")


def table_format(folder: Path) -> str | None:
    """Return what to do with a folder that a log makes a table of Delta, Iceberg or Hudi; None for others."""
    for inner, content, name, remedy in _TABLE_FORMATS:
        if (folder / inner).is_dir() and any((folder / inner).glob(content)):
            return (
                f"{shown_file(folder)} is a table of {name}, whose files hold rows that are deleted or"
                f" replaced by now: read it as {name} does and give the DataFrame ({remedy})"
            )
    return None


def _has_table_ending(path: Path) -> bool:
    """Return whether a name does not say that there is no table; `.env` and `.gitignore` are all ending."""
    ending = path.suffix.lower() or (path.name.lower() if path.name.startswith(".") else "")
    return ending not in _NOT_TABLES


def _is_of_system(path: Path) -> bool:
    """Return whether a file is called as what a system keeps in a folder, and is as small or begins so."""
    if not _OF_SYSTEM.fullmatch(path.name):
        return False
    try:
        with path.open("rb") as file:
            head = file.read(_SMALL + 1)
    except OSError:
        return False
    return len(head) <= _SMALL or head.startswith(_OF_SYSTEM_HEADS)


def _is_policy(path: Path) -> bool:
    try:
        return _POLICY.search(path.read_bytes()[:100_000].decode("utf-8", "replace")) is not None
    except OSError:
        return False
