from __future__ import annotations

import auditkit

CHECK = "access-rls-missing"


def tables(found):
    return {f.table: f for f in found.findings}


def test_a_table_of_tenants_without_it_is_found_until_the_statements_put_it_under(desk):
    assert {o.table for o in desk.audit(CHECK).passed} == {"tenants", "projects", "people", "tasks"}
    desk.run(
        "DROP POLICY own ON people; ALTER TABLE people DISABLE ROW LEVEL SECURITY; ALTER TABLE people NO"
        " FORCE ROW LEVEL SECURITY"
    )
    (found,) = desk.audit(CHECK).findings
    assert (found.table, found.severity, found.confidence) == ("people", "high", "high")
    assert (found.detail["roles"], found.detail["reached_by"], found.detail["policies"]) == ("desk_app", 1, 0)
    desk.mend(CHECK)
    assert desk.audit(CHECK).findings == ()
    for check in ("access-weak-policy", "access-rls-not-forced", "access-bypass-path"):
        assert desk.audit(check).findings == (), check
    with desk.owner.transaction(force_rollback=True):
        desk.run("SET LOCAL ROLE desk_app; SET LOCAL app.tenant_id = '1'")
        assert desk.owner.execute("SELECT count(*) FROM people").fetchone() == (3,)


def test_every_table_is_mended_by_what_tells_its_tenant(desk):
    for table in ("tenants", "projects", "people", "tasks"):
        desk.run(f"DROP POLICY own ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    found = tables(desk.audit(CHECK))
    assert {t: f.severity.value for t, f in found.items()} == dict.fromkeys(
        ("tenants", "projects", "people", "tasks"), "medium"
    )
    assert (
        "EXISTS (SELECT 1 FROM projects WHERE projects.id = tasks.project_id AND projects.tenant_id"
        in found["tasks"].detail["ddl"]
    )
    desk.mend(CHECK)
    assert [desk.audit(c).findings for c in (CHECK, "access-weak-policy")] == [(), ()]
    assert (
        len(desk.audit("access-tenant-probe", "probe: {role: desk_app, setting: app.tenant_id}").passed) == 4
    )


def test_policies_that_wait_for_it_to_be_turned_on_are_told_and_kept(desk):
    desk.run("ALTER TABLE projects DISABLE ROW LEVEL SECURITY")
    (found,) = desk.audit(CHECK).findings
    assert found.detail["policies"] == 1
    assert "CREATE POLICY" not in found.detail["ddl"]
    desk.mend(CHECK)
    assert desk.audit(CHECK).findings == ()


def test_what_nobody_else_reaches_needs_none(desk):
    desk.run("ALTER TABLE people DISABLE ROW LEVEL SECURITY; REVOKE ALL ON people FROM desk_app")
    assert desk.audit(CHECK).findings == ()
    desk.run("GRANT SELECT (email) ON people TO desk_anon")
    assert {t: f.detail["roles"] for t, f in tables(desk.audit(CHECK)).items()} == {"people": "desk_anon"}


def test_a_right_without_the_schema_reaches_nothing_and_administrators_do_not_count(desk):
    desk.run("ALTER TABLE people DISABLE ROW LEVEL SECURITY; REVOKE ALL ON people FROM desk_app")
    desk.run("GRANT SELECT ON people TO desk_boss, desk_person; GRANT USAGE ON SCHEMA public TO desk_boss")
    policy = (
        "{version: 1, name: D, tenancy: {root: tenants, key: tenant_id}, roles: {administrator: [desk_boss]}}"
    )
    assert desk.audit(CHECK, policy=policy).findings == ()
    desk.run("GRANT USAGE ON SCHEMA public TO desk_person")
    assert tables(desk.audit(CHECK, policy=policy))["people"].detail["roles"] == "desk_person"


def test_a_right_by_membership_reaches_it(desk):
    desk.run("ALTER TABLE people DISABLE ROW LEVEL SECURITY; REVOKE ALL ON people FROM desk_app")
    desk.run("GRANT SELECT ON people TO desk_person; GRANT desk_person TO desk_app")
    assert tables(desk.audit(CHECK))["people"].detail["roles"] == "desk_app"


def test_a_shared_table_belongs_to_nobody_and_null_may_be_everybodys(desk):
    assert "plans" not in {o.table for o in desk.audit(CHECK).outcomes}
    desk.run("DROP POLICY own ON people; ALTER TABLE people DISABLE ROW LEVEL SECURITY")
    shared = (
        "{version: 1, name: D, tenancy: {root: tenants, key: tenant_id, null_is_shared: [people]}, roles:"
        " {application: [desk_app]}}"
    )
    assert "tenant_id IS NULL) WITH CHECK" in tables(desk.audit(CHECK, policy=shared))["people"].detail["ddl"]
    for finding in desk.audit(CHECK, policy=shared).findings:
        desk.run(finding.detail["ddl"])
    assert [desk.audit(c, policy=shared).findings for c in (CHECK, "access-weak-policy")] == [(), ()]


def test_the_setting_is_the_one_that_the_other_policies_read(desk):
    for table in ("tenants", "projects", "tasks"):
        desk.run(f"DROP POLICY own ON {table}")
    desk.run(
        "DROP POLICY own ON people; CREATE POLICY own ON people USING (tenant_id ="
        " current_setting('desk.tenant')::integer)"
    )
    desk.run("ALTER TABLE projects DISABLE ROW LEVEL SECURITY")
    assert "current_setting('desk.tenant')" in desk.audit(CHECK).findings[0].detail["ddl"]


def test_a_table_that_the_audit_may_not_read_is_judged_by_its_columns_or_not_at_all(desk):
    desk.run("ALTER TABLE people DISABLE ROW LEVEL SECURITY; ALTER TABLE tasks DISABLE ROW LEVEL SECURITY")
    desk.run("GRANT USAGE ON SCHEMA public TO desk_person; GRANT SELECT ON tenants, projects TO desk_person")
    desk.run("ALTER ROLE desk_person BYPASSRLS")
    audit = desk.audit(CHECK, role="desk_person")
    assert {f.table for f in audit.findings} == {"people"}
    assert {(o.table, o.cause.value) for o in audit.not_assessed} == {("tasks", "no_right")}


def test_an_audit_that_is_shut_out_by_row_level_security_judges_the_catalogue_all_the_same(desk):
    desk.run(
        "GRANT USAGE ON SCHEMA public TO desk_person; GRANT SELECT ON ALL TABLES IN SCHEMA public TO"
        " desk_person"
    )
    audit = desk.audit(CHECK, role="desk_person")
    assert {o.table for o in audit.passed} == {"tenants", "projects", "people", "tasks"}
    desk.run("ALTER TABLE people DISABLE ROW LEVEL SECURITY; ALTER TABLE tasks DISABLE ROW LEVEL SECURITY")
    audit = desk.audit(CHECK, role="desk_person")
    assert {(f.table, f.severity, f.confidence) for f in audit.findings} == {("people", "high", "high")}
    assert {(o.table, o.cause.value) for o in audit.not_assessed} == {("tasks", "unseen")}, (
        "who tells its tenant cannot be read"
    )


def test_mariadb_has_none_and_without_a_boundary_it_is_undeclared(desk, mariadb_server):
    import pymysql

    with pymysql.connect(unix_socket=mariadb_server, user="root", autocommit=True).cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS audited")
        cursor.execute("CREATE DATABASE audited")
        cursor.execute("CREATE TABLE audited.t (id INT)")
    (outcome,) = auditkit.audit(
        f"mysql://root@localhost/audited?unix_socket={mariadb_server}", checks=[CHECK], strict=True
    ).outcomes
    assert outcome.cause == "not_applicable"
    desk.run("DROP TABLE tasks, projects, people, tenants")
    assert [o.cause.value for o in desk.audit(CHECK, policy="{version: 1, name: D}").outcomes] == [
        "undeclared"
    ]


def test_a_role_that_an_api_acts_as_reaches_it(desk):
    """As PostgREST does: the role that connects has no rights, and acts as the user's."""
    desk.run(
        "ALTER TABLE people DISABLE ROW LEVEL SECURITY; REVOKE ALL ON people FROM desk_app; ALTER ROLE"
        " desk_anon NOLOGIN"
    )
    desk.run("GRANT SELECT ON people TO desk_anon")
    undeclared = "{version: 1, name: D, tenancy: {root: tenants, key: tenant_id}}"
    declared = undeclared[:-1] + ", roles: {application: [desk_person]}}"
    assert "people" not in tables(desk.audit(CHECK, policy=undeclared)), "nobody can act as it"
    desk.run("GRANT desk_anon TO desk_person WITH INHERIT FALSE")
    for policy in (undeclared, declared):
        assert tables(desk.audit(CHECK, policy=policy))["people"].detail["roles"] == "desk_anon"
    assert "people" in tables(desk.audit(CHECK, policy=undeclared, role="desk_person")), (
        "also where the audit connects as the API does"
    )
    desk.run("ALTER ROLE desk_anon BYPASSRLS")
    assert "people" not in tables(desk.audit(CHECK, policy=undeclared)), (
        "it is access-bypass-path that tells of it"
    )


def test_a_setting_that_lists_tenants_is_none_that_names_one(desk):
    for table in ("tenants", "projects", "tasks"):
        desk.run(f"DROP POLICY own ON {table}")
    desk.run(
        "DROP POLICY own ON people; CREATE POLICY own ON people USING (tenant_id = ANY"
        " (current_setting('app.org_ids')::integer[]))"
    )
    desk.run(
        "CREATE POLICY more ON people USING (tenant_id::text = ANY"
        " (string_to_array(current_setting('app.org_list', true), ',')))"
    )
    desk.run("ALTER TABLE projects DISABLE ROW LEVEL SECURITY")
    assert "current_setting('app.tenant_id')" in desk.audit(CHECK).findings[0].detail["ddl"]


def test_people_of_no_tenant_are_not_for_visitors(desk):
    desk.run("CREATE TABLE profiles (id integer, full_name text); GRANT SELECT ON profiles TO desk_app")
    assert desk.audit(CHECK).findings == ()
    desk.run("GRANT SELECT ON profiles, plans TO desk_anon")
    (found,) = desk.audit(CHECK).findings
    assert (found.table, found.detail["roles"]) == ("profiles", "desk_anon")
    desk.mend(CHECK)
    assert desk.audit(CHECK).findings == ()
