"""The columns of a table that are references: they hold keys, and keys are not words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.detection import ColumnVerdict
from auditkit.facts.relation import Examined
from auditkit.policy import Policy
from auditkit.vocabulary import ENTITIES, Sensitivity

_BY_FORM = frozenset("EMAIL_ADDRESS PHONE_NUMBER CREDIT_CARD IBAN_CODE IP_ADDRESS MAC_ADDRESS".split())
"""What a key can hold that has a form of its own."""


@fact
def reference_columns(dataset: Dataset, policy: Policy, relation: Examined) -> frozenset[str]:
    """The columns of the table that refer to rows, as the database or the policy declares it.

    The tenant key is one of them.
    """
    names = relation.table.columns if relation.table is not None else ()
    found: set[str | None] = {
        c for key in dataset.foreign_keys() if key.table == relation.name for c in key.columns
    }
    declared = policy.table(relation.name)
    if declared is not None:
        found |= {*declared.references, declared.tenant_key}
    if policy.tenancy is not None:
        found.add(policy.tenancy.key)
    return frozenset(c for c in names if c in found)


def without_references(
    verdicts: Mapping[str, ColumnVerdict], references: Collection[str]
) -> Mapping[str, ColumnVerdict]:
    """Return verdicts in which a reference holds no personal data, unless its values prove it.

    A reference says whose row it is. Its name and the letters of its keys say nothing else: `organization_id`
    is no organisation. An e-mail address that is used as a key stays one.
    """
    return {c: _of_reference(v) if c in references else v for c, v in verdicts.items()}


def _of_reference(verdict: ColumnVerdict) -> ColumnVerdict:
    if _is_proven(verdict):
        return verdict
    return replace(
        verdict,
        entity=None,
        category=None,
        verdict="none",
        matches=0,
        method="",
        contains={},
        inside=0,
        evidence="the column is a reference: it holds keys of other rows",
    )


def _is_proven(verdict: ColumnVerdict) -> bool:
    """Return whether the values of a reference have a form that only personal data has."""
    entity = ENTITIES.get(str(verdict.entity))
    if entity is None or not verdict.matches or verdict.method == "name":
        return False
    has_form = {entity.name, entity.kind} & _BY_FORM or entity.sensitivity is Sensitivity.GOVERNMENT_ID
    return bool(has_form)
