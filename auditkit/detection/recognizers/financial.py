"""Payment cards, bank accounts and wallets."""

from __future__ import annotations

import re

from auditkit.detection.checksums import IBAN_LENGTHS, IBAN_STRUCTURES, card, mod97
from auditkit.detection.recognizers.wallets import private_key, wallet
from auditkit.detection.shapes import Family, Shape

_CLASS = {"n": "[0-9]", "a": "[A-Za-z]", "c": "[A-Za-z0-9]"}


def _iban(structure: str) -> str:
    """Return the pattern of the IBANs of one structure, in groups of four or without spaces."""
    countries = "|".join(
        f"[{c[0]}{c[0].lower()}][{c[1]}{c[1].lower()}]"
        for c, form in IBAN_STRUCTURES.items()
        if form == structure
    )
    each = [_CLASS[kind] for n, kind in re.findall("([0-9]+)([nac])", structure) for _ in range(int(n))]
    groups = ["".join(each[at : at + 4]) for at in range(0, len(each), 4)]
    return f"(?:{countries})[0-9]{{2}}" + "".join(rf"[ \-]?{group}" for group in groups)


_IBAN = "|".join(_iban(structure) for structure in dict.fromkeys(IBAN_STRUCTURES.values()))
_BEFORE_IBAN = r"(?:^|[^0-9A-Za-z\-]|(?:^|[^0-9A-Za-z])-)"
_BEHIND_IBAN = r"(?:$|[^0-9A-Za-z\-]|-(?:$|[^0-9A-Za-z]))"

_FIRST_DIGITS = (
    r"4[0-9]{3}|5[0-8][0-9]{2}|6[0-9]{3}|3[04-9][0-9]{2}|2[2-7][0-9]{2}|8[126][0-9]{2}|9792|9860|1800|2131"
)

_BASE58 = "[1-9A-HJ-NP-Za-km-z]"
_WALLETS = (
    r"(?:bc|tb|ltc|addr|cosmos|bnb)1[02-9ac-hj-np-z]{11,100}|(?:BC|LTC)1[02-9AC-HJ-NP-Z]{11,71}"
    rf"|(?:[13]|T[A-Z9]|D[5-9A-U]|[LM][1-9A-HJ-NP-Z]|L[a-k]){_BASE58}{{24,33}}"
    rf"|r[a-km-z]{{0,7}}[1-9A-HJ-NP-Z]{_BASE58}{{16,33}}|G[A-D][A-Z2-7]{{54}}"
    rf"|[48][0-9AB]{_BASE58}{{93}}(?:{_BASE58}{{11}})?"
    r"|bitcoincash:[qp][02-9ac-hj-np-z]{41}"
)
_PRIVATE_KEYS = rf"(?:5|[KL][1-9A-HJ-NP-Z]){_BASE58}{{49,50}}|xprv{_BASE58}{{107}}"
_GATE_OF_WALLETS = (
    # the second letters of an address are as telling as the first; without them RE2 would follow every word
    # for 25 letters
    r"\b(?:0x[0-9a-fA-F]{6}|(?:bc|BC|tb|ltc|LTC|addr|cosmos|bnb)1[0-9a-zA-Z]{6}|bitcoincash:"
    rf"|(?:[1-58]|T[A-Z9]|D[5-9A-U]|[LMK][1-9A-Z]|L[a-k]|xprv){_BASE58}{{24}}"
    rf"|G[A-D][A-Z2-7]{{20}}|r[a-km-z]{{0,7}}[1-9A-HJ-NP-Z]{_BASE58}{{16}})"
)

FAMILIES = (
    Family(
        r"\b[0-9](?: {0,3}-{0,2} {0,3}[0-9]){11}|\b[0-9]{4}\.[0-9]{4}\.[0-9]{4}\.[0-9]{4}\b",
        (
            Shape(
                "CREDIT_CARD",
                rf"(?:^|[^0-9A-Za-z_.\-])(?P<v>(?:{_FIRST_DIGITS})"
                r"(?:(?: {0,3}-{0,2} {0,3}[0-9]){8,15}|(?:\.[0-9]{4}){3}))"
                r"(?:\.0)?(?:$|[^0-9A-Za-z_\-])",
                chance=0.03,
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
                f"{_BEFORE_IBAN}(?P<v>{_IBAN}){_BEHIND_IBAN}",
                chance=0.0001,
                luck=0.011,
                checks=dict.fromkeys(sorted(set(IBAN_LENGTHS.values())), mod97),
                score=1.0,
            ),
        ),
    ),
    Family(
        _GATE_OF_WALLETS,
        (
            Shape("CRYPTO", r"\b(?P<v>0x[0-9a-fA-F]{40})\b", chance=0.0001, decides=wallet, score=0.7),
            Shape("CRYPTO", rf"\b(?P<v>{_WALLETS})\b", chance=0.0001, decides=wallet, score=0.7),
            Shape("SECRET", rf"\b(?P<v>{_PRIVATE_KEYS})\b", chance=0.0001, decides=private_key, score=0.9),
        ),
    ),
)
