"""Payment cards, bank accounts and wallets."""

from __future__ import annotations

from auditkit.detection.checksums import IBAN_LENGTHS, card, mod97
from auditkit.detection.recognizers.wallets import private_key, wallet
from auditkit.detection.shapes import Family, Shape

FAMILIES = (
    Family(
        r"\b[0-9](?:[ \-]?[0-9]){11}",
        (
            Shape(
                "CREDIT_CARD", r"(?:^|[^0-9A-Za-z_.\-])(?P<v>[1-6][0-9]{3}(?:[ \-]?[0-9]){8,15})(?:\.0)?(?:$|[^0-9A-Za-z_\-])",
                chance=0.026, checks=dict.fromkeys(range(12, 20), card), score=1.0,
            ),
        ),
    ),
    Family(
        r"(?:^|[^0-9A-Za-z])[A-Za-z]{2}[0-9]{2}[ \-]?[A-Za-z0-9]{4}[ \-]?[A-Za-z0-9]{4}",
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
        # the second letters of an address are as telling as the first; without them every word would be followed for 25 letters
        r"\b(?:0x[0-9a-fA-F]{6}|(?:bc|BC|tb|ltc|LTC|addr|cosmos|bnb)1[0-9a-zA-Z]{6}|bitcoincash:"
        r"|(?:[1-58]|T[A-Z9]|D[5-9A-U]|[LMK][1-9A-Z]|L[a-k]|xprv)[1-9A-HJ-NP-Za-km-z]{24}|G[A-D][A-Z2-7]{20}|r[a-km-z]{0,7}[1-9A-HJ-NP-Z][1-9A-HJ-NP-Za-km-z]{16})",
        (
            Shape("CRYPTO", r"\b(?P<v>0x[0-9a-fA-F]{40})\b", chance=0.0001, decides=wallet, score=0.7),
            Shape(
                "CRYPTO",
                r"\b(?P<v>(?:bc|tb|ltc|addr|cosmos|bnb)1[02-9ac-hj-np-z]{11,100}|(?:BC|LTC)1[02-9AC-HJ-NP-Z]{11,71}"
                r"|(?:[13]|T[A-Z9]|D[5-9A-U]|[LM][1-9A-HJ-NP-Z]|L[a-k])[1-9A-HJ-NP-Za-km-z]{24,33}"
                r"|r[a-km-z]{0,7}[1-9A-HJ-NP-Z][1-9A-HJ-NP-Za-km-z]{16,33}|G[A-D][A-Z2-7]{54}|[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}(?:[1-9A-HJ-NP-Za-km-z]{11})?"
                r"|bitcoincash:[qp][02-9ac-hj-np-z]{41})\b",
                chance=0.0001, decides=wallet, score=0.7,
            ),
            Shape(
                "SECRET", r"\b(?P<v>(?:5|[KL][1-9A-HJ-NP-Z])[1-9A-HJ-NP-Za-km-z]{49,50}|xprv[1-9A-HJ-NP-Za-km-z]{107})\b",
                chance=0.0001, decides=private_key, score=0.9,
            ),
        ),
    ),
)  # fmt: skip
