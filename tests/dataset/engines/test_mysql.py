import datetime as dt
from contextlib import suppress

import pytest

import auditkit
import auditkit.dataset as dataset
from auditkit.dataset import SourceError
from auditkit.dataset.cells import uncastable
from auditkit.dataset.clock import clock
from auditkit.dataset.engines.mysql.catalogue import references
from auditkit.dataset.engines.mysql.view_functions import parsed
from auditkit.dataset.view_functions import VARIABLE
from auditkit.outcome import Cause

pymysql = pytest.importorskip("pymysql")

SCRIPT = """
DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS other;
CREATE DATABASE shop CHARACTER SET latin1; CREATE DATABASE other; USE shop;
CREATE TABLE tenants(id int PRIMARY KEY, slug varchar(20) UNIQUE)
    COMMENT 'CONSTRAINT `x` FOREIGN KEY (`a`) REFERENCES `b` (`c`)';
CREATE TABLE `Users`(tenant_id int, `Nr` int, `E-Mail` varchar(50), `a``b` int, PRIMARY KEY (tenant_id, `Nr`),
    FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE);
CREATE TABLE tickets(a int, u int, code varchar(9), title varchar(900),
    FOREIGN KEY (a, u) REFERENCES `Users`(tenant_id, `Nr`),
    UNIQUE one (code), UNIQUE two (title(20)));
INSERT INTO tenants VALUES (1, 'alpha'), (2, 'beta'); INSERT INTO `Users` VALUES (1, 1, 'x', 5);
CREATE TABLE exotic(n int, flag tinyint(1), small tinyint(4), yes bit(1), bits bit(3), raw blob, day date,
    moment datetime(6), zoned timestamp NULL, clock time, y year, price decimal(10,2), pick enum('a','b'),
    picks set('x','y'), j json, spot geometry, fixed binary(3), uid uuid, addr inet6, f float,
    big bigint unsigned, word varchar(10), long_text longtext);
INSERT INTO exotic VALUES (1, 2, 3, b'1', b'101', 'café', '0000-00-00', '2024-01-02 03:04:05.5',
    '2024-01-02 03:04:05', '-25:00:00', 2024, 1.10, 'a', 'x,y', '{"a": 1}', ST_GeomFromText('POINT(1 2)'),
    'abc', '3f2504e0-4f89-11d3-9a0c-0305e82c3301', '::1', 1.5, 18446744073709551615, 'café', '');
INSERT INTO exotic(n, flag, yes, raw, day)
    VALUES (2, 0, b'0', 0xffd8, '2024-02-00'), (3, NULL, NULL, NULL, NULL);
CREATE TABLE many AS SELECT seq AS n FROM seq_0_to_49999;
CREATE TABLE words(id int, w varchar(20));
INSERT INTO words VALUES (1, 'Ana'), (2, 'ana'), (3, 'aná'), (4, 'ana ');
CREATE TABLE hidden(a int); CREATE TABLE partly(open int, shut int); INSERT INTO partly VALUES (1, 2);
CREATE TABLE inserted(a int); CREATE VIEW recent AS SELECT * FROM tenants;
CREATE TABLE gone(a int); CREATE VIEW broken AS SELECT a FROM gone; DROP TABLE gone;
CREATE VIEW slow AS SELECT a.n FROM many a, many b, many c WHERE sqrt(a.n * b.n + c.n) < -1;
CREATE TABLE `jane.roe@example.org`(`+41 79 555 01 23` int); INSERT INTO `jane.roe@example.org` VALUES (1);
CREATE TABLE other.orders(id int PRIMARY KEY);
CREATE OR REPLACE USER reader@localhost IDENTIFIED BY 'sec ret%@/'; CREATE OR REPLACE ROLE editor;
GRANT SELECT ON shop.tenants TO reader@localhost; GRANT SELECT ON shop.`Users` TO reader@localhost;
GRANT SELECT ON shop.many TO reader@localhost; GRANT SELECT ON shop.broken TO reader@localhost;
GRANT SELECT (open) ON shop.partly TO reader@localhost; GRANT INSERT ON shop.inserted TO reader@localhost;
GRANT DELETE ON shop.many TO editor; GRANT editor TO reader@localhost;
SET DEFAULT ROLE editor FOR reader@localhost
"""


