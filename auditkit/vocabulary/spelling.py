"""Hints for misspelt words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return a hint with the choice that is most similar to a word, or an empty text.

    >>> did_you_mean("closd_at", ["closed_at", "id"])
    " Did you mean 'closed_at'?"
    >>> did_you_mean("EMAIL", ["EMAIL_ADDRESS", "PERSON"])
    " Did you mean 'EMAIL_ADDRESS'?"
    >>> did_you_mean("zebra", ["closed_at", "id"])
    ''
    """
    known = {choice.casefold(): choice for choice in choices}
    similar = difflib.get_close_matches(word.casefold(), known, n=1)
    longer = sorted(choice for choice in known if choice.startswith(f"{word.casefold()}_"))
    closest = next(iter([*similar, *longer]), None)
    return f" Did you mean {known[closest]!r}?" if closest is not None else ""
