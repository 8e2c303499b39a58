from __future__ import annotations

import duckdb
import psycopg
import pytest

import auditkit
from tests.engines import on_one_engine

POLICY = "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}}"
SHARED = """
    CREATE TABLE tenants (id INTEGER PRIMARY KEY, slug TEXT, name TEXT);
    INSERT INTO tenants
        VALUES (1, 'acme-corp', 'Acme'), (2, 'globex-ag', 'Globex'), (3, 'initech', 'Initech');
    CREATE SCHEMA acme_corp; CREATE SCHEMA tenant_2; CREATE SCHEMA reporting;
    CREATE TABLE reporting.totals (tenant_id INTEGER);
    INSERT INTO reporting.totals VALUES (1), (2), (3);
"""


def schema(name: str, tenant: int, *, projects: str) -> str:
    rows = ", ".join(f"({n}, {tenant}, {1 + n % 9})" for n in range(60))
    return f"""
        CREATE TABLE {name}.projects (id INTEGER PRIMARY KEY, tenant_id INTEGER);
        INSERT INTO {name}.projects VALUES {", ".join(f"({n}, {tenant})" for n in range(1, 10))};
        CREATE TABLE {name}.tickets (id INTEGER PRIMARY KEY, tenant_id INTEGER,
            project_id INTEGER REFERENCES {projects});
        INSERT INTO {name}.tickets VALUES {rows};
    """


@pytest.fixture(params=["duckdb", "postgres"])
def crossing(request, tmp_path):
    """Return a function that audits schemas, on an engine that has any."""

    def on_duckdb(script):
        path = tmp_path / "data.duckdb"
        path.unlink(missing_ok=True)
        with duckdb.connect(path) as connection:
            connection.execute(script)
        return path

    def on_postgres(script):
        url = request.getfixturevalue("postgres_server")
        drop = "".join(
            f"DROP SCHEMA IF EXISTS {s} CASCADE;" for s in ("public", "acme_corp", "tenant_2", "reporting")
        )
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"{drop} CREATE SCHEMA public; {script}")
        return url

    make = {"duckdb": on_duckdb, "postgres": on_postgres}[request.param]
    checks = ["tenancy-schema-crossing", "tenancy-cross-reference"]
    yield lambda script, policy=POLICY, run=checks: auditkit.audit(
        make(SHARED + script), auditkit.Policy.parse(policy), checks=run, as_of="2026-01-01", strict=True
    )
    if request.param == "postgres":
        with psycopg.connect(request.getfixturevalue("postgres_server"), autocommit=True) as connection:
            connection.execute(
                "".join(f"DROP SCHEMA IF EXISTS {s} CASCADE;" for s in ("acme_corp", "tenant_2", "reporting"))
            )


RIGHT = schema("acme_corp", 1, projects="acme_corp.projects") + schema(
    "tenant_2", 2, projects="tenant_2.projects"
)


def test_schemas_that_hold_their_own_rows_pass_though_keys_are_alike(crossing):
    audit = crossing(RIGHT)
    assert audit.findings == ()
    passed = {(o.table, o.columns) for o in audit.passed if o.check == "tenancy-schema-crossing"}
    assert passed == {
        (f"{s}.{t}", ("tenant_id",)) for s in ("acme_corp", "tenant_2") for t in ("projects", "tickets")
    }


def test_rows_of_another_tenant_are_found_until_moved(crossing):
    (found,) = crossing(
        RIGHT + "INSERT INTO acme_corp.tickets VALUES (900, 2, NULL), (901, 3, NULL), (902, NULL, NULL);"
    ).findings
    assert (found.table, found.columns, found.rows, found.of, found.severity) == (
        "acme_corp.tickets",
        ("tenant_id",),
        2,
        63,
        "high",
    )
    assert crossing(RIGHT).findings == ()


def test_the_key_of_a_tenant_stands_in_no_query(tmp_path):
    """Keys may be addresses of people: the SQL of the finding finds its rows without them."""
    path = tmp_path / "keys.duckdb"
    keys = {"acme_corp": "jane@acme.example", "globex": "joe@globex.example"}
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE tenants (id TEXT PRIMARY KEY, slug TEXT)")
        connection.executemany("INSERT INTO tenants VALUES (?, ?)", [(k, s) for s, k in keys.items()])
        for name, key in keys.items():
            connection.execute(f"CREATE SCHEMA {name}; CREATE TABLE {name}.tickets (id INT, tenant_id TEXT)")
            connection.execute(f"INSERT INTO {name}.tickets SELECT range, '{key}' FROM range(60)")
        connection.execute("INSERT INTO globex.tickets VALUES (99, 'jane@acme.example')")
    audit = auditkit.audit(path, auditkit.Policy.parse(POLICY), checks=["tenancy-schema-crossing"])
    (found,) = audit.findings
    assert (found.table, found.rows, "acme.example" in audit.to_json()) == ("globex.tickets", 1, False)
    with duckdb.connect(path) as connection:
        assert len(connection.execute(found.sql).fetchall()) == 1


