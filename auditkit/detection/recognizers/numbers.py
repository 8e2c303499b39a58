"""Personal numbers of many countries: what a column of them looks like, and what python-stdnum says of each value.

These are looked for in whole columns only, when the verdict is asked for: in longer text their bare digits would be found by chance.
`chance` is the share of random characters of the form that passes the check, measured (`tests/detection/test_numbers.py` repeats it).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module

from auditkit.detection.recognizers import own

_OTHER = re.compile(r"[\s.\-/]")
_FLOAT = re.compile(r"\.0\Z")


@dataclass(frozen=True)
class Number:
    """A personal number.

    Attributes:
        entity: its name in the vocabulary.
        forms: how it is written compactly: `#` is a digit, `@` a letter, `*` either, anything else itself.
        check: a module of python-stdnum, or a function of `recognizers.own`; empty where there is no check.
        chance: how many random values of its forms pass.
    """

    entity: str
    forms: tuple[str, ...]
    check: str
    chance: float

    @cached_property
    def form(self) -> re.Pattern[str]:
        """The forms as a pattern."""
        one = {"#": "[0-9]", "@": "[A-Z]", "*": "[0-9A-Z]"}
        return re.compile("|".join("".join(one.get(c, c) for c in form) for form in self.forms), re.ASCII)

    @cached_property
    def valid(self) -> Callable[[str], bool]:
        """What decides about a compact value."""
        if not self.check:
            return lambda _: True
        return getattr(own, self.check) if "." not in self.check else import_module(f"stdnum.{self.check}").is_valid  # type: ignore[no-any-return]

    def holds(self, text: str) -> bool:
        """Return whether a text is such a number."""
        value = compact(text)
        return self.form.fullmatch(value) is not None and bool(self.valid(value))


def compact(text: str) -> str:
    """Return a number without spaces, dots, dashes and slashes, in capitals; `.0` is what reading as floating point left.

    >>> compact("12.345.678-k"), compact("8801011234567.0")
    ('12345678K', '8801011234567')
    """
    return _OTHER.sub("", _FLOAT.sub("", text.strip())).upper()


NUMBERS: tuple[Number, ...] = tuple(
    Number(entity, tuple(forms.split()), check, chance)
    for entity, forms, check, chance in (
        ("AL_NID", "@########@", "al_nid", 0.06), ("AR_CUIT", "###########", "ar.cuit", 0.01), ("AR_DNI", "########", "", 1.0),
        ("AU_MEDICARE", "##########", "au_medicare", 0.05), ("BA_JMBG", "#############", "si.emso", 0.003),
        ("CL_RUT", "######### ########K ######## #######K", "cl.rut", 0.1), ("CN_RIC", "################## #################X", "cn.ric", 0.001),
        ("CO_NIT", "##########", "co.nit", 0.1), ("CR_CPF", "##########", "cr.cpf", 0.1), ("CU_NI", "###########", "cu.ni", 0.05),
        ("CZ_RC", "##########", "cz.rc", 0.03), ("DE_ID_CARD", "@######### @***#####* @********#", "de_id_card", 0.1),
        ("DE_SOCIAL_SECURITY", "########@###", "de_social_security", 0.005), ("DK_CPR", "##########", "dk.cpr", 0.03),
        ("DO_CEDULA", "###########", "do.cedula", 0.1), ("EC_CI", "##########", "ec.ci", 0.02), ("EE_IK", "###########", "ee.ik", 0.003),
        ("EG_TN", "#########", "eg.tn", 1.0), ("FR_SPI", "#############", "fr.nif", 0.002), ("GR_AMKA", "###########", "gr.amka", 0.005),
        ("HR_OIB", "###########", "hr.oib", 0.1), ("HU_TAJ", "#########", "hu_taj", 0.1), ("ID_NIK", "################", "id.nik", 0.03),
        ("IE_PPS", "#######@ #######@@", "ie.pps", 0.04), ("IL_ID", "#########", "il.idnr", 0.1), ("IN_VOTER", "@@@#######", "in_.epic", 0.1),
        ("IS_KENNITALA", "##########", "is_.kennitala", 0.005), ("IT_IDENTITY_CARD", "C@#####@@", "", 1.0),
        ("JP_MY_NUMBER", "############", "jp.in_", 0.1), ("KR_RRN", "#############", "kr.rrn", 0.005), ("KZ_IIN", "############", "kz_iin", 0.003),
        ("LT_ASMENS", "###########", "lt.asmens", 0.013), ("LV_PK", "###########", "lv.pvn", 0.1), ("MD_IDNP", "#############", "md.idno", 0.1),
        ("ME_JMBG", "#############", "si.emso", 0.003), ("MK_EDB", "#############", "mk.edb", 0.1), ("MX_CURP", "@@@@######@@@@@@##", "mx.curp", 0.001),
        ("MX_RFC", "@@@@######***", "mx.rfc", 0.02), ("MY_NRIC", "############", "my.nric", 0.035), ("NG_NIN", "###########", "", 1.0),
        ("NZ_IRD", "######### ########", "nz.ird", 0.1), ("PE_CUI", "######### ########@", "pe.cui", 0.1), ("PH_TIN", "############", "", 1.0),
        ("PK_CNIC", "#############", "pk.cnic", 0.63), ("PY_CI", "####### ######", "", 1.0), ("RS_JMBG", "#############", "si.emso", 0.003),
        ("RU_SNILS", "###########", "ru_snils", 0.01), ("SG_NRIC", "@#######@", "sg_nric", 0.02), ("SI_EMSO", "#############", "si.emso", 0.003),
        ("SK_RC", "##########", "sk.rc", 0.03), ("TH_TNIN", "#############", "th.pin", 0.08), ("TW_ID", "@#########", "tw_id", 0.04),
        ("UA_RNTRC", "##########", "ua.rntrc", 0.1), ("UK_UTR", "##########", "gb.utr", 0.11), ("US_ATIN", "9########", "us.atin", 0.01),
        ("US_ITIN", "9########", "us.itin", 0.3), ("US_MBI", "#@*#@*#@@##", "us_mbi", 0.3), ("US_PTIN", "P########", "", 1.0),
        ("UY_CI", "######## #######", "uy_ci", 0.1), ("VE_CEDULA", "@#########", "ve.rif", 0.03), ("VN_MST", "##########", "vn.mst", 0.1),
        ("ZA_ID", "#############", "za.idnr", 0.002),
    )
)  # fmt: skip
"""What is not already found by a shape of its own."""
