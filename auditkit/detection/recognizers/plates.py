"""Registration plates, by the forms that countries give them.

Only forms that little else has say anything alone; those of the United States and of Poland are any few
letters and digits, and need the name of the column. Sources: the regulations of each country as Wikipedia's
`Vehicle registration plates of ...` sum them up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter

_CONSONANTS = "BCDFGHJKLMNPRSTVWXYZ"
_FORMS = {
    "German": r"[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2} [1-9][0-9]{0,3}[EH]?",
    "British": r"[A-HJ-PR-Y]{2}(?:0[1-9]|[1-8][0-9]) ?[A-HJ-PR-Z]{3}",
    "French or Italian": r"[A-HJ-NP-TV-Z]{2}[- ]?[0-9]{3}[- ]?[A-HJ-NP-TV-Z]{2}",
    "Spanish": rf"[0-9]{{4}}[ -]?[{_CONSONANTS}]{{3}}",
    "Dutch": (
        r"[A-Z]{2}-[0-9]{2}-[0-9]{2}|[0-9]{2}-[0-9]{2}-[A-Z]{2}|[0-9]{2}-[A-Z]{2}-[0-9]{2}|[A-Z]{2}-[0-9]{2}-[A-Z]{2}|[A-Z]{2}-[A-Z]{2}-[0-9]{2}"
        r"|[0-9]{2}-[A-Z]{2}-[A-Z]{2}|[0-9]{2}-[A-Z]{3}-[0-9]|[0-9]-[A-Z]{3}-[0-9]{2}|[A-Z]{2}-[0-9]{3}-[A-Z]|[A-Z]-[0-9]{3}-[A-Z]{2}"
    ),
}
_COMPILED = {country: re.compile(form) for country, form in _FORMS.items()}
ANY = "|".join(_FORMS.values()) + r"|[A-Z]{2,3} [0-9][0-9A-Z]{3,4}|(?:[0-9][A-Z]{3}|[A-Z]{3}[ -]?)[0-9]{3,4}"
"""A plate of one of these countries, of Poland or of an American state."""

_IMPOSSIBLE = -5.0
_LEAST = 5


def plate(text: str) -> bool:
    """Return whether a text has a form that plates have and little else.

    >>> plate("B-MW 1234"), plate("AB12 CDE"), plate("AB-123-CD"), plate("4821 KLM"), plate("16-RSL-9"), plate("A12")
    (True, True, True, True, True, False)
    """
    return any(form.fullmatch(text.strip()) for form in _COMPILED.values())


def registered(texts: Sequence[str]) -> tuple[float, str]:
    """Return what the distinct values of a column say for plates, as log-odds, and the words for it.

    >>> registered(["AB12 CDE", "KY09 XZT", "LD66 WNN", "FG51 PPA", "VX71 DHC"])[0] > 5
    True
    """
    n = len(texts)
    rates = {
        country: sum(bool(form.fullmatch(text.strip())) for text in texts) / max(n, 1)
        for country, form in _COMPILED.items()
    }
    country = max(rates, key=lambda c: rates[c])
    rate = rates[country]
    varied = all(
        len({part(text.strip()) for text in texts}) >= min(_LEAST, n / 2)
        for part in (itemgetter(slice(2)), itemgetter(slice(-2, None)))
    )
    score = 6.0 if n >= _LEAST and rate >= 0.95 and varied else _IMPOSSIBLE
    return score, f"{rate:.0%} have the form of {country} registration plates"
