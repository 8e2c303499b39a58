"""Texts and bytes that are nearly right: what a file is after a mistake, a broken disk, or an attack."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

ODD = (
    "", "\x00", "\x1b[31m", "\u202e", "\ud7ff", "\ufeff", "\r", "\n", "\t", "'", '"', "`", "\\", "{", "}",
    "[", "]", "&a", "*a", "!!python/object:os.system", "<<:", "? ", ": ", "- ", "|", "%", "$", ";--", "/*",
    "NULL", "NaN", "1e999", "-1", "9" * 40, "0x7f", "\N{PILE OF POO}", "ß", "é", "\u0301",
    "=cmd|' /C calc'!A0", "../../x",
)  # fmt: skip
"""Pieces that readers are known to stumble over."""


def mutated(seeds: Sequence[str], *, tokens: Sequence[str] = (), most: int = 4) -> st.SearchStrategy[str]:
    """Return texts that differ from one of the seeds in a few places.

    Args:
        seeds: right texts.
        tokens: pieces of the language of the texts.
        most: how many places differ at most.
    """
    pieces = st.sampled_from([*ODD, *tokens]) | st.text(max_size=3)
    edits = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), pieces), min_size=1, max_size=most)
    return st.builds(_edited, st.sampled_from(seeds), edits)


def _edited(text: str, edits: Sequence[tuple[float, int, str]]) -> str:
    for where, length, piece in edits:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + length :]
    return text


def broken(seeds: Sequence[bytes], *, most: int = 6) -> st.SearchStrategy[bytes]:
    """Return bytes that differ from one of the seeds in a few places, or end too early."""
    edits = st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 4), st.binary(max_size=4)), min_size=1, max_size=most
    )
    return st.builds(_damaged, st.sampled_from(seeds), edits, st.floats(0, 1) | st.just(1.0))


def _damaged(data: bytes, edits: Sequence[tuple[float, int, bytes]], end: float) -> bytes:
    for where, length, piece in edits:
        at = int(where * len(data))
        data = data[:at] + piece + data[at + length :]
    return data[: int(end * len(data))]
