"""The tools that auditkit is compared with: each takes tables and returns which columns it calls personal.

Presidio is always there. The others take part where they are installed: presidio-structured, colscan,
piiscope, DataProfiler with its labeler, and any English spaCy model (`en_core_web_lg`, `_md`, `_sm` or a
repackaged one). Each runs with its defaults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pkgutil import iter_modules

import pandas as pd
import tldextract.tldextract
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine

import auditkit
from auditkit.detection.engine import Blank

NOT_PERSONAL = {None, "ORGANIZATION", "URL", "PSEUDONYM", "FREE_TEXT", "LOCATION"}
NOT_WANTED = {"DATE_TIME", "URL", "NRP", "LOCATION", "ORGANIZATION"}
NO_LABELS_OF_PEOPLE = frozenset(
    "UNKNOWN PAD DATE TIME DATETIME UUID HASH_OR_KEY URL US_STATE INTEGER FLOAT QUANTITY ORDINAL None".split()
)
"""What DataProfiler labels that is not about people."""

CELLS = 20
"""How many cells of a column Presidio reads: it takes milliseconds for each."""

# without this, Presidio would download a list
tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

Tables = Mapping[str, pd.DataFrame]
Columns = set[tuple[str, str]]


class _Installed(SpacyNlpEngine):
    """An installed spaCy model, whatever the name of its package."""

    def __init__(self, package: str) -> None:
        super().__init__(
            models=[{"lang_code": "en", "model_name": package}],
            ner_model_configuration=NerModelConfiguration(),
        )

    def load(self) -> None:
        """Load the package; nothing is downloaded."""
        import spacy

        self.nlp = {"en": spacy.load(self.models[0]["model_name"])}


def presidio(model: str | None = None) -> AnalyzerEngine:
    """Return Presidio with its defaults, on a spaCy model or on a tokenizer alone."""
    nlp = Blank() if model is None else _Installed(model)
    nlp.load()
    return AnalyzerEngine(nlp_engine=nlp)


def models() -> Iterator[str]:
    """Yield the English spaCy models that are installed."""
    return (module.name for module in iter_modules() if module.name.startswith("en_core_web_"))


def by_auditkit(tables: Tables) -> Columns:
    """Return the columns that auditkit calls certain or likely."""
    return {
        (verdict.table, verdict.column)
        for verdict in auditkit.profile(dict(tables)).columns
        if verdict.verdict in ("certain", "likely") and verdict.entity not in NOT_PERSONAL
    }


def by_presidio(tables: Tables, model: str | None = None) -> Columns:
    """Return the columns of which Presidio finds something in every second cell."""
    engine = presidio(model)
    wanted = [entity for entity in engine.get_supported_entities() if entity not in NOT_WANTED]

    def holds(cell: object) -> bool:
        results = engine.analyze(str(cell), language="en", entities=wanted)
        return any(result.score >= 0.5 for result in results)

    return {
        (table, column)
        for table, rows in tables.items()
        for column in rows
        if 2 * sum(map(holds, rows[column].head(CELLS))) >= min(CELLS, len(rows))
    }


def by_presidio_structured(tables: Tables, model: str | None = None) -> Columns:
    """Return the columns that presidio-structured maps to an entity."""
    from presidio_structured import PandasAnalysisBuilder

    builder = PandasAnalysisBuilder(analyzer=presidio(model))
    found = set()
    for table, rows in tables.items():
        entities = builder.generate_analysis(rows.head(CELLS).astype(str)).entity_mapping
        found |= {(table, c) for c, entity in entities.items() if entity not in ("DATE_TIME", "LOCATION")}
    return found


def by_colscan(tables: Tables) -> Columns:
    """Return the columns that colscan calls personal."""
    from colscan import scan_column

    return {
        (table, column)
        for table, rows in tables.items()
        for column in rows
        if scan_column(list(map(str, rows[column])), name=column)["gdpr"]["personal"] is True
    }


def by_piiscope(tables: Tables) -> Columns:
    """Return the columns that piiscope reports."""
    from piiscope import scan

    return {
        (table, finding.column)
        for table, rows in tables.items()
        for finding in scan(rows.astype(str), include_metrics=False).findings
    }


def by_dataprofiler(tables: Tables) -> Columns:
    """Return the columns that DataProfiler labels as data of people."""
    from dataprofiler import Profiler, ProfilerOptions

    options = ProfilerOptions()
    options.set({"*.is_enabled": False, "data_labeler.is_enabled": True})
    found = set()
    for table, rows in tables.items():
        profiler = Profiler(rows.astype(str), profiler_type="structured", options=options)
        for column in profiler.report()["data_stats"]:
            labels = set(str(column["data_label"]).split("|"))
            if labels - NO_LABELS_OF_PEOPLE:
                found.add((table, column["column_name"]))
    return found


def peers() -> dict[str, Callable[[Tables], Columns]]:
    """Return the tools that are installed, by name."""
    found: dict[str, Callable[[Tables], Columns]] = {
        "auditkit": by_auditkit,
        "Presidio, no model": by_presidio,
    }
    for model in models():
        found[f"Presidio, {model}"] = lambda tables, model=model: by_presidio(tables, model)
    if find_spec("presidio_structured"):
        for model in (None, *models()):
            found[f"presidio-structured, {model or 'no model'}"] = lambda tables, model=model: (
                by_presidio_structured(tables, model)
            )
    if find_spec("colscan"):
        found["colscan"] = by_colscan
    if find_spec("piiscope"):
        found["piiscope"] = by_piiscope
    if find_spec("dataprofiler"):
        found["DataProfiler"] = by_dataprofiler
    return found