@pytest.fixture(scope="module")
def socket(mariadb_server):
    raw = pymysql.connect(
        unix_socket=mariadb_server, user="root", autocommit=True, charset="utf8mb4", sql_mode=""
    )
    with raw, raw.cursor() as cursor:
        for statement in SCRIPT.split(";"):
            if statement.strip():
                cursor.execute(statement)
    return mariadb_server


@pytest.fixture
def url(socket):
    return f"mariadb://root@localhost/shop?unix_socket={socket}"


@pytest.fixture
def opened(url):
    with dataset.open(url) as source:
        yield source


@pytest.fixture
def as_reader(socket):
    with dataset.open(
        f"mysql+pymysql://reader:sec%20ret%25%40%2F@localhost/shop?unix_socket={socket}"
    ) as source:
        yield source


def read(source, name, **options):
    got = {}
    for batch in source.batches(name, **options):
        for column, cells in batch.to_pydict().items():
            got.setdefault(column, []).extend(cells)
    return got


def connections(socket):
    with pymysql.connect(unix_socket=socket, user="root") as raw, raw.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) - 1 FROM information_schema.processlist WHERE command <> 'Killed' AND user IN"
            " ('root', 'reader')"
        )
        return cursor.fetchone()[0]


def test_what_is_there_and_what_may_not_be_read(opened, as_reader, socket):
    assert (opened.name, opened.dialect) == ("shop", "mysql")
    kinds = {name: relation.kind for name, relation in opened.relations.items()}
    assert kinds["recent"] == "view"
    assert kinds["many"] == "table"
    assert {
        name: relation.missing.cause for name, relation in opened.relations.items() if relation.missing
    } == {"broken": Cause.ERROR}
    assert set(as_reader.tables) == {"tenants", "Users", "many", "partly"}
    missing = {
        name: relation.missing.cause for name, relation in as_reader.relations.items() if relation.missing
    }
    assert missing == {"broken": Cause.NO_RIGHT, "inserted": Cause.NO_RIGHT}
    assert as_reader.tables["partly"].columns == ("open",)
    assert as_reader.relations["partly"].closed_columns == 1
    assert read(as_reader, "partly") == {"open": ["1"]}
    with dataset.open(f"mysql://root@localhost?unix_socket={socket}") as everything:
        assert {"shop.tenants", "other.orders"} <= set(everything.tables)
        assert everything.fetch(everything.tables["other.orders"]) == []


def test_every_type_comes_as_text(opened):
    (batch,) = opened.batches("exotic")
    got = {name: cells[0] for name, cells in batch.to_pydict().items()}
    assert got == {
        "n": "1", "flag": "2", "small": "3", "yes": "1", "bits": "5", "raw": "café", "day": "0000-00-00",
        "moment": "2024-01-02 03:04:05.500000", "zoned": "2024-01-02 03:04:05", "clock": "-25:00:00",
        "y": "2024", "price": "1.10", "pick": "a", "picks": "x,y", "j": '{"a": 1}', "spot": "POINT(1 2)",
        "fixed": "abc", "uid": "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "addr": "::1", "f": "1.5",
        "big": "18446744073709551615", "word": "café", "long_text": "",
    }  # fmt: skip
    assert uncastable(batch) == {"raw": 1}
    assert [cells[1] for cells in batch.to_pydict().values()][:4] == ["2", "0", None, "0"]
    table = opened.tables["exotic"]
    types = {name: str(kind) for name, kind in table.schema().items()}
    assert (types["flag"], types["yes"], types["small"], types["pick"]) == (
        "boolean",
        "boolean",
        "int64",
        "string",
    )
    counted = table.aggregate(
        yes=table.count(where=table.flag), no=table.count(where=~table.flag), bit=table.count(where=table.yes)
    )
    assert opened.fetch(counted) == [{"yes": 1, "no": 1, "bit": 1}]
    assert opened.fetch(table.filter(table.n == 1).select("n", "day", "flag", "price", "big")) == [
        {"n": 1, "day": "0000-00-00", "flag": True, "price": 1.1, "big": 18446744073709551615}
    ]


