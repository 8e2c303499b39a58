"""Which tool finds the personal data inside sentences that this script makes: F1 by character.

    python benchmarks/text.py [--sentences 300] [--seed 1]

Peers: Presidio without a model, and with each English spaCy model that is installed.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict

from faker import Faker
from peers import models, presidio
from presidio_analyzer import AnalyzerEngine

from auditkit.detection import analyzer

SENTENCES = (
    "Please send the parcel to {person}, {street}, {city}.",
    "{person} wrote from {email} about the invoice.",
    "You can call {person} at {phone} after noon.",
    "The card {card} of {person} was declined twice.",
    "Transfer the rest to {iban} by Friday.",
    "The order of last week has still not arrived.",
    "Her number is {ssn}, as she told {person}.",
    "The login came from {ip} at night.",
    "Version 3.2.1 fixed 14 errors in 120 files.",
    "We moved from {city} to {country} in spring.",
)
GROUPS = {
    "PERSON": "person",
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "US_SSN": "ssn",
    "IP_ADDRESS": "ip",
    "STREET_ADDRESS": "place",
    "LOCATION": "place",
    "POSTAL_CODE": "place",
}
Spans = dict[str, set[int]]


def made(seed: int, count: int) -> list[tuple[str, Spans]]:
    """Return sentences, each with the characters of each group."""
    fake, rng = Faker(["en_US", "en_GB"]), random.Random(seed)
    fake.seed_instance(seed)
    us = fake["en_US"]
    makers = {
        "person": ("person", fake.name),
        "street": ("place", us.street_address),
        "city": ("place", us.city),
        "country": ("place", us.country),
        "email": ("email", us.email),
        "phone": ("phone", us.phone_number),
        "card": ("card", us.credit_card_number),
        "iban": ("iban", fake["en_GB"].iban),
        "ssn": ("ssn", us.ssn),
        "ip": ("ip", us.ipv4_public),
    }
    out = []
    for _ in range(count):
        text, spans = "", defaultdict(set)
        for part in rng.choice(SENTENCES).replace("}", "{").split("{"):
            group, value = (makers[part][0], makers[part][1]()) if part in makers else ("", part)
            if group:
                spans[group] |= {len(text) + at for at, c in enumerate(value) if c.isalnum()}
            text += value
        out.append((text, dict(spans)))
    return out


def scored(engine: AnalyzerEngine, sentences: list[tuple[str, Spans]]) -> dict[str, float]:
    """Return F1 by group, and of all groups together."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for text, gold in sentences:
        found = found_in(engine, text)
        for group in gold.keys() | found.keys():
            right, given = gold.get(group, set()), found.get(group, set())
            sizes = (len(right & given), len(given - right), len(right - given))
            for key in (group, "all"):
                counts[key] = [before + size for before, size in zip(counts[key], sizes, strict=True)]
    return {group: 2 * tp / max(2 * tp + fp + fn, 1) for group, (tp, fp, fn) in counts.items()}


def found_in(engine: AnalyzerEngine, text: str) -> Spans:
    """Return the characters of each group that an engine finds."""
    found: Spans = defaultdict(set)
    for result in engine.analyze(text, language="en"):
        if group := GROUPS.get(result.entity_type):
            found[group] |= {at for at in range(result.start, result.end) if text[at].isalnum()}
    return found


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sentences = made(options.seed, options.sentences)
    engines = {"auditkit": analyzer(), "Presidio, no model": presidio()}
    for model in models():
        engines[f"Presidio, {model}"] = presidio(model)
    groups = ["all", *sorted(set(GROUPS.values()))]
    print(f"{'F1 by character':36}" + "".join(f"{g:>8}" for g in groups) + f"{'texts/s':>9}")
    for name, engine in engines.items():
        engine.analyze("warm up", language="en")
        started = time.perf_counter()
        scores = scored(engine, sentences)
        speed = len(sentences) / (time.perf_counter() - started)
        print(f"{name:36}" + "".join(f"{scores.get(g, 0):8.3f}" for g in groups) + f"{speed:9.0f}")


if __name__ == "__main__":
    main()
