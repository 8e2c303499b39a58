"""Hints for misspelt words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return a hint with the choice that is most similar to a word, or an empty text.

    The word itself is never the hint. A name with a schema is similar to the same name without it.

    >>> did_you_mean("closd_at", ["closed_at", "id"])
    " Did you mean 'closed_at'?"
    >>> did_you_mean("EMAIL", ["EMAIL_ADDRESS", "PERSON"])
    " Did you mean 'EMAIL_ADDRESS'?"
    >>> did_you_mean("zebra", ["closed_at", "id"]), did_you_mean("id", ["id"])
    ('', '')
    >>> did_you_mean("public.users", ["users", "public.orders"])
    " Did you mean 'users'?"
    >>> did_you_mean("user.email", ["clients.email", "users.email"])
    " Did you mean 'users.email'?"
    """
    known = {choice.casefold(): choice for choice in choices if choice != word}
    folded = word.casefold()
    elsewhere = sorted(choice for choice in known if choice.rpartition(".")[2] == folded.rpartition(".")[2])
    same = difflib.get_close_matches(folded, elsewhere, n=1, cutoff=0)
    similar = difflib.get_close_matches(folded, known, n=1)
    longer = sorted(choice for choice in known if choice.startswith(f"{folded}_"))
    closest = next(iter([*same, *similar, *longer]), None)
    return f" Did you mean {known[closest]!r}?" if closest is not None else ""