def test_text_is_compared_as_everywhere_else(opened):
    words = opened.tables["words"]
    counted = words.aggregate(
        all=words.w.nunique(),
        same=words.count(where=words.w == "ana"),
        low=words.count(where=words.w.lower() == "ana"),
    )
    assert opened.fetch(counted) == [{"all": 4, "same": 1, "low": 2}]


def test_keys_and_references_without_more_rights_than_select(opened, as_reader):
    assert {(k.table, k.columns, k.primary) for k in opened.keys()} == {
        ("tenants", ("id",), True), ("tenants", ("slug",), False), ("Users", ("tenant_id", "Nr"), True),
        ("tickets", ("code",), False),
    }  # fmt: skip
    of_users = ("Users", ("tenant_id",), "tenants", ("id",), "CASCADE", False)
    found = opened.foreign_keys()
    assert {(f.table, f.columns, f.parent, f.parent_columns, f.on_delete, f.validated) for f in found} == {
        of_users, ("tickets", ("a", "u"), "Users", ("tenant_id", "Nr"), "RESTRICT", False),
    }  # fmt: skip
    assert [
        (f.table, f.columns, f.parent, f.parent_columns, f.on_delete, f.validated)
        for f in as_reader.foreign_keys()
    ] == [of_users]


def test_a_reference_to_another_database_and_names_with_backticks():
    ddl = (
        "CREATE TABLE `t` (\n"
        "  `a``b` int,\n"
        "  `x` int COMMENT 'CONSTRAINT `c` FOREIGN KEY (`n`) REFERENCES `o` (`n`)',\n"
        "  CONSTRAINT `c``1` FOREIGN KEY (`a``b`, `x`) REFERENCES `o`.`p``q` (`i`, `j`)"
        " ON DELETE SET NULL ON UPDATE CASCADE\n)"
    )
    assert list(references(ddl)) == [(["a`b", "x"], "o", "p`q", ["i", "j"], "SET NULL")]


def test_streams_samples_and_never_more_than_two_connections(opened, socket):
    table = opened.tables["many"]
    first, second, third = opened.batches("many"), opened.batches("many", sample=30_000), opened.stream(table)
    seen = [len(next(stream)) for stream in (first, second, third)]
    assert opened.fetch(table.aggregate(n=table.count(), total=table.n.sum())) == [
        {"n": 50_000, "total": 1_249_975_000}
    ]
    assert connections(socket) == 2
    assert [n + sum(map(len, rest)) for n, rest in zip(seen, (first, second, third), strict=True)] == [
        50_000,
        30_000,
        50_000,
    ]
    left = opened.batches("many")
    next(left)
    left.close()
    sampled = [int(n) for n in read(opened, "many", sample=100)["n"]]
    assert sampled == [int(n) for n in read(opened, "many", sample=100)["n"]] == sorted(set(sampled))
    assert len(sampled) == 100
    assert max(sampled) > 40_000
    assert connections(socket) == 2


def test_names_that_are_values_are_not_shown(opened):
    (hidden,) = [relation for relation in opened.relations.values() if relation.value_name]
    assert hidden.value_name == "EMAIL_ADDRESS"
    assert dict(hidden.value_names) == {"column 1": "PHONE_NUMBER"}
    assert not {"jane", "555"} & set(opened.sql(hidden.table).replace(".", " ").replace("`", " ").split())
    assert read(opened, hidden.name) == {"column 1": ["1"]}
    assert opened.fetch(hidden.table) == [{"column 1": 1}]


