"""Columns that mean the same have other types in other tables: wider numbers, shorter texts, no NULL."""

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

import auditkit
from auditkit.relations.united import all_distinct, united

_NUMBERS = ("int8", "!int16", "int32", "!int64")
_TEXTS = ("!string", "string(24)", "!string(36)")


@pytest.mark.parametrize("kinds", [_NUMBERS, _TEXTS])
def test_parts_of_other_types_are_united(kinds: tuple[str, ...]) -> None:
    @given(st.lists(st.sampled_from(kinds), min_size=1, max_size=8))
    def law(chosen: list[str]) -> None:
        parts = [ibis.table({"key": kind}, name=f"t{i}") for i, kind in enumerate(chosen)]
        assert united(parts).columns == all_distinct(parts).columns == ("key",)

    law()


def test_a_type_that_fits_is_not_cast() -> None:
    same = [ibis.table({"key": "string"}, name=name) for name in ("a", "b")]
    assert "CAST" not in ibis.to_sql(united(same))


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the path of a database whose keys have lengths, widths and NOT NULL of many kinds."""
    import sqlite3

    path = tmp_path_factory.mktemp("united") / "members.sqlite"
    with sqlite3.connect(path) as database:
        database.executescript(
            "create table firms (id varchar(24) not null primary key, name text);"
            "create table people (id varchar(24) not null primary key, email varchar(191) not null);"
            "create table owners (id integer primary key, person_id varchar(36) not null references people,"
            " firm_id varchar(24) not null references firms);"
            "create table guests (id integer primary key, person_id varchar(24) references people,"
            " firm_id varchar(50) references firms);"
            "insert into firms values ('f0', 'A'), ('f1', 'B');"
        )
        rows = range(60)
        database.executemany(
            "insert into people values (?, ?)", [(f"p{i}", f"p{i}@example.org") for i in rows]
        )
        for table, some in (("owners", range(30)), ("guests", range(25, 50))):
            database.executemany(
                f"insert into {table} (person_id, firm_id) values (?, ?)",
                [(f"p{i}", f"f{i % 2}") for i in some],
            )
    return str(path)


def test_references_of_other_types_name_the_same_people(members: str) -> None:
    audit = auditkit.audit(members, checks=["minimisation-bystander"], strict=True)
    assert [(f.table, f.rows, f.of) for f in audit.findings] == [("people", 10, 60)]


def test_memberships_of_other_types_are_read_together(members: str) -> None:
    membership = [f"{{table: {table}, user: person_id, tenant: firm_id}}" for table in ("owners", "guests")]
    tenancy = f"{{root: firms, key: firm_id, membership: [{', '.join(membership)}]}}"
    policy = auditkit.Policy.parse(f"{{version: 1, name: x, tenancy: {tenancy}}}")
    scanner = [check.id for check in auditkit.checks() if check.id.startswith("tenancy-")]
    audit = auditkit.audit(members, policy, checks=scanner, strict=True)
    assert not [o for o in audit.not_assessed if o.cause == "error"]
