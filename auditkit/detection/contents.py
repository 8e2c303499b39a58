"""What the cells of a column hold besides, or inside: minorities are kept, never averaged away."""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from auditkit.detection.recognizers import SHAPES
from auditkit.detection.shapes import Found, Shape
from auditkit.detection.view import View

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

NAMES_LOOKED_AT = 64
"""In how many distinct cells of a text column the names model looks."""

PHONES_LOOKED_AT = 200
"""How many distinct candidates are looked up in the numbering plans."""

_REGIONS = ("US", "GB", "FR", "IT", "ES", "NL", "CH", "PL")  # less those that take almost any digits, as Germany does
_BY_ENTITY: dict[str, list[Shape]] = {}
for _shape in SHAPES:
    _BY_ENTITY.setdefault(_shape.entity, []).append(_shape)


def verified(view: View, entity: str) -> int:
    """Return how many cells hold an entity, asking python-stdnum where no vectorised check exists.

    Exact while all candidates are held (10,000 distinct); above that in proportion.
    """
    found = view.state.found.get(entity)
    if found is None:
        return 0
    modules = [s.stdnum for s in _BY_ENTITY[entity] if s.stdnum]
    if not modules or not found.cells:
        return found.cells
    checks = [import_module(f"stdnum.{module}").is_valid for module in modules]
    free = [s for s in _BY_ENTITY[entity] if not s.stdnum]
    good = total = 0
    for text, n in zip(found.values.texts(), found.values.counts, strict=True):
        total += int(n)
        if any(check(text) for check in checks) or any(s.python.search(text) for s in free):
            good += int(n)
    return good if not found.values.full else round(found.cells * good / total)


def contained(view: View, recognizers: Sequence[EntityRecognizer] = ()) -> dict[str, int]:
    """Return how many cells hold each entity, where that is more than chance explains; names in prose by the model, in proportion."""
    out: dict[str, int] = {}
    for entity, found in sorted(view.state.found.items()):
        if entity == "PHONE_NUMBER":
            if cells := _telephones(found):
                out[entity] = cells
            continue
        cells = verified(view, entity)
        shapes = _BY_ENTITY[entity]
        chance = max(s.chance for s in shapes)
        checked = any(s.checks or s.stdnum for s in shapes)
        limit = 0.001 if all(s.weak for s in shapes) else 0.1
        tried = found.tried if checked else view.filled
        precise = not checked and not any(s.weak for s in shapes)
        if cells and (precise or tail(cells, tried, chance) < limit):
            out[entity] = cells
    if view.prose:
        out |= _names(view)
    return out | _asked(view, recognizers)


def _telephones(found: Found) -> int:
    """Return in how many cells a telephone number that exists in some numbering plan was found, in proportion to those looked at.

    Digits in groups without a country code are many things: they count where most of them are valid.
    """
    import phonenumbers

    def valid(text: str, region: str | None) -> bool:
        try:
            return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
        except phonenumbers.NumberParseException:
            return False

    texts = found.values.texts(PHONES_LOOKED_AT)
    weights = [int(n) for n in found.values.counts[:PHONES_LOOKED_AT]]
    abroad = [n for text, n in zip(texts, weights, strict=True) if text.startswith("+") and valid(text, None)]
    local = [n for text, n in zip(texts, weights, strict=True) if not text.startswith("+") and any(valid(text, r) for r in _REGIONS)]
    good = sum(abroad) + (sum(local) if len(local) >= 0.5 * sum(not t.startswith("+") for t in texts) else 0)
    return round(found.cells * good / sum(weights)) if weights else 0


def tail(hits: int, of: int, chance: float) -> float:
    """Return the probability of at least so many hits by chance (binomial; Chernoff's bound where the sum would be long).

    >>> round(tail(1, 1, 0.026), 3), tail(500, 1000, 0.1) < 1e-9, tail(90, 1000, 0.1) > 0.5
    (0.026, True, True)
    """
    if hits <= 0 or hits <= of * chance:
        return 1.0
    if of <= 1000:
        return sum(math.comb(of, k) * chance**k * (1 - chance) ** (of - k) for k in range(hits, of + 1))
    rate = hits / of
    divergence = rate * math.log(rate / chance) + ((1 - rate) * math.log((1 - rate) / (1 - chance)) if rate < 1 else 0)
    return math.exp(-of * divergence)


def _names(view: View) -> dict[str, int]:
    """Return in how many cells of prose the model finds a person, in proportion to the cells it looked at; two at least."""
    from auditkit.detection import names_model

    if not names_model.installed():
        return {}
    texts, weights = view.texts[:NAMES_LOOKED_AT], view.weights[:NAMES_LOOKED_AT]
    people = names_model.model().holding_person([text[:480] for text in texts])
    if sum(people) < 2:
        return {}
    hit = sum(n for n, person in zip(weights, people, strict=True) if person)
    return {"PERSON": round(hit / sum(weights) * view.filled)}


def _asked(view: View, recognizers: Sequence[EntityRecognizer]) -> dict[str, int]:
    """Return what a user's own recognisers find, in proportion to the distinct values they looked at.

    Patterns are first tried by RE2, which rules out most values; other recognisers see fewer values.
    """
    from auditkit.detection.recognizers.custom import holding

    out: dict[str, int] = {}
    for recognizer in recognizers:
        for entity, held, weights in holding(recognizer, view.state.sample):
            hit = sum(n for n, holds in zip(weights, held, strict=True) if holds)
            if hit:
                out[entity] = max(out.get(entity, 0), round(hit / sum(weights) * view.filled))
    return out