def test_the_session_reads_only_and_outlives_a_failure(opened):
    raw = opened.tables["many"].get_backend().con
    with raw.cursor() as cursor, pytest.raises(pymysql.err.OperationalError) as refused:
        cursor.execute("INSERT INTO words VALUES (9, 'x')")
    assert refused.value.args[0] == 1792
    broken = opened.tables["words"]
    raw.cursor().execute("SET @@max_statement_time = 0")
    with pytest.raises(SourceError):
        opened.fetch(broken.mutate(x=broken.w.re_search("(")).aggregate(n=lambda t: t.count(where=t.x)))
    assert opened.fetch(broken.aggregate(n=broken.count())) == [{"n": 4}]


HOSTILE = """
    CREATE TABLE loot(what TEXT) ENGINE=InnoDB|
    CREATE TABLE loose(what TEXT) ENGINE=MyISAM|
    CREATE FUNCTION loosen() RETURNS INT NOT DETERMINISTIC BEGIN
        SET SESSION tx_read_only = 0, sql_mode = 'ANSI_QUOTES', time_zone = '+09:00', max_statement_time = 0;
        RETURN 1; END|
    CREATE FUNCTION steal(n INT) RETURNS INT NOT DETERMINISTIC MODIFIES SQL DATA BEGIN
        DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END;
        IF n = 1 THEN INSERT INTO loot VALUES ('x'); ELSE INSERT INTO loose VALUES ('x'); END IF;
        RETURN n; END|
    CREATE VIEW hostile_a AS SELECT w, loosen() AS u FROM words|
    CREATE VIEW hostile_b AS SELECT w, steal(1) AS s FROM words|
    CREATE VIEW hostile_c AS SELECT w, steal(2) AS s FROM words
"""


def test_no_function_of_a_view_writes_or_changes_the_session(socket, url, monkeypatch):
    drop = "DROP VIEW hostile_a, hostile_b, hostile_c, hostile_d| DROP FUNCTION loosen| DROP FUNCTION steal"
    with (
        pymysql.connect(unix_socket=socket, user="root", autocommit=True, database="shop") as owner,
        owner.cursor() as cursor,
    ):
        for statement in HOSTILE.split("|"):
            cursor.execute(statement)
        cursor.execute("CREATE VIEW hostile_d AS SELECT w FROM words WHERE EXISTS (SELECT * FROM hostile_a)")
        try:
            with dataset.open(url) as opened:
                for letter, function in zip("abcd", ("loosen", "steal", "steal", "loosen"), strict=True):
                    missing = opened.relations[f"hostile_{letter}"].missing
                    assert missing.cause is Cause.UNSEEN and f"calls shop.{function}," in missing.reason
            monkeypatch.setenv(VARIABLE, "shop.loosen shop.steal")
            with dataset.open(url) as opened:
                session = "SELECT @@sql_mode, @@time_zone"
                for name in ("hostile_b", "hostile_c"):
                    missing = opened.relations[name].missing
                    assert missing.cause is Cause.UNSEEN and "function that writes" in missing.reason
                for name in ("hostile_a", "words") * 2:
                    for _ in range(2):
                        with suppress(SourceError):
                            opened.fetch(opened.tables[name].limit(3))
                        with suppress(SourceError):
                            list(opened.batches(name))
                    (engine,) = opened._engines
                    assert engine._run(session) == [("", "+00:00")]
            cursor.execute("SELECT (SELECT count(*) FROM loot), (SELECT count(*) FROM loose)")
            assert cursor.fetchall() == ((0, 0),)
        finally:
            for statement in f"{drop}| DROP TABLE loot, loose".split("|"):
                cursor.execute(statement)


