"""The identifiers of countries, one country a module.

To add an identifier, add it to the `COUNTRY` of its module and test it in
`tests/detection/recognizers/test_countries.py`. To add a country, add a module.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from auditkit.detection.recognizers.country import Country


@cache
def countries() -> tuple[Country, ...]:
    """Return every country, in the order of their modules.

    >>> [country.adjective for country in countries()][:3]
    ['Albanian', 'Argentine', 'Australian']
    """
    names = sorted(module.name for module in iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}").COUNTRY for name in names)
