"""A data contract (Open Data Contract Standard 3.1.0, YAML).

For catalogues of data and contract tools. Each table is a schema object; a column has its classification, its
data categories, the term of the Data Privacy Vocabulary, and what was found beside what is declared.
Retention periods are `slaProperties`. The status is `draft`: that a contract is in force, people say.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import yaml

from auditkit.escaping import visible
from auditkit.policy.period import Period
from auditkit.policy.retention import RetentionRule
from auditkit.report.case import Case
from auditkit.report.columns import Column, columns, key
from auditkit.report.saved import SavedRun
from auditkit.vocabulary import ENTITIES, LEGAL_BASES, Sensitivity

FILE = "odcs.yaml"
VERSION = "v3.1.0"
PREFIXES = {"pd": "https://w3id.org/dpv/pd#", "dpv": "https://w3id.org/dpv#"}
_GRAVE = frozenset({Sensitivity.SPECIAL_CATEGORY, Sensitivity.CRIMINAL, Sensitivity.CREDENTIAL})


def render(run: SavedRun) -> str:
    """Return the contract of a run's source."""
    return dumped(contract(run))


def dumped(contents: dict[str, Any]) -> str:
    """Return YAML in which keys keep their order and characters stay as they are."""
    return yaml.safe_dump(contents, sort_keys=False, allow_unicode=True, width=110)


def contract(run: SavedRun) -> dict[str, Any]:
    """Return the contract as JSON types."""
    case, policy = run.case, run.case.declared
    tables = groupby(columns(case), key=lambda c: c.table)
    texts = [visible(p.text) for p in policy.purposes.values() if p.text]
    return {
        "apiVersion": VERSION,
        "kind": "DataContract",
        "id": key(f"{run.name}.{run.audit.source}"),
        "name": visible(run.name),
        "version": case.as_of,
        "status": "draft",
        **({"description": {"purpose": "; ".join(texts)}} if texts else {}),
        "schema": [_table(name, tuple(found)) for name, found in tables],
        "slaProperties": list(_retention(case)),
        "customProperties": list(_properties(run)),
    }


def _table(name: str, found: tuple[Column, ...]) -> dict[str, Any]:
    of = found[0].of
    more = {
        "dataSubject": of.subject.type if of is not None and of.subject is not None else None,
        "purposes": list(of.purposes) if of is not None else [],
        "declaredAnonymous": of.anonymous if of is not None else None,
    }
    return {
        "name": visible(name),
        "physicalName": visible(name),
        "properties": [_column(c) for c in found],
        **_custom(more),
    }


def _column(c: Column) -> dict[str, Any]:
    entity = ENTITIES.get(c.seen.entity or "") if c.seen is not None and c.found else None
    more = {
        "auditkitState": c.state_words,
        "auditkitVerdict": c.seen.verdict if c.seen is not None else "not seen",
        "auditkitEntity": entity.name if entity else None,
        "auditkitConfidence": c.seen.confidence if c.seen is not None else None,
        "declaredReason": c.declared.reason if c.declared is not None else None,
    }
    means = []
    if entity is not None:
        prefix, _, term = entity.dpv.partition(":")
        means = [{"url": PREFIXES[prefix] + term, "type": "semantics"}]
    return {
        "name": visible(c.name),
        "physicalName": visible(c.name),
        **({"classification": _classification(c)} if c.is_personal else {}),
        **({"tags": ["pii", *c.categories]} if c.is_personal else {}),
        **({"authoritativeDefinitions": means} if means else {}),
        **_custom(more),
    }


def _classification(c: Column) -> str:
    return "restricted" if c.sensitivity in _GRAVE else "confidential"


def _custom(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the properties that are known, as the standard writes its own ones."""
    known = {name: value for name, value in properties.items() if value not in (None, [], "")}
    plain = {name: visible(v) if isinstance(v, str) else v for name, v in known.items()}
    return {"customProperties": [{"property": n, "value": v} for n, v in plain.items()]} if plain else {}


def _retention(case: Case) -> Iterator[dict[str, Any]]:
    """Yield the retention periods, of every table that has one; a pattern stands for its tables."""
    for name, table in case.declared.tables.items():
        for rule in table.retention:
            if rule.period is not None:
                yield _period(name, rule)


def _period(table: str, rule: RetentionRule) -> dict[str, Any]:
    value, unit = _value(rule.period)
    element = visible(f"{table}.{rule.clock}" if rule.clock is not None else table)
    return {
        "property": "retention",
        "value": value,
        **({"unit": unit} if unit else {}),
        "element": element,
        "driver": "regulatory",
        **({"description": visible(rule.basis)} if rule.basis else {}),
    }


def _value(period: object) -> tuple[int | str, str | None]:
    """Return a period as a number with its unit; one of several units as ISO 8601 writes it.

    >>> _value(Period(years=3)), _value(Period(months=6)), _value(Period(years=1, days=3))
    ((3, 'y'), (6, 'month'), ('P1Y3D', None))
    """
    if isinstance(period, Period):
        units = {"years": "y", "months": "month", "weeks": "week", "days": "d", "hours": "h"}
        parts = {name: n for name, n in vars(period).items() if n}
        if len(parts) == 1 and (name := next(iter(parts))) in units:
            return parts[name], units[name]
    return visible(str(period)), None


def _properties(run: SavedRun) -> Iterator[dict[str, Any]]:
    policy, audit = run.case.declared, run.audit
    bases = [p.legal_basis for p in policy.purposes.values() if p.legal_basis]
    known = {
        "gdprController": policy.controller.name if policy.controller else None,
        "gdprLegalBasis": [f"Art. {LEGAL_BASES[basis]}" for basis in dict.fromkeys(bases)],
        "auditkitRun": audit.run.get("id"),
        "auditkitAsOf": run.case.as_of,
        "auditkitPolicySha256": audit.policy.get("digest"),
    }
    yield from _custom(known).get("customProperties", ())