def test_no_setting_of_a_server_ends_an_answer_early(socket, url):
    """An administrator can make every answer of a new session end after some rows, without a word."""
    with pymysql.connect(unix_socket=socket, user="root", autocommit=True) as owner, owner.cursor() as cursor:
        cursor.execute("SET GLOBAL sql_select_limit = 2")
        try:
            with dataset.open(url) as opened:
                assert {"tenants", "Users", "words", "exotic"} <= opened.tables.keys()
                assert len(opened.fetch(opened.tables["words"])) == 4
                (batch,) = opened.batches("words")
                assert batch.num_rows == 4
        finally:
            cursor.execute("SET GLOBAL sql_select_limit = DEFAULT")


@pytest.mark.parametrize(
    ("definition", "functions"),
    {
        r"select 'it\'s `' AS `a`,`shop`.`f`(1) AS `b`": {"shop.f"},
        "select 'a''`' AS `it's`,`shop`.`p`.`f` (1) AS `b`,`g`()": {"shop.p.f", "own.g"},
        "select `a``b`.`c` AS `c`,'`shop`.`f`(1)' AS `t` from (`shop`.`a``b` join `shop`.`x`)": set(),
        "select upper(`t`.`a`) AS `u`,Get_Lock('x',1) AS `l`,load_file ('/x') AS `f`": {
            "get_lock",
            "load_file",
        },
    }.items(),
)
def test_functions_are_found_between_texts_and_names(definition, functions):
    assert parsed(definition, "own").functions == functions


def test_how_it_is_connected(opened, as_reader):
    (session,) = as_reader.sessions()
    assert (session.server, session.encrypted, session.administers, session.writable) == (
        "MariaDB",
        None,
        False,
        ("many",),
    )
    (session,) = opened.sessions()
    assert session.administers
    assert "Users" in session.writable


def test_a_query_cut_off_is_over_budget_and_the_source_goes_on(opened, socket):
    opened.limit_statements(0.5)
    long, quick = opened.tables["slow"], opened.tables["many"]
    for attempt in (
        lambda: opened.fetch(long.aggregate(n=long.count())),
        lambda: list(opened.batches("slow")),
        lambda: list(opened.stream(long)),
    ):
        with pytest.raises(SourceError) as caught:
            attempt()
        assert caught.value.code == "budget"
        assert opened.fetch(quick.aggregate(n=quick.count())) == [{"n": 50_000}]
    assert connections(socket) == 1


def test_clocks(url, socket):
    cells = {
        "2025-01-01T00:00:00": ("2025-01-01 00:00:00", False),
        "2025-01-01 00:00:00": ("2025-01-01 00:00:00", False),
        "2025-01-01T00:00:00+02:00": ("2024-12-31 22:00:00", False),
        "2025-01-01T00:00:00.25-0530": ("2025-01-01 05:30:00", False),
        "1960-01-01 01:00 +01": ("1960-01-01 00:00:00", False),
        "2025-01-01T00:00:00Z": ("2025-01-01 00:00:00", False), "2025-01-01": ("2025-01-01 00:00:00", False),
        "9999-12-31": ("9999-12-31 00:00:00", False), "1st of May": (None, True), "2025-13-01": (None, True),
        "2025-02-30": (None, True), "0000-00-00": (None, True), "": (None, False), " ": (None, False),
        None: (None, False),
    }  # fmt: skip
    numbers = {
        1735689600: "2025-01-01 00:00:00",
        1735689600000: "2025-01-01 00:00:00",
        -1: "1969-12-31 23:59:59",
        4102444800: "2100-01-01 00:00:00",
    }
    days = {
        "0000-00-00": (None, True),
        "2024-02-00": (None, True),
        "2025-01-01": ("2025-01-01 00:00:00", False),
        None: (None, False),
    }
    with (
        pymysql.connect(
            unix_socket=socket, user="root", database="shop", autocommit=True, sql_mode=""
        ) as raw,
        raw.cursor() as cursor,
    ):
        cursor.execute("CREATE OR REPLACE TABLE clocks(id int, c varchar(60), n bigint, d date, m datetime)")
        for i, cell in enumerate(cells):
            number, day = dict(enumerate(numbers)).get(i), dict(enumerate(days)).get(i)
            cursor.execute("INSERT INTO clocks VALUES (%s, %s, %s, %s, %s)", [i, cell, number, day, day])
    with dataset.open(url) as opened:
        table = opened.tables["clocks"]

        def read(column):
            found = clock(table[column])
            rows = opened.fetch(
                table.select("id", moment=found.moment, wrong=found.unreadable.fill_null(False)).order_by(
                    "id"
                )
            )
            return [(r["moment"] and r["moment"][:19], r["wrong"]) for r in rows]

        assert read("c") == list(cells.values())
        assert [moment for moment, _ in read("n")][: len(numbers)] == list(numbers.values())
        assert read("d")[: len(days)] == read("m")[: len(days)] == list(days.values())
        early = clock(table.m).moment < dt.datetime(2025, 1, 2)
        assert opened.fetch(table.aggregate(n=table.count(where=early))) == [{"n": 1}]


