"""The names of countries in the languages of the report, from CLDR: `strings/countries.*.toml` of the report.

Babel, which only developers install, holds the data of CLDR.
"""

from __future__ import annotations

from collections.abc import Mapping

import pycountry
from babel import Locale

from auditkit.report.say import LANGUAGES

_HEAD = """\
# The names of countries and territories by their codes (ISO 3166-1), from CLDR: see LICENSE-Unicode.txt.
# Generated: python -m tools.reference

[country]
"""
_OTHERS = ("XK",)
"""Codes that ISO leaves to its users, and that all use."""


def files(folder: str) -> Mapping[str, str]:
    """Return the files with the names of countries, by their paths."""
    return {f"{folder}/countries.{code}.toml": _file(code) for code in LANGUAGES}


def _file(language: str) -> str:
    names = Locale(language).territories
    codes = sorted([*(country.alpha_2 for country in pycountry.countries), *_OTHERS])
    return _HEAD + "".join(f'{code} = "{names[code]}"\n' for code in codes)
