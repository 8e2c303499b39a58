"""Identifiers that a state gives to people; every check agrees with python-stdnum (see the tests)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from stdnum.fi import hetu
from stdnum.it import codicefiscale

from auditkit.detection.checksums import (
    Check,
    Mask,
    Matrix,
    calendar,
    digits,
    luhn,
    number,
    varied,
    verhoeff,
    vin,
    weighted,
)
from auditkit.detection.recognizers.own import machine_readable
from auditkit.detection.shapes import NUMBER, Family, Shape


def us_ssn(m: Matrix) -> Mask:
    """Area, group and serial are never 0; area is neither 666 nor from 900 (Social Security
    Administration).
    """
    d = digits(m)
    area, group, serial = number(d[:, :3]), number(d[:, 3:5]), number(d[:, 5:])
    return np.asarray((area > 0) & (area != 666) & (area < 900) & (group > 0) & (serial > 0) & varied(m))


def nl_bsn(m: Matrix) -> Mask:
    """The Dutch "elfproef"."""
    return np.asarray((weighted(m, (9, 8, 7, 6, 5, 4, 3, 2, -1), 11) == 0) & varied(m))


def pt_nif(m: Matrix) -> Mask:
    """The Portuguese tax number, modulo 11."""
    return np.asarray(
        ((11 - weighted(m, (9, 8, 7, 6, 5, 4, 3, 2), 11)) % 11 % 10 == digits(m)[:, 8])
        & (m[:, 0] != 48)
        & varied(m)
    )


def ca_sin(m: Matrix) -> Mask:
    """Luhn; numbers that begin with 0 or 8 are not given to people."""
    return np.asarray(luhn(m) & ~np.isin(m[:, 0], [ord("0"), ord("8")]) & varied(m))


def au_tfn(m: Matrix) -> Mask:
    """The Australian tax file number, weighted modulo 11."""
    return np.asarray((weighted(m, (1, 4, 3, 7, 5, 8, 6, 9, 10), 11) == 0) & varied(m))


def uk_nhs(m: Matrix) -> Mask:
    """The number of the National Health Service, modulo 11."""
    return np.asarray((weighted(m, (10, 9, 8, 7, 6, 5, 4, 3, 2, 1), 11) == 0) & varied(m))


def se_personnummer(m: Matrix) -> Mask:
    """A day of birth (the day plus 60 for coordination numbers) and Luhn; 12 digits begin with the
    century.
    """
    ten = m[:, -10:]
    d = digits(ten)
    year = number(digits(m)[:, :4]) if m.shape[1] == 12 else 2000 + number(d[:, :2])
    day = number(d[:, 4:6])
    century = (year >= 1880) & (year < 2100)
    return np.asarray(
        luhn(ten) & century & calendar(year, number(d[:, 2:4]), np.where(day > 60, day - 60, day))
    )


def at_vnr(m: Matrix) -> Mask:
    """The Austrian social insurance number: the fourth digit is the check."""
    return np.asarray((weighted(m, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6), 11) == digits(m)[:, 3]) & (m[:, 0] != 48))


def bg_egn(m: Matrix) -> Mask:
    """A day of birth, the century in the month, then modulo 11."""
    d = digits(m)
    month = number(d[:, 2:4])
    century = np.where(month > 40, 2000, np.where(month > 20, 1800, 1900))
    good = calendar(century + number(d[:, :2]), month % 20, number(d[:, 4:6]))
    return np.asarray(good & (weighted(m, (2, 4, 8, 5, 10, 9, 7, 3, 6), 11) % 10 == d[:, 9]))


def de_tax_id(m: Matrix) -> Mask:
    """One digit of the first ten occurs two or three times, then ISO 7064 mod 11, 10."""
    d = digits(m)
    counts = np.stack([(d[:, :10] == i).sum(axis=1) for i in range(10)], axis=1)
    pattern = ((counts == 2) | (counts == 3)).sum(axis=1) == 1
    state = np.full(len(m), 10)
    for column in d[:, :10].T:
        state = ((state + column) % 10 + 9) % 10 + 1  # 0 counts as 10
        state = state * 2 % 11
    state = np.where((state + d[:, 10]) % 10 == 1, 1, 0)
    return np.asarray(pattern & (counts.max(axis=1) <= 3) & (d[:, 0] != 0) & (state == 1))


def be_nn(m: Matrix) -> Mask:
    """97 less the first nine digits modulo 97, a 2 before them for those born from 2000; days and months may
    be unknown.
    """
    d = digits(m)
    first, check = number(d[:, :9]), number(d[:, 9:])
    valid = (97 - first % 97 == check) | (97 - (first + 2 * 10**9) % 97 == check)
    return np.asarray(valid & (number(d[:, 2:4]) <= 12) & varied(m))


def pl_pesel(m: Matrix) -> Mask:
    """A day of birth, the century in the month, then weighted modulo 10."""
    d = digits(m)
    month = number(d[:, 2:4])
    century = np.array([1900, 2000, 2100, 2200, 1800])[month // 20 % 5]
    good = calendar(century + number(d[:, :2]), month % 20, number(d[:, 4:6]))
    return np.asarray(good & ((10 - weighted(m, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), 10)) % 10 == d[:, 10]))


def br_cpf(m: Matrix) -> Mask:
    """Two check digits modulo 11 (Receita Federal)."""
    d = digits(m)
    first = (11 - weighted(m, tuple(range(10, 1, -1)), 11)) % 11 % 10
    second = (11 - weighted(m, tuple(range(11, 1, -1)), 11)) % 11 % 10
    return np.asarray((first == d[:, 9]) & (second == d[:, 10]) & varied(m))


def no_fodselsnummer(m: Matrix) -> Mask:
    """A day of birth (D- and H-numbers add 40), then two checks modulo 11."""
    d = digits(m)
    first = weighted(m, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1), 11) == 0
    second = weighted(m, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), 11) == 0
    return np.asarray(
        first
        & second
        & calendar(2000 + number(d[:, 4:6]), number(d[:, 2:4]) % 40, number(d[:, :2]) % 40)
        & varied(m)
    )


def tr_tckimlik(m: Matrix) -> Mask:
    """Two check digits modulo 10."""
    d = digits(m)
    tenth = (d[:, :9:2].sum(axis=1) * 7 - d[:, 1:8:2].sum(axis=1)) % 10
    return np.asarray((d[:, 0] != 0) & (tenth == d[:, 9]) & (d[:, :10].sum(axis=1) % 10 == d[:, 10]))


def in_aadhaar(m: Matrix) -> Mask:
    """Verhoeff; it begins with 2 or more and is no palindrome (UIDAI)."""
    return np.asarray(verhoeff(m) & (m[:, 0] > ord("1")) & (m != m[:, ::-1]).any(axis=1))


def ch_ahv(m: Matrix) -> Mask:
    """The country code 756 and the check digit of EAN-13."""
    weights = (1, 3) * 6
    return np.asarray(
        (number(digits(m)[:, :3]) == 756) & ((10 - weighted(m, weights, 10)) % 10 == digits(m)[:, 12])
    )


def ro_cnp(m: Matrix) -> Mask:
    """Sex and century, a day of birth, a county, then modulo 11."""
    d = digits(m)
    century = np.array([1900, 1900, 1900, 1800, 1800, 2000, 2000, 1900, 1900, 1900])[d[:, 0]]
    born = calendar(century + number(d[:, 1:3]), number(d[:, 3:5]), number(d[:, 5:7]))
    place = number(d[:, 7:9])
    county = ((place > 0) & (place <= 52)) | (place == 70) | ((place >= 80) & (place <= 83))
    rest = weighted(m, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9), 11)
    return np.asarray(born & county & (d[:, 0] > 0) & (np.where(rest == 10, 1, rest) == d[:, 12]))


def fr_nir(m: Matrix) -> Mask:
    """Sex, year and month of birth, then 97 less the first thirteen digits modulo 97 (INSEE)."""
    d = digits(m)
    month = number(d[:, 3:5])
    born = ((month >= 1) & (month <= 12)) | ((month >= 20) & (month <= 42)) | (month >= 50)
    return np.asarray(np.isin(d[:, 0], [1, 2]) & born & (97 - number(d[:, :13]) % 97 == number(d[:, 13:])))


def es_nif(m: Matrix) -> Mask:
    """The letter is the number modulo 23; X, Y, Z of foreigners count as 0, 1, 2."""
    lead = np.array([{"X": 0, "Y": 1, "Z": 2}.get(chr(c), c - 48) for c in range(128)])
    n = lead[m[:, 0]] * 10**7 + number(digits(m)[:, 1:8])
    return np.asarray(np.frombuffer(b"TRWAGMYFPDXBNJZSQVHLCKE", np.uint8)[n % 23] == m[:, 8])


def imei(m: Matrix) -> Mask:
    """Luhn, and a reporting body that allocates (GSMA TS.06)."""
    return np.asarray(
        luhn(m)
        & np.isin(
            number(digits(m)[:, :2]), [1, 10, 30, 33, 35, 44, 45, 49, 50, 51, 52, 53, 54, 86, 91, 98, 99]
        )
        & varied(m)
    )


def es_ccc(m: Matrix) -> Mask:
    """The Spanish account number: two check digits modulo 11, of bank and branch and of the account."""
    weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
    first, second = weighted(m, weights[2:], 11), weighted(m[:, 10:], weights, 11)
    d = digits(m)
    return np.asarray((_ccc_digit(first) == d[:, 8]) & (_ccc_digit(second) == d[:, 9]) & varied(m))


def _ccc_digit(rest: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.asarray(np.where(rest < 2, rest, 11 - rest))


def ar_cbu(m: Matrix) -> Mask:
    """The Argentine account number: a check digit modulo 10 of bank and branch, one of the account."""
    d = digits(m)
    bank = -weighted(m, (7, 1, 3, 9, 7, 1, 3), 10) % 10 == d[:, 7]
    return np.asarray(
        bank & (-weighted(m[:, 8:], (3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3), 10) % 10 == d[:, 21]) & varied(m)
    )


def mx_clabe(m: Matrix) -> Mask:
    """The Mexican account number: weights 3, 7, 1 modulo 10; it begins with the number of a bank or of a
    payment institution.
    """
    d = digits(m)
    bank = number(d[:, :3])
    known = ((bank > 0) & (bank < 170)) | ((bank >= 600) & (bank < 760)) | (bank >= 900)
    return np.asarray(known & (-weighted(m, (3, 7, 1) * 5 + (3, 7), 10) % 10 == d[:, 17]) & varied(m))


def _bare(entity: str, length: int, check: Check, chance: float, luck: float) -> Shape:
    return Shape(entity, NUMBER, chance=chance, luck=luck, checks={length: check}, whole=True, score=0.4)


CHECKS: tuple[tuple[str, int, Check, float, float], ...] = (
    ("US_SSN", 9, us_ssn, 0.89, 0.999), ("NL_BSN", 9, nl_bsn, 0.09, 0.1), ("PT_NIF", 9, pt_nif, 0.1, 0.19),
    ("CA_SIN", 9, ca_sin, 0.08, 0.102), ("AU_TFN", 9, au_tfn, 0.09, 0.1), ("UK_NHS", 10, uk_nhs, 0.09, 0.1),
    ("AT_VNR", 10, at_vnr, 0.08, 0.1), ("BG_EGN", 10, bg_egn, 0.018, 0.19),
    ("SE_PERSONNUMMER", 10, se_personnummer, 0.01, 0.102),
    ("SE_PERSONNUMMER", 12, se_personnummer, 0.0002, 0.102), ("DE_TAX_ID", 11, de_tax_id, 0.004, 0.102),
    ("BE_NN", 11, be_nn, 0.003, 0.022), ("PL_PESEL", 11, pl_pesel, 0.02, 0.102),
    ("BR_CPF", 11, br_cpf, 0.011, 0.02), ("NO_FODSELSNUMMER", 11, no_fodselsnummer, 0.0025, 0.01),
    ("TR_TCKIMLIK", 11, tr_tckimlik, 0.01, 0.022), ("IN_AADHAAR", 12, in_aadhaar, 0.08, 0.102),
    ("CH_AHV", 13, ch_ahv, 0.0001, 0.102), ("RO_CNP", 13, ro_cnp, 0.003, 0.1),
    ("FR_NIR", 15, fr_nir, 0.002, 0.011), ("DEVICE_ID", 15, imei, 0.015, 0.102),
    ("BANK_ACCOUNT", 18, mx_clabe, 0.044, 0.102), ("BANK_ACCOUNT", 20, es_ccc, 0.01, 0.19),
    ("BANK_ACCOUNT", 22, ar_cbu, 0.01, 0.102),
)  # fmt: skip
"""Entity, number of digits, check, the share of random digits that passes it, and the share where days and
prefixes fit (measured).
"""

_NUMBERS = tuple(_bare(*check) for check in CHECKS)
_CODICE_FISCALE = (
    r"[A-Za-z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRSTabcdehlmprst][0-9LMNP-V]{2}[A-Za-z][0-9LMNP-V]{3}[A-Za-z]"
)


def _written(
    entity: str, pattern: str, chance: float, checks: Mapping[int, Check] = MappingProxyType({}), *,
    score: float, luck: float | None = None, decides: Callable[[str], bool] | None = None,
    reject: str | None = None, invalid: str | None = None,
) -> Shape:  # fmt: skip
    """Return the shape of a number that is written in a way of its own, and so found in text too."""
    around = rf"(?:^|[^0-9A-Za-z_.\-])(?P<v>{pattern})(?:$|[^0-9A-Za-z_\-])"
    return Shape(
        entity,
        around,
        chance=chance,
        luck=luck,
        checks=checks,
        reject=reject,
        invalid=invalid,
        decides=decides,
        score=score,
    )


FAMILIES = (
    Family(
        # a repeat that may begin at any digit is counted once, one that begins at some of them (`[12]`) once
        # for each: slow on numbers
        r"\b(?:[0-9]{3}[\- ][0-9]{2}[\- ][0-9]{4}|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-|756[. ][0-9]{4}|[12](?:"
        r" ?[0-9]){12})",
        (
            _written(
                "US_SSN",
                r"[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{3} [0-9]{2} [0-9]{4}",
                0.005,
                {9: us_ssn},
                luck=0.9,
                score=0.85,
            ),
            _written(
                "BR_CPF", r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", 0.001, {11: br_cpf}, luck=0.02, score=0.9
            ),
            _written(
                "CH_AHV",
                r"756[. ][0-9]{4}[. ][0-9]{4}[. ][0-9]{2}",
                0.0001,
                {13: ch_ahv},
                luck=0.1,
                score=0.9,
            ),
            _written(
                "FR_NIR",
                r"[12] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}",
                0.012,
                {15: fr_nir},
                score=0.8,
            ),
        ),
    ),
    Family(
        r"\b(?:[0-9]{8}[ \-]?[A-Za-z]|[A-Za-z][ \-]?[0-9]{7}|[0-9]{6}[\-+A-FU-Yaf][0-9]{3}"
        r"|[A-Za-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2}"
        r" ?[A-Z]|[A-Z]{5}[0-9]{4}[A-Z]|[A-Z0-9]{17}|[A-Z][A-Z9]{4}[0-9]{6}[A-Z9])"
        r"|[A-Za-z][0-9]{2}[A-EHLMPR-Ta-ehlmpr-t][0-9]{2}[A-Za-z]|[0-9][A-Z<]{3}[0-9]{7}[MFX<][0-9]",
        (
            _written(
                "DRIVER_LICENSE",
                r"[A-Z][A-Z9]{4}[0-9][0156][0-9][0-3][0-9]{2}[A-Z9]{2}[0-9A-Z][A-Z]{2}",
                0.0001,
                score=0.8,
            ),  # British: five letters of the name, decade, month (50 more for women) and day of birth, initials
            _written(
                "PASSPORT",
                r"[A-Z0-9<]{9}[0-9][A-Z<]{3}[0-9]{7}[MFX<][0-9]{7}[A-Z0-9<]{7,15}[0-9]",
                0.0001,
                decides=machine_readable,
                score=0.9,
            ),
            _written(
                "ES_NIF",
                r"[0-9]{8}[ \-]?[A-HJ-NP-TV-Za-hj-np-tv-z]",
                0.04,
                {9: es_nif},
                luck=0.045,
                score=0.7,
            ),
            _written(
                "ES_NIE",
                r"[XYZxyz][ \-]?[0-9]{7}[ \-]?[A-HJ-NP-TV-Za-hj-np-tv-z]",
                0.02,
                {9: es_nif},
                luck=0.045,
                score=0.7,
            ),
            _written(
                "IT_FISCAL_CODE",
                _CODICE_FISCALE,
                0.0005,
                luck=0.04,
                decides=codicefiscale.is_valid,
                score=0.9,
            ),
            _written(
                "UK_NINO",
                r"[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Z]",
                0.005,
                luck=0.09,
                score=0.7,
                invalid="^[DFIQUV]|^.[DFIOQUV]|[E-Z]$",
            ),
            _written(
                "FI_HETU",
                r"[0-3][0-9][01][0-9]{3}[\-+A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y]",
                0.002,
                luck=0.033,
                decides=hetu.is_valid,
                score=0.9,
            ),
            _written(
                "IN_PAN", r"[A-Z]{5}[0-9]{4}[A-Z]", 0.005, luck=0.4, score=0.6, invalid="^...[^ABCFGHJLPT]"
            ),
            _written(
                "VIN",
                r"[A-HJ-NPR-Z0-9]{8}[0-9X][A-HJ-NPR-Z0-9]{8}",
                0.04,
                {17: vin},
                luck=0.092,
                score=0.6,
                reject=r"^[0-9]+$",
            ),
        ),
    ),
    Family(r"^\s*[0-9](?:[0-9 \-/]{7,}|[0-9.]+[.\-][0-9]{2,4}[.\-][0-9.\-]+)(?:\.0)?\s*$", _NUMBERS),
)