def test_an_audit_of_all_of_it_holds_no_value(opened):
    opened.limit_statements(0.5)
    found = auditkit.audit(opened, as_of="2026-01-01")
    assert {
        o.table for o in found.not_assessed if o.reason and "longer than the time allowed" in o.reason
    } == {"slow"}
    assert not [o for o in found.not_assessed if o.cause == Cause.ERROR and o.table not in ("broken", "slow")]
    assert not any(text in found.to_json() for text in ("jane.roe", "555 01 23", "sec ret", "unix_socket"))


@pytest.mark.parametrize(
    "form",
    [
        "mysql://me:sec ret@127.0.0.1:1/db", "mysql://me:sec@ret@127.0.0.1:x/db", "mariadb://me:secret@[::1/db",
        "mysql://me:secret@127.0.0.1:1/db", "mysql://me:secret@127.0.0.1:1/db?nonsense=secret", "mysql://me:sec#ret@127.0.0.1:1/db?x",
        "mysql+mysqldb://me:secret@127.0.0.1:1/db", "mysql://me:secret@127.0.0.1:1/db?ssl_ca=/secret/ca.pem", "MYSQL://me:secret@127.0.0.1:1/",
        "mysql://me:p%20sec@127.0.0.1:1/db?ssl_mode=DISABLED",
    ],
)  # fmt: skip
def test_no_form_of_a_url_is_repeated(form):
    with pytest.raises(SourceError) as caught:
        dataset.open(form)
    assert not any(part in str(caught.value) + repr(caught.value) for part in ("sec", "ret@", "me:"))
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_a_server_without_tls_opens_where_nothing_asks_for_tls(socket):
    """PyMySQL requires TLS as soon as it gets settings for it."""
    with pymysql.connect(unix_socket=socket, user="root") as raw, raw.cursor() as cursor:
        cursor.execute("SELECT @@port")
        ((port,),) = cursor.fetchall()
    url = f"mysql://reader:sec%20ret%25%40%2F@127.0.0.1:{port}/shop"
    for plain in (url, f"{url}?ssl_mode=PREFERRED", f"{url}?ssl_mode=DISABLED"):
        with dataset.open(plain) as opened:
            assert opened.sessions()[0].encrypted is False
    with pytest.raises(SourceError, match="the server offers no TLS, and the URL requires it"):
        dataset.open(f"{url}?ssl_mode=REQUIRED")
    with pytest.raises(SourceError, match=r"no database of this name|no right on the data"):
        dataset.open(url.replace("/shop", "/shup"))


def test_a_password_is_in_no_message_and_no_repr(as_reader, socket):
    assert "sec ret" not in repr(as_reader._engines) + repr(as_reader.relations)
    with pytest.raises(SourceError, match="could not connect to MySQL: OperationalError 1045") as caught:
        dataset.open(f"mysql://reader:wrong%20pw@localhost/shop?unix_socket={socket}")
    assert "wrong" not in str(caught.value)
