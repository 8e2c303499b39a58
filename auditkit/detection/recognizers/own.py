"""Checks of personal numbers that python-stdnum lacks; each takes the compact form, in capitals."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stdnum import luhn, verhoeff
from stdnum.si import emso


def cr_cpf(number: str) -> bool:
    """A zero, then a province from 1 to 7, 8 for naturalised and 9 for special cases (Tribunal Supremo de
    Elecciones).

    >>> cr_cpf("0109014321"), cr_cpf("0000901432")
    (True, False)
    """
    return number[0] == "0" and number[1] != "0"


def au_medicare(number: str) -> bool:
    """Eight digits from 2 to 6, then their weighted sum modulo 10 (Services Australia).

    >>> au_medicare("2123456701"), au_medicare("2123456711")
    (True, False)
    """
    return number[0] in "23456" and _weighted(number, (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == int(number[8])


def hu_taj(number: str) -> bool:
    """Weights 3 and 7 in turn, modulo 10 (Hungarian Act 80 of 1997).

    >>> hu_taj("037687210"), hu_taj("037687211")
    (True, False)
    """
    return _weighted(number, (3, 7) * 4) % 10 == int(number[8]) and number != "000000000"


def ru_snils(number: str) -> bool:
    """Weights 9 to 1 modulo 101, 100 as 0 (Pension Fund of Russia).

    >>> ru_snils("11223344595"), ru_snils("11223344596")
    (True, False)
    """
    return _weighted(number, range(9, 0, -1)) % 101 % 100 == int(number[9:]) and len(set(number)) > 1


def kz_iin(number: str) -> bool:
    """A day of birth, the century, then modulo 11 with a second row of weights where 10 is left (Government
    of Kazakhstan, 2003).

    >>> kz_iin("940418350014"), kz_iin("941318350014")
    (True, False)
    """
    rest = _weighted(number, range(1, 12)) % 11
    if rest == 10:
        rest = _weighted(number, (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11
    return _day(number[2:4], number[4:6]) and number[6] in "0123456" and rest == int(number[11])


def uy_ci(number: str) -> bool:
    """Weights 2987634 modulo 10 (Dirección Nacional de Identificación Civil).

    >>> uy_ci("12345672"), uy_ci("12345671")
    (True, False)
    """
    digits = number.zfill(8)
    return -_weighted(digits, (2, 9, 8, 7, 6, 3, 4)) % 10 == int(digits[7]) and len(set(digits)) > 1


def sg_nric(number: str) -> bool:
    """Weights 2765432 modulo 11, an offset and letters by the series (ICA).

    >>> sg_nric("S1234567D"), sg_nric("S1234567A")
    (True, False)
    """
    total = _weighted(number[1:8], (2, 7, 6, 5, 4, 3, 2)) + {"T": 4, "G": 4, "M": 3}.get(number[0], 0)
    letters = "JZIHGFEDCBA" if number[0] in "ST" else "XWUTRQPNMLK" if number[0] in "FG" else "KLJNPQRTUWX"
    place = 10 - total % 11 if number[0] == "M" else total % 11
    return number[0] in "STFGM" and letters[place] == number[8]


def tw_id(number: str) -> bool:
    """The letter of the place of registration as a number, then weights 1, 9, 8 ... 1, 1 modulo 10.

    >>> tw_id("A123456789"), tw_id("A123456788")
    (True, False)
    """
    place = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(number[0]) + 10
    total = place // 10 + place % 10 * 9 + _weighted(number[1:], (8, 7, 6, 5, 4, 3, 2, 1, 1))
    return number[1] in "1289" and total % 10 == 0


def de_social_security(number: str) -> bool:
    """Area, day of birth, initial, serial; weights 2, 1, 2, 5, 7, 1 ... over the letter as a number, digit
    sums modulo 10 (VKVV).

    >>> de_social_security("15070649C103"), de_social_security("15070649C104")
    (True, False)
    """
    digits = number[:8] + f"{ord(number[8]) - 64:02d}" + number[9:]
    total = sum(
        sum(map(int, str(int(d) * w)))
        for d, w in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=False)
    )
    return _day(number[4:6], number[2:4]) and total % 10 == int(digits[12])


def de_id_card(number: str) -> bool:
    """Nine letters without vowels and digits and the check digit of ICAO 9303: weights 7, 3, 1 modulo 10.

    >>> de_id_card("T220001293"), de_id_card("T220001294")
    (True, False)
    """
    return icao_9303(number[:9]) == int(number[9]) and any(c.isalpha() for c in number[:9])


def us_mbi(number: str) -> bool:
    """The form alone: letters without S, L, O, I, B and Z in fixed places (CMS).

    >>> us_mbi("1EG4TE5MK73"), us_mbi("1SG4TE5MK73")
    (True, False)
    """
    letter, either = "[AC-HJKMNP-RT-Y]", "[0-9AC-HJKMNP-RT-Y]"
    return (
        re.fullmatch(f"[1-9]{letter}{either}[0-9]{letter}{either}[0-9]{letter}{{2}}[0-9]{{2}}", number)
        is not None
    )


def al_nid(number: str) -> bool:
    """The letter of the decade, year, month (plus 50 for women) and day of birth; the last letter is not
    public.

    >>> al_nid("I05101999I"), al_nid("I05991999I")
    (True, False)
    """
    month = int(number[2:4])
    return _day(f"{month - 50 if month > 50 else month:02d}", number[4:6])


def ba_jmbg(number: str) -> bool:
    """A Yugoslav citizen number of Bosnia and Herzegovina (regions 10 to 19).

    >>> ba_jmbg("0101990170003"), ba_jmbg("0101990170004")
    (True, False)
    """
    return _jmbg(number, range(10, 20))


def me_jmbg(number: str) -> bool:
    """A Yugoslav citizen number of Montenegro (regions 20 to 29)."""
    return _jmbg(number, range(20, 30))


def rs_jmbg(number: str) -> bool:
    """A Yugoslav citizen number of Serbia (regions 70 to 99)."""
    return _jmbg(number, range(70, 100))


def _jmbg(number: str, regions: range) -> bool:
    return int(number[7:9]) in regions and bool(emso.is_valid(number))


def ae_emirates_id(number: str) -> bool:
    """The country code 784, a year of birth, seven digits, Luhn (Federal Authority for Identity and
    Citizenship).

    >>> ae_emirates_id("784198012345678"), ae_emirates_id("784198012345679")
    (True, False)
    """
    return number[3:5] in ("19", "20") and bool(luhn.is_valid(number))


def de_health_insurance(number: str) -> bool:
    """A letter as two digits and eight digits, weights 1 and 2 in turn, digit sums modulo 10 (section 290 SGB
    V).

    >>> de_health_insurance("A123456780"), de_health_insurance("A123456781")
    (True, False)
    """
    digits = f"{ord(number[0]) - 64:02d}{number[1:9]}"
    return sum(sum(map(int, str(int(d) * w))) for d, w in zip(digits, (1, 2) * 5, strict=True)) % 10 == int(
        number[9]
    )


def eg_nid(number: str) -> bool:
    """The century (2 or 3), a day of birth and a governorate; the last digit is not public (Civil Status
    Organization).

    >>> eg_nid("29001010112345"), eg_nid("29013010112345")
    (True, False)
    """
    place = int(number[7:9])
    return number[0] in "23" and _day(number[3:5], number[5:7]) and (1 <= place <= 35 or place == 88)


def hk_id(number: str) -> bool:
    """One or two letters, six digits, weights 9 to 1 modulo 11, A for 10 (Immigration Department).

    >>> hk_id("A1234563"), hk_id("A1234564")
    (True, False)
    """
    values = [36] * (9 - len(number)) + [int(c, 36) for c in number]
    return (
        number[-1] in "0123456789A"
        and sum(v * w for v, w in zip(values, range(9, 0, -1), strict=True)) % 11 == 0
    )


def hu_tax(number: str) -> bool:
    """An 8, the days since 1867, a serial, weights 1 to 9 modulo 11 (Act CL of 2017).

    >>> hu_tax("8071592153"), hu_tax("8071592154")
    (True, False)
    """
    return number[0] == "8" and _weighted(number, range(1, 10)) % 11 == int(number[9])


def hu_personal(number: str) -> bool:
    """Sex and century, a day of birth, a serial, weights 1 to 10 (10 to 1 for those born from 1997) modulo 11
    (Act XX of 1996).

    >>> hu_personal("18001011238"), hu_personal("18001011239")
    (True, False)
    """
    late = (number[0] in "34" and number[1:3] < "97") or (number[0] in "12" and number[1:3] >= "97")
    weights = range(10, 0, -1) if late else range(1, 11)
    return (
        number[0] in "12345678"
        and _day(number[3:5], number[5:7])
        and _weighted(number, weights) % 11 == int(number[10])
    )


def ir_nid(number: str) -> bool:
    """Weights 10 to 2 modulo 11 (National Organization for Civil Registration).

    >>> ir_nid("0499370899"), ir_nid("0499370898")
    (True, False)
    """
    rest = _weighted(number, range(10, 1, -1)) % 11
    return len(set(number)) > 1 and int(number[9]) == (rest if rest < 2 else 11 - rest)


def kw_civil(number: str) -> bool:
    """The century (2 or 3), a day of birth, a serial, weights 2, 1, 6, 3 ... modulo 11 (Public Authority for
    Civil Information).

    >>> kw_civil("288032401365"), kw_civil("288032401364")
    (True, False)
    """
    rest = 11 - _weighted(number, (2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11
    return number[0] in "23" and _day(number[3:5], number[5:7]) and rest == int(number[11])


def lk_nic(number: str) -> bool:
    """Year and day of the year of birth (500 more for women), with V or X, or with four digits of the year
    and none (Act 32 of 1968).

    >>> lk_nic("853400937V"), lk_nic("198534000937"), lk_nic("859900937V")
    (True, True, False)
    """
    day = int(number[2:5] if len(number) == 10 else number[4:7]) % 500
    return 1 <= day <= 366 and (len(number) == 10 or number[:2] in ("19", "20"))


def lu_matricule(number: str) -> bool:
    """A day of birth, a serial, then Luhn and Verhoeff, each over the first eleven digits (Law of 19 June
    2013).

    >>> lu_matricule("1893120105732"), lu_matricule("1893120105733")
    (True, False)
    """
    checked = bool(luhn.is_valid(number[:12])) and bool(verhoeff.is_valid(number[:11] + number[12]))
    return number[:2] in ("18", "19", "20") and _day(number[4:6], number[6:8]) and checked


def pl_id_card(number: str) -> bool:
    """Three letters and six digits, weights 7, 3, 1, 9, 7, 3, 1, 7, 3 modulo 10, letters from A as 10.

    >>> pl_id_card("ABA300000"), pl_id_card("ABA300001")
    (True, False)
    """
    return sum(int(c, 36) * w for c, w in zip(number, (7, 3, 1, 9, 7, 3, 1, 7, 3), strict=True)) % 10 == 0


def sa_id(number: str) -> bool:
    """1 for citizens, 2 for residents, then Luhn (Ministry of Interior).

    >>> sa_id("1000000008"), sa_id("3000000006")
    (True, False)
    """
    return number[0] in "12" and bool(luhn.is_valid(number))


def uk_chi(number: str) -> bool:
    """A day of birth, day first, then the check of the NHS number (NHS Scotland).

    >>> uk_chi("0101010109"), uk_chi("0113010109")
    (True, False)
    """
    return _day(number[2:4], number[:2]) and _weighted(number, range(10, 0, -1)) % 11 == 0


def icao_9303(text: str) -> int:
    """Return the check digit of machine-readable travel documents.

    >>> icao_9303("L898902C3"), icao_9303("740812")
    (6, 2)
    """
    values = [int(c) if c.isdigit() else 0 if c == "<" else ord(c) - 55 for c in text]
    return sum(v * w for v, w in zip(values, (7, 3, 1) * len(values), strict=False)) % 10


def machine_readable(line: str) -> bool:
    """Return whether a text is the second line of a passport or visa, by its check digits of number, birth
    and expiry (ICAO 9303).

    >>> machine_readable("L898902C36UTO7408122F1204159ZE184226B<<<<<10")
    True
    """
    parts = ((line[:9], line[9]), (line[13:19], line[19]), (line[21:27], line[27]))
    return all(icao_9303(part) == int(check) for part, check in parts)


def _weighted(number: str, weights: Iterable[int]) -> int:
    return sum(int(d) * w for d, w in zip(number, weights, strict=False))


def _day(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31
