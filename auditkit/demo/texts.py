"""Texts that people write to a helpdesk: sentences of `texts.toml` with random words in their slots."""

from __future__ import annotations

import random
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("texts.toml").read_text(encoding="utf-8"))


def _slots(rng: random.Random) -> dict[str, str]:
    return {slot: rng.choice(words) for slot, words in _texts()["slots"].items()}


def _sentence(pattern: str, slots: dict[str, str]) -> str:
    """Return a sentence with its slots filled and a capital first letter.

    >>> _sentence("{module} is very slow", {"module": "the search"})
    'The search is very slow'
    """
    text = pattern.format(**slots)
    return text[:1].upper() + text[1:]


def ticket(rng: random.Random) -> tuple[str, str]:
    """Return the subject and the body of a ticket, in the language of its topic."""
    topic, slots = rng.choice(_texts()["topics"]), _slots(rng)
    greeting, closing = (rng.choice(_texts()[part][topic["language"]]) for part in ("greetings", "closings"))
    body = " ".join(_sentence(sentence, slots) for sentence in topic["body"])
    return _sentence(topic["subject"], slots), f"{greeting}\n\n{body}\n\n{closing}"


def reply(who: Literal["agent", "requester"], rng: random.Random) -> str:
    """Return a comment by the agent or by the requester."""
    parts, slots = _texts()["replies"][who], _slots(rng)
    return " ".join(_sentence(rng.choice(parts[part]), slots) for part in ("opening", "body", "closing"))


def templates() -> list[dict[str, str]]:
    """Return the standard answers: title and body."""
    return list(_texts()["templates"])
