from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import regex
from faker import Faker
from presidio_analyzer import EntityRecognizer, PatternRecognizer, predefined_recognizers

from auditkit.detection.relax import relax


def _patterns() -> list[tuple[str, str, int]]:
    out = []
    for name in dir(predefined_recognizers):
        kind = getattr(predefined_recognizers, name)
        if (
            isinstance(kind, type)
            and issubclass(kind, EntityRecognizer)
            and isinstance(getattr(kind, "PATTERNS", None), list)
        ):
            out += [
                (f"{name}: {p.name}", p.regex, regex.IGNORECASE | regex.MULTILINE | regex.DOTALL)
                for p in kind.PATTERNS
            ]
    return out


@pytest.fixture(scope="module")
def texts() -> list[str]:
    fake = Faker(["en_US", "en_GB", "de_DE", "it_IT"])
    fake.seed_instance(2)
    kinds = (
        "ssn",
        "iban",
        "ipv4",
        "ipv6",
        "phone_number",
        "email",
        "url",
        "credit_card_number",
        "license_plate",
        "postcode",
        "sentence",
        "uuid4",
    )
    made = [str(getattr(fake, kind)()) for kind in kinds for _ in range(20)]
    return [t for t in made + [f"id {t}; more" for t in made] if t.isascii()]


def test_every_pattern_of_presidio_compiles_and_misses_nothing(texts):
    patterns = _patterns()
    assert len(patterns) > 100
    array = pa.array(texts)
    for name, pattern, flags in patterns:
        wide = pc.match_substring_regex(array, relax(pattern, int(flags))).to_pylist()
        compiled = regex.compile(pattern, flags)
        assert not [t for t, found in zip(texts, wide, strict=True) if compiled.search(t) and not found], name


def test_it_is_what_the_gate_of_a_recognizer_uses():
    from presidio_analyzer import Pattern

    from auditkit.detection.recognizers.sampled import holding
    from auditkit.detection.sketch import Sketch

    badge = PatternRecognizer(
        supported_entity="BADGE", patterns=[Pattern("badge", r"(?<!\d)BX-\d{4}\b", 0.8)]
    )
    cells = pa.array(
        [f"BX-{i:04d}" for i in range(500)] + [f"7BX-{i:04d}" for i in range(500)], pa.large_string()
    )
    import numpy as np

    ((entity, held),) = holding(badge, Sketch.of(cells, np.ones(1000, np.int64), 4096))
    assert (entity, sum(holds for _, _, holds in held), len(held)) == ("BADGE", 500, 1000)
