"""The example is made, not found: the same seed gives the same rows, and its lists are what its code says."""

import hashlib
import json
import random
import re
import sqlite3
from collections import Counter
from contextlib import closing
from importlib.resources import files

import pytest

from auditkit import demo
from auditkit.demo import people, texts
from auditkit.demo.faults import FAULTS, pii
from auditkit.demo.helpdesk import Helpdesk
from auditkit.demo.tables import build


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    return demo.write(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def query(example):
    with closing(sqlite3.connect(f"file:{example.database}?mode=ro", uri=True)) as connection:
        connection.create_function(
            "sha256", 1, lambda text: hashlib.sha256((text or "").encode()).hexdigest(), deterministic=True
        )
        yield lambda sql: connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def expected(example):
    return json.loads(example.expected.read_text(encoding="utf-8"))


def test_same_seed_same_bytes(example, tmp_path):
    again = demo.write(tmp_path)
    for name in ("database", "policy", "expected"):
        first, second = getattr(example, name).read_bytes(), getattr(again, name).read_bytes()
        assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest(), name


def test_another_seed_has_other_rows_and_as_many_kinds_of_fault(example, expected, tmp_path):
    other = demo.write(tmp_path, seed=7)
    assert other.database.read_bytes() != example.database.read_bytes()
    places = lambda entries: [(e["check"], e["table"], e["columns"]) for e in entries]
    assert places(json.loads(other.expected.read_text(encoding="utf-8"))) == places(expected)


def test_writing_again_replaces(example, tmp_path):
    demo.write(tmp_path, seed=7)
    again = demo.write(tmp_path)
    assert again.database.read_bytes() == example.database.read_bytes()


def test_the_packaged_list_is_fresh(example):
    """Where this fails and the change is meant: `auditkit demo DIR`, then copy DIR/expected.json into the
    package.
    """
    packaged = files("auditkit.demo").joinpath("expected.json").read_text(encoding="utf-8")
    assert packaged == example.expected.read_text(encoding="utf-8")


def test_size(query):
    tables = [name for (name,) in query("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {name: query(f"SELECT count(*) FROM {name}")[0][0] for name in tables}
    assert rows["tenants"] == 13
    assert 10_000 <= sum(rows.values()) <= 12_000
    assert min(rows.values()) > 0


def test_half_of_the_references_are_declared_and_none_of_these_is_broken(query):
    declared = query(
        'SELECT m.name, f."from" FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type ='
        " 'table'"
    )
    columns = query(
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
    )
    references = {
        place for place in columns if place[1].endswith("_id") and place != ("access_log", "object_id")
    }
    assert set(declared) < references
    assert 0.4 <= len(declared) / len(references) <= 0.6
    assert query("PRAGMA foreign_key_check") == [], "a crossing between tenants is invisible to the database"


def test_no_fault_without_plant():
    """The clean helpdesk holds nothing that the queries of the planted faults would find."""
    desk = build(demo.SEED, demo.TICKETS)
    tenant_of = {
        table: {row["id"]: row.get("tenant_id") for row in rows} for table, rows in desk.tables.items()
    }
    for table, column, parent in (
        ("tickets", "project_id", "projects"), ("tickets", "requester_id", "users"),
        ("tickets", "assignee_id", "users"), ("projects", "owner_id", "users"),
        ("attachments", "ticket_id", "tickets"), ("api_keys", "user_id", "users"),
        ("access_log", "user_id", "users"), ("memberships", "user_id", "users"),
        ("users_2025_06", "id", "users"),
    ):  # fmt: skip
        assert all(row["tenant_id"] == tenant_of[parent][row[column]] for row in desk.tables[table]), (
            table,
            column,
        )
    assert all(row["tenant_id"] for row in desk.tables["attachments"])
    assert not any("@" in row["body"] for table in ("tickets", "comments") for row in desk.tables[table])
    assert (
        min(Counter((s["age_band"], s["gender"], s["region"]) for s in desk.tables["surveys"]).values()) >= 20
    )


# Each count is taken again from the file, by a query that knows nothing of the generator: what follows SELECT
# count(*) FROM.
OVERDUE = "t.closed_at <= '2023-10-23 00:00:00' AND NOT t.legal_hold"
COUNTED = {
    ("tenancy-cross-reference", "tickets", "project_id"): "tickets t JOIN projects p ON p.id = project_id WHERE t.tenant_id <> p.tenant_id",
    ("tenancy-cross-reference", "tickets", "requester_id"): "tickets t JOIN users u ON u.id=requester_id WHERE t.tenant_id <> u.tenant_id",
    ("tenancy-cross-reference", "tickets", "assignee_id"): "tickets t JOIN users p ON p.id = assignee_id WHERE t.tenant_id <> p.tenant_id",
    ("tenancy-missing-key", "attachments", "tenant_id"): "attachments WHERE tenant_id IS NULL",
    ("tenancy-orphan-tenant", "templates", "tenant_id"): "templates WHERE tenant_id NOT IN (SELECT id FROM tenants)",
    ("tenancy-self-reference", "users", "manager_id"): "users u JOIN users p ON p.id = u.manager_id WHERE u.tenant_id <> p.tenant_id",
    ("tenancy-diamond", "comments", "author_id"): """comments c JOIN tickets t ON t.id = c.ticket_id JOIN users u ON u.id = c.author_id
        WHERE t.tenant_id <> u.tenant_id AND u.role <> 'support'""",
    ("tenancy-non-member", "tickets", "requester_id"): """tickets t WHERE t.requester_id NOT IN
        (SELECT user_id FROM memberships m WHERE m.tenant_id = t.tenant_id)""",
    ("tenancy-non-member", "tickets", "assignee_id"): """tickets t WHERE t.assignee_id NOT IN
        (SELECT user_id FROM memberships m WHERE m.tenant_id = t.tenant_id)""",
    ("tenancy-non-member", "comments", "author_id"): """comments c JOIN tickets t ON t.id = c.ticket_id JOIN users u ON u.id = c.author_id
        WHERE u.role <> 'support' AND u.id NOT IN (SELECT user_id FROM memberships m WHERE m.tenant_id = t.tenant_id)""",
    ("tenancy-object-key", "attachments", "object_key"): """attachments a JOIN tenants t ON t.id = a.tenant_id
        WHERE a.object_key LIKE 'uploads/%' AND a.object_key NOT LIKE 'uploads/' || t.slug || '/%'""",
    ("tenancy-embedded-identifier", "tickets", "body"): """tickets c
        WHERE EXISTS (SELECT 1 FROM tenants t WHERE t.id <> c.tenant_id AND instr(c.body, t.slug) > 0)""",
    ("tenancy-shared-credential", "api_keys", "secret_hash"): """api_keys
        WHERE secret_hash IN (SELECT secret_hash FROM api_keys GROUP BY 1 HAVING count(DISTINCT tenant_id) > 1)""",
    ("tenancy-foreign-access", "access_log", "object_id"): """access_log l
        JOIN tickets t ON t.id = l.object_id JOIN users u ON u.id = l.user_id
        WHERE l.route = '/tickets/{id}' AND l.status = 200 AND l.tenant_id <> t.tenant_id AND u.role <> 'support'""",
    ("retention-overdue", "tickets", "closed_at"): f"tickets t WHERE {OVERDUE}",
    ("retention-overdue", "comments", "ticket_id"): f"comments c JOIN tickets t ON t.id = c.ticket_id WHERE {OVERDUE}",
    ("retention-overdue", "attachments", "ticket_id"): f"attachments a JOIN tickets t ON t.id = a.ticket_id WHERE {OVERDUE}",
    ("retention-undated", "tickets", "closed_at"): "tickets WHERE closed_at IS NULL AND status = 'closed'",
    ("retention-soft-delete-residue", "users", "deleted_at"): "users WHERE deleted_at < '2026-10-23' AND email IS NOT NULL",
    ("retention-sentinel-clock", "users", "last_seen_at"): "users WHERE last_seen_at > '2026-11-23'",
    ("pii-undeclared", "users", "birth_date"): "users WHERE birth_date IS NOT NULL",
    ("pii-undeclared", "tickets", "contact_email"): "tickets WHERE contact_email IS NOT NULL",
    ("pii-undeclared", "comments", "source_ip"): "comments WHERE source_ip IS NOT NULL",
    ("pii-child", "users", "birth_date"): "users WHERE birth_date > '2010-11-22' AND birth_date <= '2026-11-22'",
    ("pii-secret", "api_keys", "label"): "api_keys WHERE instr(label, ' ghp_') > 0",
    ("reidentification-low-k", "surveys"): """surveys NATURAL JOIN
        (SELECT age_band, gender, region FROM surveys GROUP BY 1, 2, 3 HAVING count(*) < 5)""",
    ("reidentification-declared-anonymous", "surveys"): """surveys NATURAL JOIN
        (SELECT age_band, gender, region FROM surveys GROUP BY 1, 2, 3 HAVING count(*) < 5)""",
    ("reidentification-unique-combination", "surveys"): "(SELECT 1 FROM surveys GROUP BY age_band, gender, region HAVING count(*) = 1)",
    ("reidentification-rare-value", "surveys", "region"): "surveys WHERE region = 'abroad'",
    ("reidentification-k-map", "surveys"): "surveys NATURAL JOIN (SELECT age_band, gender, region FROM census WHERE people < 5)",
    ("reidentification-small-cell", "survey_results"): "survey_results WHERE respondents < 5 OR respondents IS NULL",
    ("reidentification-tenant-k", "memberships"): "memberships WHERE role = 'auditor'",
    ("reidentification-low-person-k", "study_visits"): """study_visits NATURAL JOIN (SELECT pseudonym FROM (
        SELECT pseudonym, count(*) OVER (PARTITION BY way) n FROM (SELECT pseudonym, group_concat(place) way
        FROM (SELECT * FROM study_visits ORDER BY pseudonym, place) GROUP BY 1)) WHERE n < 5)""",
    ("reidentification-weak-hash", "study_visits", "pseudonym"): "study_visits WHERE pseudonym IN (SELECT sha256(email) FROM users)",
    ("reidentification-weak-hash", "study_participants", "pseudonym"): """study_participants
        WHERE pseudonym IN (SELECT sha256(email) FROM users)""",
    ("reidentification-reversible-pseudonym", "study_visits", "pseudonym"): """study_visits
        WHERE pseudonym IN (SELECT pseudonym FROM study_participants)""",
    ("reidentification-declared-anonymous", "study_visits"): "study_visits WHERE pseudonym IN (SELECT pseudonym FROM study_participants)",
    ("reidentification-linkable-pseudonym", "study_participants", "pseudonym"): """study_participants
        WHERE pseudonym IN (SELECT pseudonym FROM study_visits)""",
    ("access-error-leak", "access_log", "error"): "access_log WHERE error LIKE '%Error%'",
    ("access-secret-in-url", "automations", "action"): "automations WHERE action LIKE '%?token=%'",
    ("access-plaintext-credential", "users", "password_hash"): "users WHERE length(password_hash) = 32",
    ("access-stale-credential", "api_keys", "last_used_at"): """api_keys
        WHERE revoked_at IS NULL AND last_used_at <= '2026-08-24 00:00:00'""",
    ("access-stale-credential", "api_keys", "created_at"): "api_keys WHERE revoked_at IS NULL AND created_at <= '2024-11-22 00:00:00'",
    ("pii-misnamed", "mailings", "recipient"): "mailings WHERE recipient LIKE '%@%.example'",
    ("retention-offboarded-tenant", "surveys"): "surveys s JOIN tenants t ON t.id = s.tenant_id WHERE t.closed_at < '2026-10-23'",
    ("retention-offboarded-tenant", "templates"): "templates s JOIN tenants t ON t.id = s.tenant_id WHERE t.closed_at < '2026-10-23'",
    ("retention-inactive-subject", "users"): """users u WHERE last_seen_at <= '2024-05-22'
        AND id NOT IN (SELECT requester_id FROM tickets WHERE created_at > '2024-05-22')
        AND id NOT IN (SELECT author_id FROM comments WHERE created_at > '2024-05-22')
        AND id NOT IN (SELECT user_id FROM access_log) AND id NOT IN (SELECT user_id FROM mailings)""",
    ("retention-residence", "memberships", "ended_at"): "memberships WHERE ended_at <= '2025-10-23'",
    ("retention-tenant-override", "surveys", "submitted_at"): """surveys s JOIN tenants t ON t.id = s.tenant_id
        WHERE s.submitted_at <= CASE t.survey_retention WHEN 'P6M' THEN '2026-04-23' WHEN 'P1Y' THEN '2025-10-23' END""",
    ("retention-hold-hygiene", "legal_holds"): """legal_holds
        WHERE released_at IS NULL AND (placed_at IS NULL OR reviewed_at <= '2025-11-22')""",
    ("retention-hold-hygiene", "tickets"): """tickets t JOIN legal_holds h ON h.user_id = t.requester_id
        WHERE t.legal_hold AND h.released_at IS NOT NULL""",
    ("retention-premature", "tickets", "closed_at"): """deletion_log
        WHERE deleted_at < datetime(period_start, '+6 months') AND reason <> 'erasure request'""",
    ("retention-after-withdrawal", "mailings"): """mailings m JOIN withdrawals w ON w.user_id = m.user_id
        WHERE m.sent_at > w.at AND (w.regiven_at IS NULL OR m.sent_at < w.regiven_at)""",
    ("retention-copy", "users_2025_06"): "users_2025_06 WHERE id NOT IN (SELECT id FROM users)",
    ("tenancy-canary", "tickets", "body"): """tickets k
        WHERE EXISTS (SELECT 1 FROM tenants t WHERE t.id <> k.tenant_id AND instr(k.body, t.canary) > 0)""",
    ("tenancy-shared-object", "attachments", "object_key"): """attachments WHERE object_key IN
        (SELECT object_key FROM attachments GROUP BY 1 HAVING count(DISTINCT tenant_id) BETWEEN 2 AND 5)""",
    ("tenancy-json-reference", "automations", "action"): """automations a JOIN projects p ON p.id = a.action ->> '$.then.project_id'
        WHERE a.tenant_id <> p.tenant_id""",
    ("tenancy-rollup-mismatch", "tenants", "ticket_count"): """tenants t
        WHERE ticket_count <> (SELECT count(*) FROM tickets k WHERE k.tenant_id = t.id) AND t.status = 'active'""",
    ("tenancy-vector-scope", "article_vectors", "embedding"): """article_vectors v WHERE tenant_id <>
        (SELECT tenant_id FROM article_vectors o WHERE o.namespace = v.namespace GROUP BY 1 ORDER BY count(*) DESC LIMIT 1)""",
    ("tenancy-enumeration", "access_log", "object_id"): """(SELECT 1 FROM
        (SELECT session, object_id - row_number() OVER (PARTITION BY session ORDER BY object_id) AS run FROM access_log)
        GROUP BY session, run HAVING count(*) > 20)""",
    ("tenancy-session-flip", "access_log", "session"): """(SELECT route, tenant_id, lag(tenant_id)
        OVER (PARTITION BY session ORDER BY at) AS before FROM access_log) WHERE tenant_id <> before AND route <> '/login'""",
    ("tenancy-header-mismatch", "access_log", "header_tenant"): "access_log WHERE header_tenant <> token_tenant AND status = 200",
    ("tenancy-unscoped-query", "query_log", "query"): """query_log
        WHERE role = 'app' AND query LIKE '%FROM tickets%' AND query NOT LIKE '%tenant_id = ?%'""",
    ("minimisation-bystander", "contacts"): "contacts WHERE email NOT IN (SELECT contact_email FROM invitations)",
    ("minimisation-derivable", "contacts", "full_name"): "contacts WHERE full_name = first_name || ' ' || last_name",
    ("minimisation-excess-precision", "comments", "source_ip"): "comments WHERE source_ip NOT LIKE '%.0' AND source_ip NOT LIKE '%::'",
    ("minimisation-raw-payload", "invitations", "provider_response"): """invitations
        WHERE provider_response ->> '$.to' = contact_email""",
    ("minimisation-redundant-copy", "mailings", "recipient"): "mailings m JOIN users u ON u.id = m.user_id WHERE u.email = m.recipient",
}  # fmt: skip


def test_every_count_of_rows_has_its_query(expected):
    counted = {
        (e["check"], e["table"], *e["columns"][:1])
        for e in expected
        if e["rows"] is not None and e["check"] != "pii-free-text"
    }
    assert counted == set(COUNTED)


@pytest.mark.parametrize("place", COUNTED, ids=" ".join)
def test_the_file_holds_what_the_list_says(query, expected, place):
    (entry,) = [e for e in expected if (e["check"], e["table"], *e["columns"][:1]) == place]
    assert entry["rows"] > 0
    assert query(f"SELECT count(*) FROM {COUNTED[place]}") == [(entry["rows"],)]


MENTIONS = {
    "EMAIL_ADDRESS": r"\S+@\S+\.example",
    "PHONE_NUMBER": r"\+(?:44 20 7946 0|1 202-555-01|49 30 23125|33 1 99 00|46 8 465 004)[\d ]*",
    "IBAN_CODE": "|".join(map(re.escape, pii.IBANS)),
    "CREDIT_CARD": "|".join(map(re.escape, pii.CARDS)),
}


@pytest.mark.parametrize("table", ["tickets", "comments"])
def test_mentions_inside_text(query, expected, table):
    (entry,) = [e for e in expected if (e["check"], e["table"]) == ("pii-free-text", table)]
    bodies = [body for (body,) in query(f"SELECT body FROM {table}")]
    found = {
        entity: sum(bool(re.search(pattern, body)) for body in bodies) for entity, pattern in MENTIONS.items()
    }
    assert {entity: n for entity, n in found.items() if n} == entry["detail"]
    assert sum(entry["detail"].values()) == entry["rows"], "no cell holds two"


def test_a_column_that_nearly_nobody_fills(query, expected):
    (entry,) = [e for e in expected if e["check"] == "minimisation-empty-column"]
    ((rows, filled),) = query("SELECT count(*), count(fax_number) FROM users")
    assert rows >= 500
    assert entry["detail"]["empty"] == rows - filled >= 0.95 * rows


def test_traps_are_there(query):
    """What must stay quiet can only prove anything while it is there."""
    one = lambda sql: query(sql)[0][0]
    assert one("SELECT count(disability) FROM users") > 50
    assert one("SELECT count(*) FROM tickets WHERE legal_hold AND closed_at < '2023-10-23'") == 5
    assert one("SELECT count(*) FROM comments c JOIN tickets t ON t.id = c.ticket_id WHERE t.legal_hold") > 0
    assert one("SELECT count(*) FROM tickets WHERE closed_at = '2023-10-23 00:00:00'") == 1
    assert one("SELECT count(*) FROM tickets WHERE closed_at = '2023-10-23 00:00:01'") == 1
    assert one("SELECT count(*) FROM tickets WHERE status = 'open' AND closed_at IS NULL") > 100
    assert one("SELECT count(*) FROM templates WHERE tenant_id IS NULL") == 4
    assert (
        one("SELECT count(*) FROM access_log l JOIN users u ON u.id = l.user_id WHERE u.role = 'support'")
        == 60
    )
    assert one("SELECT count(*) FROM access_log WHERE status = 403 AND header_tenant = token_tenant") == 5
    assert one("SELECT count(*) FROM access_log WHERE status = 403 AND header_tenant <> token_tenant") == 3
    assert one("SELECT count(DISTINCT session) FROM access_log WHERE route = '/login'") == 1
    assert (
        one(
            "SELECT count(*) FROM (SELECT 1 FROM access_log GROUP BY session HAVING count(DISTINCT object_id)"
            " = 12)"
        )
        == 1
    )
    assert (
        one(
            "SELECT count(*) FROM (SELECT user_id FROM memberships GROUP BY 1 HAVING count(DISTINCT"
            " tenant_id) > 1)"
        )
        == 5
    )
    assert one("SELECT count(*) FROM projects WHERE id IN (SELECT id FROM tenants)") == 13
    assert (
        one(
            "SELECT count(*) FROM users WHERE deleted_at < '2026-10-23' AND email IS NULL AND full_name IS"
            " NULL"
        )
        == 8
    )
    assert one("SELECT count(*) FROM users WHERE birth_date = '2010-11-22'") == 1
    assert one("SELECT count(*) FROM users WHERE birth_date = '1900-01-01'") == 3
    assert one("SELECT count(*) FROM users WHERE last_seen_at <= '2024-05-22'") == 5 + 4, (
        "four of whom something was heard"
    )
    assert one("SELECT count(*) FROM tenants WHERE closed_at > '2026-10-23'") == 1
    assert (
        one(
            "SELECT count(*) FROM surveys s JOIN tenants t ON t.id = s.tenant_id WHERE t.survey_retention ="
            " 'P1Y'"
        )
        > 30
    )
    assert one("SELECT count(*) FROM memberships WHERE ended_at > '2025-10-23'") == 40
    assert one("SELECT count(*) FROM legal_holds WHERE released_at IS NOT NULL AND reviewed_at IS NULL") == 2
    assert one("SELECT count(*) FROM deletion_log WHERE reason = 'erasure request'") == 3
    assert (
        one(
            "SELECT count(*) FROM withdrawals w JOIN mailings m ON m.user_id = w.user_id WHERE m.sent_at >"
            " w.regiven_at"
        )
        >= 2
    )
    assert one("SELECT count(*) FROM users_2025_06 c JOIN users u ON u.id = c.id AND u.email = c.email") > 30
    assert (
        one(
            "SELECT count(*) FROM tickets k JOIN tenants t ON t.id = k.tenant_id WHERE instr(k.body,"
            " t.canary) > 0"
        )
        == 11
    )
    assert one("SELECT count(DISTINCT tenant_id) FROM attachments WHERE object_key LIKE 'assets/%'") == 7
    assert one("SELECT count(*) FROM article_vectors WHERE namespace IS NULL") == 11
    assert one("SELECT count(*) FROM query_log WHERE role = 'dba'") == 1


def test_every_fault_says_what_it_is():
    names = [fault.__name__ for fault in FAULTS]
    assert len(set(names)) == len(names)
    assert all(fault.__doc__ for fault in FAULTS)


def test_nothing_could_reach_anybody(query):
    """Mailboxes end in a reserved domain, numbers lie in blocks kept for fiction, addresses in blocks kept
    for documentation.
    """
    fiction = re.compile(MENTIONS["PHONE_NUMBER"])
    for (email,) in query(
        "SELECT email FROM users WHERE email IS NOT NULL UNION SELECT contact_email FROM tickets WHERE"
        " contact_email IS NOT NULL UNION SELECT email FROM users_2025_06 UNION SELECT recipient FROM"
        " mailings UNION SELECT email FROM contacts"
    ):
        assert re.fullmatch(r"[a-z0-9.]+@[a-z0-9-]+\.example", email)
    for (number,) in query(
        "SELECT phone FROM users WHERE phone IS NOT NULL UNION SELECT fax_number FROM users WHERE fax_number"
        " IS NOT NULL"
    ):
        assert fiction.fullmatch(number)
    for (address,) in query("SELECT ip_address FROM access_log UNION SELECT source_ip FROM comments"):
        assert address.startswith(("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:"))


def test_texts_read_like_texts():
    rng = random.Random(1)
    written = [texts.ticket(rng) for _ in range(500)] + [("", texts.reply("agent", rng)) for _ in range(200)]
    assert not any("{" in text or "}" in text for pair in written for text in pair)
    assert len({body for _, body in written}) > 400


def test_names_of_many_cultures_have_mailboxes():
    rng = random.Random(1)
    names = {people.full_name(rng) for _ in range(3000)}
    assert len(names) > 1000
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+", people.mailbox(name)) for name in names)


def test_take_never_gives_a_row_twice():
    desk = Helpdesk(1, {"t": [{"id": n} for n in range(10)]})
    chosen = [row["id"] for _ in range(5) for row in desk.take("t", 2, random.Random(3))]
    assert sorted(chosen) == list(range(10))
    with pytest.raises(ValueError, match="larger than population"):
        desk.take("t", 1, random.Random(3))


def test_the_policy_loads_and_speaks_of_tables_that_are_there(example, query):
    from auditkit.policy import Policy

    policy = Policy.load(example.policy)
    columns = {}
    for table, column in query(
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
    ):
        columns.setdefault(table, set()).add(column)
    assert set(policy.tables) <= set(columns)
    for name, table in policy.tables.items():
        gone = {"middle_name"} if name == "users" else set()  # one of the planted faults
        assert set(table.columns) - columns[name] == gone, name
        assert set(table.quasi_identifiers or ()) <= columns[name], name
