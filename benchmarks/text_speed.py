"""How fast texts are read, beside Presidio with a small spaCy model: both in one run, on the same texts.

    python benchmarks/text_speed.py [--sentences 300] [--repeat 3] [FILE.jsonl]

A line of FILE is {"text": ...}; without it, sentences are made. They are read one by one, as documents of
twenty sentences, and in one batch with Presidio's BatchAnalyzerEngine. The ratio is Presidio's time divided
by ours; above 1 we are faster. Processor time counts all threads: on a machine that others use, it says more.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from peers import models, presidio
from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
from text import made

from auditkit.detection import analyzer

PLAIN = (
    "The parcel was sent back twice and nobody answered the door.",
    "we have tried to log in since morning but the page stays blank.",
    "Please check whether the second invoice was paid in time.",
)
"""Sentences without personal data: real texts have more of them than of others."""


def one_by_one(engine: AnalyzerEngine, texts: Sequence[str]) -> None:
    """Read texts one after the other."""
    for text in texts:
        engine.analyze(text, language="en")


def in_a_batch(engine: AnalyzerEngine, texts: Sequence[str]) -> None:
    """Read texts in one batch."""
    BatchAnalyzerEngine(engine).analyze_iterator(texts, language="en", batch_size=32)


def seconds(work: Callable[[], None]) -> tuple[float, float]:
    """Return how long some work takes: on the clock, and of the processors."""
    clock, processors = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processors


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--sentences", type=int, default=300)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    if options.file is not None:
        lines = options.file.read_text(encoding="utf-8").splitlines()[: options.sentences]
        sentences = [json.loads(line)["text"] for line in lines]
    else:
        sentences = [text for text, _ in made(1, options.sentences)]
        sentences = [text for i, each in enumerate(sentences) for text in (each, PLAIN[i % len(PLAIN)])]
    documents = [" ".join(sentences[at : at + 20]) for at in range(0, len(sentences), 20)]
    model = next(models(), None)
    peer = presidio(model)
    ours = analyzer()
    print(f"peer: Presidio with {model or 'no model (no English spaCy model is installed)'}")
    print(f"{'':24}{'auditkit':>10}{'Presidio':>10}{'ratio':>8}{'ratio, processor time':>24}")
    for name, work, texts in (
        ("sentences", one_by_one, sentences),
        ("documents", one_by_one, documents),
        ("sentences, one batch", in_a_batch, sentences),
    ):
        for engine in (ours, peer):
            work(engine, texts[:20])
        # the best of several runs, taken in turns: others use the machine too
        runs = [
            (seconds(lambda: work(ours, texts)), seconds(lambda: work(peer, texts)))  # noqa: B023
            for _ in range(options.repeat)
        ]
        best = [[min(run[who][unit] for run in runs) for unit in (0, 1)] for who in (0, 1)]
        print(
            f"{name:24}{len(texts) / best[0][0]:8.0f}/s{len(texts) / best[1][0]:8.0f}/s"
            f"{best[1][0] / best[0][0]:8.2f}{best[1][1] / best[0][1]:24.2f}"
        )


if __name__ == "__main__":
    main()
