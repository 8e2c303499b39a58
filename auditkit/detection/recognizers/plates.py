"""Registration plates, by the forms that countries give them.

Only forms that little else has say anything without the name of the column. Plates of the United States and
of Poland are a few letters and digits, as many codes are. Sources: the regulations of each country, as
Wikipedia's `Vehicle registration plates of ...` sum them up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter

from auditkit.detection.recognizers.countries import countries


def _by_form() -> Mapping[str, re.Pattern[str]]:
    """Return the forms that little else has, by the adjectives of the countries that share each."""
    adjectives: dict[str, list[str]] = {}
    for country in countries():
        if country.plates:
            adjectives.setdefault(country.plates, []).append(country.adjective)
    return {" or ".join(names): re.compile(form) for form, names in adjectives.items()}


def _every_form() -> Iterator[str]:
    for country in countries():
        yield from filter(None, (country.plates, country.plates_like_codes))


_FORMS = _by_form()
ANY = "|".join(dict.fromkeys(_every_form()))
"""A plate of any country, also one that looks like many other codes."""

_IMPOSSIBLE = -5.0
_FEWEST = 5


def plate(text: str) -> bool:
    """Return whether a text has a form that plates have and little else.

    >>> plate("B-MW 1234"), plate("AB12 CDE"), plate("AB-123-CD"), plate("4821 KLM"), plate("16-RSL-9")
    (True, True, True, True, True)
    >>> plate("A12")
    False
    """
    return any(form.fullmatch(text.strip()) for form in _FORMS.values())


def registered(texts: Sequence[str]) -> tuple[float, str]:
    """Return what the distinct values of a column say for plates, as log-odds, and the words for it.

    >>> registered(["AB12 CDE", "KY09 XZT", "LD66 WNN", "FG51 PPA", "VX71 DHC"])[0] > 5
    True
    """
    n = len(texts)
    plates = [text.strip() for text in texts]
    rates = {name: sum(map(bool, map(form.fullmatch, plates))) / max(n, 1) for name, form in _FORMS.items()}
    likeliest = max(rates, key=lambda name: rates[name])
    ends = (itemgetter(slice(2)), itemgetter(slice(-2, None)))
    varied = all(len(set(map(end, plates))) >= min(_FEWEST, n / 2) for end in ends)
    score = 6.0 if n >= _FEWEST and rates[likeliest] >= 0.95 and varied else _IMPOSSIBLE
    return score, f"{rates[likeliest]:.0%} have the form of {likeliest} registration plates"
