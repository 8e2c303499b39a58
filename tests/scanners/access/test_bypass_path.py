from __future__ import annotations

CHECK = "access-bypass-path"


def paths(found):
    return {key: f.detail["path"] for key, f in found.items()}


def test_a_role_that_may_become_a_stronger_one(desk):
    assert [o.verdict for o in desk.audit(CHECK).outcomes] == ["passed"]
    desk.run(
        "ALTER ROLE desk_boss BYPASSRLS; GRANT desk_boss TO desk_person; GRANT desk_person TO desk_app WITH"
        " INHERIT FALSE"
    )
    found = desk.found(CHECK)
    assert paths(found) == {(None, "desk_app > desk_boss"): "member of BYPASSRLS"}
    (finding,) = found.values()
    assert (finding.severity, finding.confidence, finding.detail["ddl"]) == (
        "high",
        "high",
        "REVOKE desk_person FROM desk_app",
    )
    desk.mend(CHECK)
    assert desk.found(CHECK) == {}


def test_a_member_of_the_owner_or_of_a_superuser(desk):
    desk.run("GRANT desk_owner TO desk_app; ALTER ROLE desk_boss SUPERUSER; GRANT desk_boss TO desk_anon")
    assert paths(desk.found(CHECK)) == {
        (None, "desk_app > desk_owner"): "member of owner",
        (None, "desk_anon > desk_boss"): "member of superuser",
    }
    desk.mend(CHECK)
    assert desk.found(CHECK) == {}


def test_a_view_that_reads_as_its_owner(desk):
    desk.run("CREATE VIEW everybody AS SELECT id, email FROM people; GRANT SELECT ON everybody TO desk_app")
    (finding,) = desk.audit(CHECK).findings
    assert (finding.table, finding.target, finding.detail["path"], finding.detail["roles"]) == (
        "people",
        "everybody",
        "view",
        "desk_app",
    )
    desk.mend(CHECK)
    assert desk.found(CHECK) == {}
    with desk.owner.transaction(force_rollback=True):
        desk.run("SET LOCAL ROLE desk_app; SET LOCAL app.tenant_id = '2'")
        assert desk.owner.execute("SELECT count(*) FROM everybody").fetchone() == (4,)


def test_a_view_whose_owner_is_bound_is_no_way_and_one_that_nobody_reads_neither(desk):
    desk.run(
        "CREATE VIEW bound AS SELECT * FROM people; GRANT SELECT ON bound TO desk_app; ALTER VIEW bound OWNER"
        " TO desk_owner"
    )
    desk.run("CREATE VIEW unread AS SELECT * FROM people")
    assert desk.found(CHECK) == {}
    desk.run("ALTER TABLE people NO FORCE ROW LEVEL SECURITY")
    assert paths(desk.found(CHECK)) == {("people", "bound"): "view"}


def test_a_view_that_asks_for_the_tenant_itself_is_one_of_the_guards(desk):
    desk.run(
        "CREATE VIEW mine AS SELECT * FROM people WHERE tenant_id = current_setting('app.tenant_id')::integer"
    )
    desk.run("CREATE VIEW other AS SELECT * FROM people WHERE id > current_setting('app.tenant_id')::integer")
    desk.run("GRANT SELECT ON mine, other TO desk_app")
    assert paths(desk.found(CHECK)) == {("people", "other"): "view"}


def test_a_view_that_asks_for_the_tenant_through_another_table(desk):
    desk.run("CREATE TABLE members (tenant_id integer, login name)")
    member = "SELECT m.tenant_id FROM members m WHERE m.login {} CURRENT_USER"
    for name, compares in (("mine", "="), ("others", "<>")):
        desk.run(f"CREATE VIEW {name} AS SELECT * FROM people WHERE tenant_id IN ({member.format(compares)})")
    desk.run("GRANT SELECT ON mine, others TO desk_app")
    assert paths(desk.found(CHECK)) == {("people", "others"): "view"}


def test_a_view_of_people_that_visitors_may_not_read_themselves(desk):
    desk.run(
        "CREATE TABLE profiles (id integer, full_name text, score integer); CREATE VIEW scores AS SELECT"
        " score FROM profiles; CREATE VIEW cards AS SELECT id, full_name FROM profiles"
    )
    desk.run("GRANT SELECT ON scores, cards TO desk_app")
    assert desk.found(CHECK) == {}
    desk.run("GRANT SELECT ON scores, cards TO desk_anon")
    assert paths(desk.found(CHECK)) == {("profiles", "cards"): "view"}
    desk.mend(CHECK)
    assert desk.found(CHECK) == {}


