from __future__ import annotations

import auditkit
from auditkit.vocabulary import ARTICLE_9_CONDITIONS
from tests.engines import on_one_engine

PEOPLE = [
    {"id": n, "religion": r, "plan": "free"}
    for n, r in enumerate(["catholic", "jewish", "none", "muslim", "catholic", "hindu"])
]
CARE = "purposes: {care: {text: Pastoral care, legal_basis: contract, article9: %s}}"


def special(source, tables: str, people=PEOPLE, purposes: str = "purposes: {}"):
    policy = auditkit.Policy.parse(f"{{version: 1, name: Parish, {purposes}, tables: {{{tables}}}}}")
    return auditkit.audit(source({"people": people}), policy, checks=["pii-special-category"], strict=True)


def test_ordinary_data_passes(source):
    assert special(source, "", [{"id": n, "plan": "free"} for n in range(5)]).findings == ()


def test_a_special_category_without_a_condition_is_found_until_one_is_declared_or_it_is_erased(source):
    (found,) = special(source, "").findings
    assert (found.table, found.columns, found.severity) == ("people", ("religion",), "critical")
    condition = CARE % next(iter(ARTICLE_9_CONDITIONS))
    assert special(source, "people: {purposes: [care]}", purposes=condition).findings == ()
    assert (
        special(source, "", [{k: v for k, v in r.items() if k != "religion"} for r in PEOPLE]).findings == ()
    )


@on_one_engine
def test_a_declared_one_counts_whatever_was_found_and_one_declared_as_none_does_not(source):
    (found,) = special(
        source,
        "people: {columns: {plan: user.health_and_medical, religion: {category: none, reason: a code of"
        " ours}}}",
    ).findings
    assert found.columns == ("plan",)


@on_one_engine
def test_a_purpose_of_another_table_allows_nothing_here(source):
    (found,) = special(source, "people: {}", purposes=CARE % next(iter(ARTICLE_9_CONDITIONS))).findings
    assert found.columns == ("religion",)
