"""Forms that nothing else has, whose check digits are wrong: numbers made up, masked or mistyped."""

from __future__ import annotations

import re
from collections.abc import Mapping

from auditkit.detection.checksums import IBAN_LENGTHS
from auditkit.detection.fit import Fit, percent
from auditkit.detection.view import View
from auditkit.vocabulary import ENTITIES

_LENGTHS: Mapping[int, list[str]] = {
    length: [country for country, n in IBAN_LENGTHS.items() if n == length]
    for length in set(IBAN_LENGTHS.values())
}
_IBAN = "|".join(
    rf"(?:{'|'.join(countries)})\d{{2}}(?:[ \-]?[A-Z0-9]){{{length - 4}}}"
    for length, countries in sorted(_LENGTHS.items())
)
UNCHECKED: Mapping[str, re.Pattern[str]] = {
    "IBAN_CODE": re.compile(_IBAN, re.IGNORECASE),
    "US_SSN": re.compile(r"\d{3}[-\u2010-\u2015]\d{2}[-\u2010-\u2015]\d{4}"),
    "VIN": re.compile(r"(?=.*[GHJ-NPR-Z])(?=.*\d.{4})[A-HJ-NPR-Z0-9]{13}\d{4}"),
}
"""The form of an entity, from end to end, with the length that its country gives it."""

_FEWEST, _NEARLY_ALL = 3, 0.95
_LIKELY, _IMPOSSIBLE = 6.0, -5.0


def unchecked(view: View, entity: str) -> Fit:
    """Return the fit of a form that nothing else has, whether or not the check digits are right."""
    form = UNCHECKED[entity]
    share = view.share(form.fullmatch)
    if view.n < _FEWEST or share < _NEARLY_ALL:
        return Fit(_IMPOSSIBLE, "few values have the form", form.fullmatch)
    evidence = f"{percent(share)} have the form of {ENTITIES[entity].label}, with or without a right check"
    return Fit(_LIKELY, evidence, form.fullmatch)
