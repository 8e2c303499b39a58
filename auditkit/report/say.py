"""The sentences of the report: whole, with places for values, in one catalogue for each language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGE = "en"


@cache
def catalogue(language: str = LANGUAGE) -> Mapping[str, str]:
    """Return every sentence of a language by its key, such as `risk.access.title`.

    >>> catalogue()["risk.access.title"]
    'Illegitimate access to data'
    """
    text = files("auditkit.report").joinpath("strings", f"{language}.toml").read_text(encoding="utf-8")
    return dict(_flat(tomllib.loads(text), ""))


def say(key: str, **values: Any) -> str:
    """Return a sentence with its values; numbers stand with their thousands apart.

    A sentence that has the forms `one` and `other` takes the one that fits the number `n`.

    >>> say("risk.because.findings", n=1, worst="x"), say("risk.because.findings", n=2000, worst="x")
    ('1 finding, among them: x', '2,000 findings, among them: x')
    """
    known = catalogue()
    if key not in known:
        key = f"{key}.{'one' if values['n'] == 1 else 'other'}"
    shown = {k: f"{v:,}" if isinstance(v, int) and not isinstance(v, bool) else v for k, v in values.items()}
    return known[key].format_map(shown)


def sentences(prefix: str) -> tuple[str, ...]:
    """Return the sentences of a list, in their order: those whose keys are the prefix and a number.

    >>> len(sentences("risk.access.sources")) > 2
    True
    """
    known = catalogue()
    found: list[str] = []
    while (key := f"{prefix}.{len(found)}") in known:
        found.append(known[key])
    return tuple(found)


def _flat(value: Any, prefix: str) -> Iterator[tuple[str, str]]:
    match value:
        case Mapping():
            for key, inner in value.items():
                yield from _flat(inner, f"{prefix}.{key}" if prefix else key)
        case list():
            for place, inner in enumerate(value):
                yield from _flat(inner, f"{prefix}.{place}")
        case _:
            yield prefix, str(value)