def test_a_table_that_one_tenants_schema_lacks_is_not_seen(crossing):
    audit = crossing(RIGHT + "CREATE TABLE acme_corp.notes (id INTEGER PRIMARY KEY, tenant_id INTEGER);")
    unseen = {(o.check, o.table, o.cause.value) for o in audit.not_assessed if o.cause.value == "unseen"}
    assert unseen == {("tenancy-schema-crossing", "tenant_2.notes", "unseen")}
    both = "".join(
        f"CREATE TABLE {s}.notes (id INTEGER PRIMARY KEY, tenant_id INTEGER);"
        for s in ("acme_corp", "tenant_2")
    )
    assert not [o for o in crossing(RIGHT + both).not_assessed if o.cause.value == "unseen"]


def test_one_declaration_is_of_the_table_in_every_tenants_schema(crossing):
    retention = (
        "tables: {'*.tickets': {retention: {start: made_at, max: P1Y, basis: law}, references: {project_id:"
        " projects.id}}}"
    )
    old = "".join(
        f"ALTER TABLE {s}.tickets ADD COLUMN made_at DATE DEFAULT DATE '2020-01-01';"
        for s in ("acme_corp", "tenant_2")
    )
    no_keys = "".join(
        schema(s, t, projects="PROJECTS").replace(" REFERENCES PROJECTS", "")
        for s, t in (("acme_corp", 1), ("tenant_2", 2))
    )
    audit = crossing(
        no_keys + old, f"{POLICY[:-1]}, {retention}}}", ["retention-overdue", "tenancy-cross-reference"]
    )
    overdue = {(f"{s}.tickets", 60) for s in ("acme_corp", "tenant_2")}
    assert {(f.table, f.rows) for f in audit.findings} == overdue
    passed = {(o.table, o.target) for o in audit.passed if o.check == "tenancy-cross-reference"}
    assert passed == {(f"{s}.tickets", f"{s}.projects") for s in ("acme_corp", "tenant_2")}


def test_in_postgres_a_foreign_key_into_another_tenants_schema_is_found(crossing, request):
    if "duckdb" in request.node.name:
        pytest.skip("DuckDB has no foreign keys across schemas")
    audit = crossing(
        schema("tenant_2", 2, projects="tenant_2.projects")
        + schema("acme_corp", 1, projects="tenant_2.projects")
    )
    found = {(f.columns, f.target): f.rows for f in audit.findings if f.check == "tenancy-schema-crossing"}
    assert found == {(("project_id",), "tenant_2.projects"): 60}


@on_one_engine
def test_where_no_schema_is_called_by_a_tenant_it_does_not_apply(source):
    audit = auditkit.audit(
        source({"tenants": [{"id": 1}], "files": [{"tenant_id": 1}]}),
        auditkit.Policy.parse(POLICY),
        checks=["tenancy-schema-crossing"],
        strict=True,
    )
    assert {o.cause.value for o in audit.not_assessed} == {"not_applicable"}


@pytest.mark.parametrize(
    ("schemas", "words"),
    [
        (("acme", "globex"), ("acme", "globex")),
        (("tenant_acme", "tenant_globex"), ("tenant_acme", "tenant_globex")),
        (("tenant_acme", "tenant_globex"), ("acme", "globex")),
        (("tenant_001", "tenant_002"), ("x", "y")),
        (("t1", "t2"), ("x", "y")),
    ],
)
def test_a_schema_is_called_by_slug_by_prefix_or_by_key(tmp_path, schemas, words):
    a, b = schemas
    with duckdb.connect(tmp_path / "data.duckdb") as connection:
        connection.execute(
            f"CREATE TABLE tenants (id INTEGER PRIMARY KEY, schema_name TEXT);"
            f"INSERT INTO tenants VALUES (1, '{words[0]}'), (2, '{words[1]}');"
            f"CREATE SCHEMA {a}; CREATE SCHEMA {b};"
            f"CREATE TABLE {a}.tickets (id INTEGER, tenant_id INTEGER, closed TEXT);"
            f"CREATE TABLE {b}.tickets (id INTEGER, tenant_id INTEGER);"
            f"INSERT INTO {a}.tickets VALUES (1, 1, ''), (2, 2, '')"
        )
    policy = auditkit.Policy.parse(POLICY)
    audit = auditkit.audit(tmp_path / "data.duckdb", policy, checks=["tenancy-schema-crossing"], strict=True)
    assert [(f.table, f.rows, f.of) for f in audit.findings] == [(f"{a}.tickets", 1, 2)]
    lacking = [(o.table, o.columns) for o in audit.not_assessed if o.columns == ("closed",)]
    assert lacking == [(f"{b}.tickets", ("closed",))]