def test_a_view_over_a_view_reads_as_the_outer_owner(desk):
    desk.run("CREATE VIEW inner_view WITH (security_invoker = true) AS SELECT * FROM people")
    desk.run("CREATE VIEW outer_view AS SELECT * FROM inner_view; GRANT SELECT ON outer_view TO desk_app")
    assert paths(desk.found(CHECK)) == {("people", "outer_view"): "view"}
    desk.run("ALTER VIEW outer_view SET (security_invoker = true)")
    assert desk.found(CHECK) == {}


def test_a_copy_that_no_policy_binds(desk):
    desk.run("CREATE MATERIALIZED VIEW kept AS SELECT * FROM projects; GRANT SELECT ON kept TO PUBLIC")
    found = desk.found(CHECK)
    assert paths(found) == {("projects", "kept"): "materialised view"}
    assert found["projects", "kept"].detail["ddl"] == "REVOKE SELECT ON kept FROM PUBLIC"
    desk.mend(CHECK)
    assert desk.found(CHECK) == {}


def test_a_partition_that_is_granted_by_itself(desk):
    desk.run("CREATE TABLE visits (id integer, tenant_id integer) PARTITION BY LIST (tenant_id)")
    desk.run(
        "CREATE TABLE visits_1 PARTITION OF visits FOR VALUES IN (1); CREATE TABLE visits_2 PARTITION OF"
        " visits FOR VALUES IN (2)"
    )
    desk.run("ALTER TABLE visits ENABLE ROW LEVEL SECURITY; GRANT SELECT ON visits, visits_2 TO desk_app")
    assert paths(desk.found(CHECK)) == {("visits", "visits_2"): "partition"}
    desk.mend(CHECK)
    assert desk.found(CHECK) == {}


def test_a_child_table(desk):
    desk.run("CREATE TABLE people_old () INHERITS (people); GRANT SELECT ON people_old TO desk_app")
    assert paths(desk.found(CHECK)) == {("people", "people_old"): "child table"}


def test_a_foreign_table_cannot_be_put_under_it(desk):
    desk.run("CREATE FOREIGN DATA WRAPPER nowhere; CREATE SERVER files FOREIGN DATA WRAPPER nowhere")
    try:
        desk.run("CREATE FOREIGN TABLE far (id integer, tenant_id integer) SERVER files")
        assert desk.found(CHECK) == {}
        desk.run("GRANT SELECT ON far TO desk_app")
        found = desk.found(CHECK)
        assert paths(found) == {(None, "far"): "foreign table"}
        assert next(iter(found.values())).severity == "medium"
        desk.mend(CHECK)
        assert desk.found(CHECK) == {}
    finally:
        desk.run("DROP FOREIGN DATA WRAPPER nowhere CASCADE")


def test_a_function_that_looks_names_up_where_its_caller_says(desk):
    desk.run(
        "CREATE FUNCTION people_of(t integer) RETURNS bigint LANGUAGE sql SECURITY DEFINER RETURN (SELECT"
        " count(*) FROM people)"
    )
    found = desk.found(CHECK)
    assert paths(found) == {(None, "people_of"): "definer's function"}
    assert (
        found[None, "people_of"].detail["ddl"]
        == "ALTER ROUTINE people_of(t integer) SET search_path = pg_catalog, public, pg_temp"
    )
    desk.run("REVOKE EXECUTE ON FUNCTION people_of FROM PUBLIC")
    assert desk.found(CHECK) == {}, "nobody else may call it"
    desk.run("GRANT EXECUTE ON FUNCTION people_of TO desk_anon")
    assert found.keys() == desk.found(CHECK).keys()
    desk.mend(CHECK)
    assert desk.found(CHECK) == {}


def test_a_function_of_an_owner_who_is_bound_is_no_way(desk):
    desk.run(
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql SECURITY DEFINER RETURN 1; ALTER FUNCTION f() OWNER"
        " TO desk_owner"
    )
    assert desk.found(CHECK) == {}


def test_without_declared_roles_every_ordinary_role_counts_and_it_is_less_sure(desk):
    desk.run("CREATE VIEW everybody AS SELECT id FROM people; GRANT SELECT ON everybody TO desk_person")
    assert desk.found(CHECK) == {}
    desk.run("GRANT USAGE ON SCHEMA public TO desk_person")
    (finding,) = desk.audit(CHECK, policy=None).findings
    assert (finding.target, finding.detail["roles"], finding.confidence) == (
        "everybody",
        "desk_person",
        "medium",
    )


