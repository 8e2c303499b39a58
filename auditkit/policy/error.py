"""Errors in a policy: what is wrong, where, and how to fix it; a secret in the policy is never shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self

from auditkit.errors import ReadableError
from auditkit.vocabulary import did_you_mean

_LONGEST = 60
_SECRET = re.compile(
    r"""://[^/\s]*:[^/\s]*@          # a URL with a password
    | (?i:password|passwd|pwd|secret|token|api_?key)\s*[=:]
    | ^[A-Za-z0-9+/_=-]{32,}$        # one long word of a key's alphabet
    """,
    re.VERBOSE,
)


def shown(word: object) -> str:
    """Return a word of a policy as an error may quote it: shortened, and hidden where it looks like a secret.

    >>> shown("closd_at"), shown("postgres://me:hunter2@host/db")
    ("'closd_at'", '(not shown)')
    """
    text = str(word)
    if _SECRET.search(text):
        return "(not shown)"
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}...")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a policy.

    Attributes:
        message: what was expected, and how to fix it.
        path: the keys that lead to the place.
        line: the line in the file, from 1.
        column: the column in that line, from 1.
    """

    message: str
    path: tuple[str | int, ...] = ()
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        where = ".".join(
            str(key) if re.fullmatch(r"[\w-]{1,60}", str(key)) else shown(key) for key in self.path
        )
        return f"{where}: {self.message}" if where else self.message


class Placed(Protocol):
    """A policy that knows the place of each of its keys in the file."""

    @property
    def file(self) -> str:
        """The base name of the file."""

    def problem(self, path: Sequence[str | int], message: str) -> Problem:
        """Return a problem with its place in the file."""


class PolicyError(ReadableError, ValueError):
    """A policy that cannot be used, with every problem that was found.

    Each problem is shown with `file:line:column` where the policy comes from a file.

    >>> problem = Problem("expected a period such as P3Y", ("retention", "max"), 7, 12)
    >>> print(PolicyError(problem, file="privacy.yaml"))
    privacy.yaml:7:12: retention.max: expected a period such as P3Y
    """

    def __init__(self, problems: str | Problem | Sequence[Problem], *, file: str = "") -> None:
        match problems:
            case str():
                self.problems: tuple[Problem, ...] = (Problem(problems),)
            case Problem():
                self.problems = (problems,)
            case _:
                self.problems = tuple(problems)
        self.file = file
        super().__init__(self._text())

    @classmethod
    def at(cls, policy: Placed, path: Sequence[str | int], message: str) -> Self:
        """Return the error about one declaration of a policy, with its place in the file."""
        return cls(policy.problem(path, message), file=policy.file)

    def _text(self) -> str:
        lines = []
        for problem in self.problems:
            place = [
                str(part) for part in (self.file, problem.line, problem.column) if part not in ("", None)
            ]
            lines.append(f"{':'.join(place)}: {problem}" if place else str(problem))
        return lines[0] if len(lines) == 1 else "\n  ".join([f"{len(lines)} problems:", *lines])

    def under(self, *path: str | int) -> tuple[Problem, ...]:
        """Return the problems with the keys of the outer blocks in front of their own."""
        return tuple(replace(problem, path=(*path, *problem.path)) for problem in self.problems)


class NoColumnError(PolicyError):
    """A policy names a column that `table` does not have, or that this role may not read."""

    table = ""

    @classmethod
    def of(
        cls, policy: Placed, path: Sequence[str | int], table: str, column: str, columns: Iterable[str]
    ) -> Self:
        """Return the error that a table has no such column, with the most similar name that it has."""
        error = cls.at(policy, path, f"{table} has no column {column!r}.{did_you_mean(column, columns)}")
        error.table = table
        return error
