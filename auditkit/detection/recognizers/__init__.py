"""The shapes of personal values, one module a kind."""

from __future__ import annotations

from auditkit.detection.recognizers import contact, financial, identifiers, location, network, secret
from auditkit.detection.shapes import Shape

FAMILIES = (  # the weak shapes last: they give way to the others
    *financial.FAMILIES, *network.FAMILIES, *secret.FAMILIES, *location.FAMILIES, *identifiers.FAMILIES,
    *contact.FAMILIES,
)  # fmt: skip

SHAPES: tuple[Shape, ...] = tuple(shape for family in FAMILIES for shape in family.shapes)