def test_where_nothing_is_under_it_there_is_nothing_to_pass_by(desk):
    for table in ("tenants", "projects", "people", "tasks"):
        desk.run(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    assert [o.cause.value for o in desk.audit(CHECK).outcomes] == ["not_applicable"]


def test_views_that_read_each_other_are_no_way_and_no_error(desk):
    desk.run("CREATE VIEW one AS SELECT 1 AS id; CREATE VIEW other AS SELECT id FROM one")
    desk.run("CREATE OR REPLACE VIEW one AS SELECT o.id FROM other o; GRANT SELECT ON one, other TO desk_app")
    assert desk.found(CHECK) == {}
    desk.run("CREATE OR REPLACE VIEW one AS SELECT o.id FROM other o UNION SELECT id FROM people")
    assert paths(desk.found(CHECK)) == {("people", "one"): "view", ("people", "other"): "view"}


def test_a_part_of_a_part(desk):
    desk.run("CREATE TABLE visits (id integer, tenant_id integer) PARTITION BY LIST (tenant_id)")
    desk.run("CREATE TABLE visits_1 PARTITION OF visits FOR VALUES IN (1) PARTITION BY LIST (id)")
    desk.run(
        "CREATE TABLE visits_1_1 PARTITION OF visits_1 FOR VALUES IN (1); GRANT SELECT ON visits, visits_1_1"
        " TO desk_app"
    )
    desk.run("ALTER TABLE visits ENABLE ROW LEVEL SECURITY")
    assert paths(desk.found(CHECK)) == {("visits", "visits_1_1"): "partition"}
    desk.mend(CHECK)
    assert desk.found(CHECK) == {}


ROWS = "RETURNS SETOF people LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS"
ALL_PEOPLE = f"CREATE FUNCTION all_people() {ROWS} 'SELECT * FROM people'"


def test_a_function_that_hands_out_rows(desk):
    desk.run(ALL_PEOPLE)
    found = desk.found(CHECK)
    assert paths(found) == {("people", "all_people"): "function that returns rows"}
    assert found["people", "all_people"].detail["roles"] == "desk_anon, desk_app"
    desk.mend(CHECK)
    assert desk.found(CHECK) == {}
    desk.run("GRANT EXECUTE ON FUNCTION all_people TO desk_anon")
    assert found.keys() == desk.found(CHECK).keys()
    desk.mend(CHECK)
    assert desk.found(CHECK) == {}


def test_the_tables_of_a_function_and_whose_rows_it_returns(desk):
    own = "tenant_id = current_setting(''app.tenant_id'')::integer"
    documents = ROWS.replace("SETOF people", "json")
    desk.run(
        f"CREATE FUNCTION mine() {ROWS} 'SELECT * FROM people WHERE {own}'",
        f"CREATE FUNCTION by_email(e text) {ROWS} 'SELECT p.* FROM people p WHERE p.email = e'",
        f"CREATE FUNCTION counted() {ROWS.replace('SETOF people', 'bigint')} 'SELECT count(*) FROM people'",
        f"CREATE FUNCTION whole() {documents} 'SELECT json_agg(p) FROM people p'",
        f"CREATE FUNCTION inside() {documents} 'SELECT json_agg((SELECT json_agg(t) FROM tasks t WHERE"
        f" t.project_id = p.id)) FROM projects p WHERE p.{own}'",
        f"CREATE FUNCTION loud() {ROWS.replace('sql', 'plpgsql')} 'BEGIN RETURN QUERY SELECT * FROM people;"
        " END'",
        f"CREATE FUNCTION shy() {ROWS.replace('sql', 'plpgsql')} 'BEGIN IF current_user <> ''x'' THEN RAISE"
        " ''no''; END IF; RETURN QUERY SELECT * FROM people; END'",
    )
    assert set(paths(desk.found(CHECK))) == {("people", name) for name in ("by_email", "whole", "loud")}


def test_a_function_whose_owner_is_bound_hands_out_nothing_more(desk):
    desk.run(ALL_PEOPLE, "ALTER FUNCTION all_people() OWNER TO desk_owner")
    assert desk.found(CHECK) == {}
    desk.run("ALTER TABLE people NO FORCE ROW LEVEL SECURITY")
    assert set(desk.found(CHECK)) == {("people", "all_people")}


def test_a_function_goes_around_rights_where_nothing_is_under_row_level_security(desk):
    for table in ("tenants", "projects", "people", "tasks"):
        desk.run(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    desk.run(ALL_PEOPLE)
    (found,) = desk.audit(CHECK).findings
    assert found.detail["roles"] == "desk_anon", "the application reads the table itself"
