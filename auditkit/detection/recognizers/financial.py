"""Payment cards, bank accounts and wallets."""

from __future__ import annotations

import re

from auditkit.detection.checksums import IBAN_LENGTHS, IBAN_STRUCTURES, card, mod97
from auditkit.detection.recognizers.wallets import private_key, wallet
from auditkit.detection.shapes import Family, Shape

_CLASS = {"n": "[0-9]", "a": "[A-Za-z]", "c": "[A-Za-z0-9]"}


def _iban(structure: str) -> str:
    """Return the pattern of the IBANs of one structure: groups of four, apart or not."""
    countries = "|".join(
        f"[{c[0]}{c[0].lower()}][{c[1]}{c[1].lower()}]"
        for c, form in IBAN_STRUCTURES.items()
        if form == structure
    )
    each = [_CLASS[kind] for n, kind in re.findall("([0-9]+)([nac])", structure) for _ in range(int(n))]
    groups = ["".join(each[at : at + 4]) for at in range(0, len(each), 4)]
    return f"(?:{countries})[0-9]{{2}}" + "".join(rf"[ \-]?{group}" for group in groups)


_IBAN = "|".join(_iban(structure) for structure in dict.fromkeys(IBAN_STRUCTURES.values()))

FAMILIES = (
    Family(
        r"\b[0-9](?:[ \-]?[0-9]){11}",
        (
            Shape(
                "CREDIT_CARD",
                r"(?:^|[^0-9A-Za-z_.\-])(?P<v>(?:4[0-9]{3}|5[0-8][0-9]{2}|6[0-9]{3}|3[04-9][0-9]{2}|2[2-7][0-9]{2}|1800|2131)"
                r"(?:[ \-]?[0-9]){8,15})(?:\.0)?(?:$|[^0-9A-Za-z_\-])",  # the first digits of the schemes
                chance=0.026,
                luck=0.1,
                checks=dict.fromkeys(range(12, 20), card),
                score=1.0,
            ),
        ),
    ),
    Family(
        r"(?:^|[^0-9A-Za-z])[A-Za-z]{2}[0-9]{2}[ \-]?[A-Za-z0-9]{4}[ \-]?[A-Za-z0-9]{4}",
        (
            Shape(
                "IBAN_CODE",
                rf"(?:^|[^0-9A-Za-z\-]|(?:^|[^0-9A-Za-z])-)(?P<v>{_IBAN})(?:$|[^0-9A-Za-z\-]|-(?:$|[^0-9A-Za-z]))",
                chance=0.0001,
                luck=0.011,
                checks=dict.fromkeys(sorted(set(IBAN_LENGTHS.values())), mod97),
                score=1.0,
            ),
        ),
    ),
    Family(
        # the second letters of an address are as telling as the first; without them every word would be
        # followed for 25 letters
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
                chance=0.0001,
                decides=wallet,
                score=0.7,
            ),
            Shape(
                "SECRET",
                r"\b(?P<v>(?:5|[KL][1-9A-HJ-NP-Z])[1-9A-HJ-NP-Za-km-z]{49,50}|xprv[1-9A-HJ-NP-Za-km-z]{107})\b",
                chance=0.0001,
                decides=private_key,
                score=0.9,
            ),
        ),
    ),
)
