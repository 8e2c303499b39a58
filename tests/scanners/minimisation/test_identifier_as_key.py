from __future__ import annotations

import pytest

import auditkit
from tests.engines import on_one_engine

CHECK = "minimisation-identifier-as-key"


def customers(of: int = 120) -> list[dict]:
    return [{"id": n, "email": f"p{n}@example.org", "full_name": "Ana Kovac"} for n in range(of)]


def orders(by: str) -> list[dict]:
    """Orders that refer to their customer by the key or by the address."""
    who = {"customer_id": lambda n: n, "customer_email": lambda n: f"p{n}@example.org"}[by]
    return [{"id": n, by: who(n % 120)} for n in range(600)]


def keys(source, tables, constraints=(), policy=None):
    return auditkit.audit(source(tables, constraints), policy, checks=[CHECK], strict=True)


def test_a_key_that_means_nothing_passes(source):
    audit = keys(
        source, {"customers": customers(), "orders": orders("customer_id")}, ["customers: PRIMARY KEY (id)"]
    )
    assert audit.findings == ()
    assert {o.table for o in audit.passed} == {"customers", "orders"}


def test_an_address_that_links_tables_is_found_until_a_key_does(source):
    (found,) = keys(source, {"customers": customers(), "orders": orders("customer_email")}).findings
    assert (found.table, found.columns, found.severity, found.confidence) == (
        "customers",
        ("email",),
        "medium",
        "medium",
    )
    assert found.detail == {"used_as": "link between tables", "tables": 1}
    both = [{**a, **b} for a, b in zip(orders("customer_email"), orders("customer_id"), strict=True)]
    assert keys(source, {"customers": customers(), "orders": both}).findings == ()


@on_one_engine
def test_a_list_with_each_address_once_refers_to_nobody(source):
    subscribers = [{"id": n, "email": f"p{n}@example.org"} for n in range(120)]
    assert keys(source, {"customers": customers(), "subscribers": subscribers}).findings == ()


@pytest.mark.parametrize("source", ["sqlite", "duckdb", "postgres"], indirect=True)
def test_a_primary_key_is_found_until_it_is_another(source):
    tables = {"customers": customers(), "orders": orders("customer_email")}
    (found,) = keys(source, tables, ["customers: PRIMARY KEY (email)"]).findings
    assert (found.table, found.columns, found.severity, found.confidence) == (
        "customers",
        ("email",),
        "high",
        "high",
    )
    assert found.detail["used_as"] == "primary key"
    (part,) = keys(source, {"customers": customers()}, ["customers: PRIMARY KEY (full_name, email)"]).findings
    assert (part.columns, part.detail) == (("email",), {"used_as": "primary key", "tables": 0})


@on_one_engine
def test_a_declared_reference_to_an_address_is_found(source):
    policy = "{version: 1, name: Shop, tables: {orders: {references: {customer_email: customers.email}}}}"
    tables = {"customers": customers(), "orders": orders("customer_email")}
    (found,) = keys(source, tables, policy=auditkit.Policy.parse(policy)).findings
    assert (found.columns, found.detail, found.confidence) == (
        ("email",),
        {"used_as": "target of references", "tables": 1},
        "high",
    )


@on_one_engine
def test_foreign_keys_of_the_database(source):
    constraints = [
        "customers: UNIQUE (email)",
        "orders: FOREIGN KEY (customer_email) REFERENCES customers (email)",
    ]
    (found,) = keys(
        source, {"customers": customers(), "orders": orders("customer_email")}, constraints
    ).findings
    assert (found.table, found.columns, found.detail["used_as"]) == (
        "customers",
        ("email",),
        "target of references",
    )


@on_one_engine
def test_what_is_declared_as_nobodys_is_no_identifier(source):
    rows = [{"mailbox": f"queue{n}@example.org"} for n in range(120)]
    policy = (
        "{version: 1, name: D, tables: {queues: {columns: {mailbox: {category: none, reason: mailboxes of"
        " machines}}}}}"
    )
    assert (
        keys(
            source, {"queues": rows}, ["queues: PRIMARY KEY (mailbox)"], auditkit.Policy.parse(policy)
        ).findings
        == ()
    )
