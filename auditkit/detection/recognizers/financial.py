"""Payment cards, bank accounts and wallets."""

from __future__ import annotations

from auditkit.detection.checksums import IBAN_LENGTHS, card, mod97
from auditkit.detection.shapes import Family, Shape

FAMILIES = (
    Family(
        r"[0-9](?:[ \-]?[0-9]){11}",
        (
            Shape(
                "CREDIT_CARD", r"(?:^|[^0-9A-Za-z_.\-])(?P<v>[1-6][0-9]{3}(?:[ \-]?[0-9]){8,15})(?:\.0)?(?:$|[^0-9A-Za-z_\-])",
                chance=0.026, checks=dict.fromkeys(range(12, 20), card), score=1.0,
            ),
        ),
    ),
    Family(
        r"[A-Za-z]{2}[0-9]{2}[ \-]?[A-Za-z0-9]{4}[ \-]?[A-Za-z0-9]{4}",
        (
            Shape(
                "IBAN_CODE",
                r"(?:^|[^0-9A-Za-z])(?P<v>[A-Za-z]{2}[0-9]{2}(?:[ \-]?[A-Za-z0-9]{4}){2,7}(?:[ \-]?[A-Za-z0-9]{1,3})?)"
                r"(?:$|[^0-9A-Za-z])",
                chance=0.0001, checks=dict.fromkeys(sorted(set(IBAN_LENGTHS.values())), mod97), score=1.0,
            ),
        ),
    ),
    Family(
        r"\b(?:0x[0-9a-fA-F]{40}|bc1[0-9a-z]{11}|[13][1-9A-HJ-NP-Za-km-z]{25})",
        (
            Shape("CRYPTO", r"\b(?P<v>0x[0-9a-fA-F]{40})\b", score=0.7),
            Shape("CRYPTO", r"\b(?P<v>bc1[02-9ac-hj-np-z]{11,71}|[13][1-9A-HJ-NP-Za-km-z]{25,34})\b", stdnum="bitcoin", score=0.7),
        ),
    ),
)  # fmt: skip
