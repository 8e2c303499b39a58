"""The shapes of personal values, one module for each kind."""

from __future__ import annotations

from auditkit.detection.recognizers import contact, financial, identifiers, location, network, secret, stated
from auditkit.detection.shapes import Shape

# the weak shapes come last: the others take precedence
FAMILIES = (
    *financial.FAMILIES,
    *network.FAMILIES,
    *secret.FAMILIES,
    *stated.FAMILIES,
    *location.FAMILIES,
    *identifiers.FAMILIES,
    *contact.FAMILIES,
)

SHAPES: tuple[Shape, ...] = tuple(shape for family in FAMILIES for shape in family.shapes)
