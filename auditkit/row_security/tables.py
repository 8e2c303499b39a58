"""The tables that a clause of a condition reads, and which of their rows belong together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlglot import exp

from auditkit.row_security.values import words_of

OWNER, SESSION = "the owner of the row", "the session"


@dataclass
class _Groups:
    """Nodes that belong together."""

    groups: list[set[str]] = field(default_factory=list)

    def tie(self, nodes: Iterable[str]) -> None:
        """Note that nodes belong together."""
        joined = set(nodes)
        apart = [group for group in self.groups if not group & joined]
        self.groups = [*apart, joined.union(*(group for group in self.groups if group & joined))]

    def of(self, node: str) -> set[str]:
        """Return everything that belongs together with a node."""
        return next((group for group in self.groups if node in group), {node})


@dataclass
class Tables:
    """The tables that a clause reads.

    Attributes:
        names: their names by number.
        words: the words in the conditions that filter their rows.
        rows: which of their rows, the owner of the row and the session belong together.
        joined: which of their rows belong together by a join.
    """

    names: dict[str, str] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    rows: _Groups = field(default_factory=_Groups)
    joined: _Groups = field(default_factory=_Groups)

    def tie(self, nodes: Iterable[str]) -> None:
        """Note that rows of tables, their owner or the session belong together."""
        tied = set(nodes)
        self.rows.tie(tied)
        self.joined.tie(tied - {OWNER, SESSION})

    def filter(self, tables: Iterable[str], tree: exp.Expr) -> None:
        """Note that a condition filters the rows of tables."""
        for number in tables:
            self.words.setdefault(number, []).extend(words_of(tree))
