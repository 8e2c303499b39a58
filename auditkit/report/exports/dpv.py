"""The processing in the terms of the Data Privacy Vocabulary 2.3 (JSON-LD).

For knowledge graphs and tools that read DPV: the controller, the officer, the processors, and one process
for each purpose, with its legal basis, its personal data, its data subjects and how long the data is stored.
Terms are of the namespaces `dpv`, `pd` and `eu-gdpr`. The context is in the file: nothing is looked up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from auditkit.escaping import visible
from auditkit.policy.processing import Party, Processor, Purpose
from auditkit.report.columns import Column, columns, retention
from auditkit.report.saved import SavedRun
from auditkit.vocabulary import ARTICLE_9_CONDITIONS, ENTITIES, LEGAL_BASES, Sensitivity

FILE = "dpv.jsonld"
CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
Node = dict[str, Any]


def render(run: SavedRun) -> str:
    """Return the processing of a run as JSON-LD."""
    return json.dumps(process(run), indent=1, ensure_ascii=False) + "\n"


def process(run: SavedRun) -> Node:
    """Return the processing as JSON types."""
    policy, found = run.case.declared, [c for c in columns(run.case) if c.is_personal]
    measures = [m for m in policy.measures if m.title]
    rest = [c for c in found if not (c.of is not None and set(c.of.purposes) & set(policy.purposes))]
    parts = [
        _part(run, name, purpose, [c for c in found if c.of is not None and name in c.of.purposes])
        for name, purpose in policy.purposes.items()
    ]
    undeclared = {
        "@type": "dpv:PersonalDataProcess",
        "dct:description": "Personal data for which the policy names no purpose",
        "dpv:hasPersonalData": [_data(run, c) for c in rest],
    }
    return _known({
        "@context": CONTEXT,
        "@id": _id(run, "processing"),
        "@type": "dpv:PersonalDataProcess",
        "dct:title": visible(run.name),
        "dct:source": visible(run.audit.source),
        "dct:date": {"@value": run.case.as_of, "@type": "xsd:date"},
        "dct:identifier": visible(str(run.audit.run.get("id") or "")),
        "dpv:hasDataController": _party("dpv:DataController", policy.controller),
        "dpv:hasDataProtectionOfficer": _party("dpv:DataProtectionOfficer", policy.dpo),
        "dpv:hasDataProcessor": [_processor(p) for p in policy.processors],
        "dpv:hasTechnicalOrganisationalMeasure": [
            _known({
                "@type": "dpv:TechnicalOrganisationalMeasure",
                "dct:title": visible(str(m.title)),
                "dct:description": m.status,
            })
            for m in measures
        ],
        "dpv:hasProcess": [*parts, *([undeclared] if rest else [])],
    })  # fmt: skip


def _part(run: SavedRun, name: str, purpose: Purpose, found: list[Column]) -> Node:
    """Return the processing for one purpose."""
    subjects = {c.of.subject.type for c in found if c.of and c.of.subject and c.of.subject.type}
    periods = dict.fromkeys((c.table, rule) for c in found for rule in retention(c.of))
    bases = [LEGAL_BASES[purpose.legal_basis]] if purpose.legal_basis else []
    bases += [ARTICLE_9_CONDITIONS[purpose.article9]] if purpose.article9 else []
    return _known({
        "@id": _id(run, "purpose", name),
        "@type": "dpv:PersonalDataProcess",
        "dpv:hasPurpose": _known({
            "@type": "dpv:Purpose",
            "dct:title": visible(name),
            "dct:description": visible(purpose.text) if purpose.text else None,
        }),
        "dpv:hasLegalBasis": [{"@id": f"eu-gdpr:{article(basis)}"} for basis in bases],
        "dpv:hasDataSubject": [
            {"@type": "dpv:DataSubject", "dct:title": visible(s)} for s in sorted(subjects)
        ],
        "dpv:hasPersonalData": [_data(run, c) for c in found],
        "dpv:hasStorageCondition": [
            {"@type": "dpv:StorageDuration", "dct:description": visible(f"{table}: {rule}")}
            for table, rule in periods
        ],
    })  # fmt: skip


def article(number: str) -> str:
    """Return an article as the vocabulary names it.

    >>> article("6(1)(b)"), article("9(2)(h)")
    ('A6-1-b', 'A9-2-h')
    """
    return "A" + number.replace(")(", "-").replace("(", "-").rstrip(")")


def _data(run: SavedRun, c: Column) -> Node:
    entity = ENTITIES.get(c.seen.entity or "") if c.seen is not None and c.found else None
    alike = [e.dpv for e in ENTITIES.values() if e.category in c.categories]
    terms = [entity.dpv] if entity else alike[:1]
    special = ["dpv:SpecialCategoryPersonalData"] if c.sensitivity == Sensitivity.SPECIAL_CATEGORY else []
    return {
        "@id": _id(run, "column", c.table, c.name),
        "@type": ["dpv:PersonalData", *special, *terms],
        "dct:title": visible(f"{c.table}.{c.name}"),
        "dct:description": c.state_words,
    }


def _party(kind: str, party: Party | None) -> Node | None:
    if party is None or not (party.name or party.contact):
        return None
    return _known({
        "@type": kind,
        "dpv:hasName": visible(party.name) if party.name else None,
        "dpv:hasContact": visible(party.contact) if party.contact else None,
    })  # fmt: skip


def _processor(p: Processor) -> Node:
    return _known({
        "@type": "dpv:DataProcessor",
        "dpv:hasName": visible(p.name),
        "dct:description": visible(p.tasks) if p.tasks else None,
        "dpv:hasCountry": visible(p.country) if p.country else None,
    })  # fmt: skip


def _known(node: Mapping[str, Any]) -> Node:
    return {name: value for name, value in node.items() if value not in (None, [], "")}


def _id(run: SavedRun, *parts: str) -> str:
    return ":".join(["urn:auditkit", *(quote(part, safe="") for part in (run.name, *parts))])
