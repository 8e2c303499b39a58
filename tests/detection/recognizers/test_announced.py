"""Numbers in sentences: what the words before them announce is found, other digits are not."""

from __future__ import annotations

import random

import pytest

from auditkit.detection import analyzer
from auditkit.detection.phrases import phrases
from auditkit.detection.recognizers import SHAPES
from auditkit.detection.recognizers.announced import AnnouncedRecognizer
from auditkit.detection.recognizers.numbers import numbers
from auditkit.vocabulary import ENTITIES


@pytest.fixture(scope="module")
def engine():
    return analyzer()


def found_in(engine, text: str) -> set[tuple[str, str]]:
    return {
        (r.entity_type, text[r.start : r.end]) for r in engine.analyze(text, language="en") if r.score >= 0.5
    }


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("My NHS number 943 476 5919 is on the card", "UK_NHS", "943 476 5919"),
        ("Mijn BSN: 111222333.", "NL_BSN", "111222333"),
        ("Kennzeichen B-MW 1234 am Auto", "LICENSE_PLATE", "B-MW 1234"),
        ("the car with plate AB12 CDE left", "LICENSE_PLATE", "AB12 CDE"),
        ("license plate 7ABC123", "LICENSE_PLATE", "7ABC123"),
        ("Diagnosis ICD-10: E11.9 since May", "HEALTH", "E11.9"),
        ("her passport number is C01X00T47.", "PASSPORT", "C01X00T47"),
        ("PESEL 44051401359", "PL_PESEL", "44051401359"),
        ("Tax ID 65929970489", "DE_TAX_ID", "65929970489"),
        ("TFN 123 456 782", "AU_TFN", "123 456 782"),
        ("HKID A123456(3)", "HK_HKID", "A123456(3)"),
        ("bank account 0049 1500 05 1234567892", "BANK_ACCOUNT", "0049 1500 05 1234567892"),
        ("CURP BOXW310820HNERXN09 ok", "MX_CURP", "BOXW310820HNERXN09"),
        ("it reads BOXW310820HNERXN09", "MX_CURP", "BOXW310820HNERXN09"),
        ("CNP 1630615123457", "RO_CNP", "1630615123457"),
        ("driving licence MORGA657054SM9IJ", "DRIVER_LICENSE", "MORGA657054SM9IJ"),
        ("id number 8001015009087", "ZA_ID", "8001015009087"),
        ("IMEI 490154203237518", "DEVICE_ID", "490154203237518"),
        ("NIP 8567346215", "PL_NIP", "8567346215"),
        (
            "send to 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed now",
            "CRYPTO",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        ),
        ("pay TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "CRYPTO", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
        ("VIN 1M8GDM9AXKP042788", "VIN", "1M8GDM9AXKP042788"),
        (
            "P<UTO\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
            "PASSPORT",
            "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
        ),
        ("hash $2b$12$" + "abcdefghij" * 5 + "abc", "PASSWORD", "$2b$12$" + "abcdefghij" * 5 + "abc"),
        ("cookie GA1.2.1234567890.1600000000", "COOKIE_ID", "GA1.2.1234567890.1600000000"),
    ],
)
def test_finds(engine, text, entity, value):
    assert (entity, value) in found_in(engine, text)


@pytest.mark.parametrize(
    "text",
    [
        "My NHS number 943 476 5918 is wrong",
        "order 8567346216 was sent",
        "PESEL 44051401358",
        "see section E11.9 of the manual",
        "plate 4 of the book",
        "invoice 2024-0012 for 12 boxes",
        "HKID A123456(4)",
        "passport control at 10:30",
        "account of 2019 and 2020",
        "VIN 1M8GDM9A1KP042788",
        "pay 1BoatSLRHtKNngkdXEeobR76b53LETtpyU",
        "IMEI 490154203237519",
    ],
)
def test_finds_no_number_in(engine, text):
    kinds = {entity for entity, e in ENTITIES.items() if e.kind}
    kinds |= set("PASSPORT BANK_ACCOUNT LICENSE_PLATE HEALTH VIN CRYPTO DEVICE_ID".split())
    assert not {entity for entity, _ in found_in(engine, text)} & kinds


def test_a_number_that_was_verified_is_no_telephone_number(engine):
    assert {entity for entity, _ in found_in(engine, "Tax ID 65929970489")} == {"DE_TAX_ID"}


def test_every_number_of_the_vocabulary_is_found_in_text(engine):
    recognised = {entity for r in engine.registry.recognizers for entity in r.supported_entities}
    assert {name for name, entity in ENTITIES.items() if entity.kind} <= recognised


def names_of(entity):
    return [" ".join(words) for words, found in phrases().items() if any(p.entity == entity for p in found)]


@pytest.mark.parametrize("entity", [entity for entity in numbers() if names_of(entity)])
def test_a_number_is_found_behind_its_name(entity):
    number = numbers()[entity]
    rng = random.Random(entity)
    draw = {"#": "0123456789", "@": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "*": "0123456789"}
    form = number.forms.split()[0]
    made = ("".join(rng.choice(draw[c]) if c in draw else c for c in form) for _ in range(200_000))
    value = next((v for v in made if number.holds(v)), None)
    if value is None:
        pytest.skip("too rare among random characters")
    text = f"The {names_of(entity)[0]} is {value}, he said."
    found = AnnouncedRecognizer().analyze(text, [entity])
    alike = sorted(
        {e for e, n in numbers().items() if n.holds(value)} | {s.entity for s in SHAPES if s.whole}
    )
    # two countries may use one name and one form
    assert found or AnnouncedRecognizer().analyze(text, alike)
