"""Whether the declared start of a retention period holds moments, where its type does not say so.

A column of text or of numbers can hold moments: ISO 8601, Unix time. Its first values show whether it does.
So a name, a status or a serial number is refused as a start before the source is read.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditkit.dataset import Dataset
from auditkit.dataset.first_values import without_moments
from auditkit.html_tables import count
from auditkit.policy import Policy, Problem
from auditkit.policy.names import Kind, Mention, mentions


def problems(dataset: Dataset, policy: Policy) -> Iterator[Problem]:
    """Yield the starts of retention rules whose first values are no moments, none of them."""
    wanted: dict[str, dict[str, Mention]] = {}
    for mention in mentions(policy):
        table = dataset.tables.get(str(mention.table))
        if table is not None and _is_start(mention):
            wanted.setdefault(str(mention.table), {})[mention.word] = mention
    for name, columns in wanted.items():
        for column, filled in without_moments(dataset, dataset.tables[name], columns).items():
            seen = f"none of its first {count(filled, 'value')} is one"
            problem = f"{name}.{column} holds no days and no times: {seen}"
            yield policy.problem(columns[column].path, problem)


def _is_start(mention: Mention) -> bool:
    return mention.names.kind is Kind.MOMENT and "retention" in mention.path and "start" in mention.path
