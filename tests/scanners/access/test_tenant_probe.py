from __future__ import annotations

import pytest

import auditkit
from auditkit.policy import PolicyError

CHECK = "access-tenant-probe"
PROBE = "probe: {role: desk_app, setting: app.tenant_id}"
SOUND = ("tenants", "projects", "people", "tasks")


def test_rows_of_others_are_counted_until_the_policy_hides_them(desk):
    assert {o.table for o in desk.audit(CHECK, PROBE).passed} == set(SOUND)
    desk.run(
        "DROP POLICY own ON people; CREATE POLICY own ON people USING (tenant_id ="
        " current_setting('app.tenant_id')::int OR id > 5)"
    )
    (found,) = desk.audit(CHECK, PROBE).findings
    assert (found.table, found.rows, found.of, found.severity) == ("people", 1, 3, "critical")
    assert dict(found.detail) == {"own_visible": 4, "own": 4, "role": "desk_app"}
    desk.mend("access-weak-policy")
    assert desk.audit(CHECK, PROBE).findings == ()


def test_rows_that_reach_the_tenant_through_another_table(desk):
    desk.run("ALTER TABLE tasks DISABLE ROW LEVEL SECURITY")
    (found,) = desk.audit(CHECK, PROBE).findings
    assert (found.table, found.rows, found.of, found.detail["own_visible"]) == ("tasks", 9, 9, 11)


def test_a_role_that_sees_none_of_its_own_rows_proves_nothing(desk):
    audit = desk.audit(CHECK, "probe: {role: desk_app, setting: app.org}")
    assert {o.cause.value for o in audit.not_assessed} == {"unseen"}, (
        "the policies raise without their setting"
    )
    assert all("do not take app.org for the tenant" in o.reason for o in audit.not_assessed)
    desk.run("DROP POLICY own ON people; CREATE POLICY own ON people USING (false)")
    (outcome,) = desk.audit(CHECK, PROBE).not_assessed
    assert (outcome.table, outcome.cause) == ("people", "unseen")
    assert "proves nothing" in outcome.reason


def test_another_tenants_rows_are_found_though_none_of_its_own_are_seen(desk):
    desk.run("DROP POLICY own ON projects; CREATE POLICY own ON projects USING (tenant_id = 1)")
    found = {f.table: f for f in desk.audit(CHECK, PROBE).findings}
    assert (found["projects"].rows, found["projects"].detail["own_visible"]) == (4, 0)


def test_it_never_writes_and_leaves_the_session_as_it_was(desk):
    desk.run("CREATE TABLE log (n integer); GRANT INSERT ON log TO desk_app")
    desk.run(
        "CREATE FUNCTION note() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (1); RETURN"
        " true; END'"
    )
    desk.run("CREATE POLICY noting ON people USING (note())")
    audit = desk.audit(CHECK, PROBE)
    assert [(o.table, o.cause.value) for o in audit.not_assessed] == [("people", "unseen")]
    assert {o.table for o in audit.passed} == {
        "tenants",
        "projects",
        "tasks",
    }, "what came after it was read as before"
    assert desk.owner.execute("SELECT count(*) FROM log").fetchone() == (0,)


def test_functions_of_policies_look_names_up_as_in_a_session_of_the_role(desk):
    """The setting of the role counts before that of the database, and any before that of the server."""
    desk.run("CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO desk_app")
    desk.run("CREATE FUNCTION app.all_of_it() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true'")
    body = "LANGUAGE plpgsql STABLE AS 'BEGIN RETURN all_of_it(); END'"
    desk.run(f"CREATE FUNCTION app.shows() RETURNS boolean {body}")
    desk.run("CREATE POLICY showing ON people FOR SELECT USING (app.shows())")
    desk.run("ALTER ROLE desk_app SET search_path = app")
    try:
        audit = desk.audit(CHECK, PROBE)
    finally:
        desk.run("ALTER ROLE desk_app RESET search_path; DROP SCHEMA app CASCADE")
    assert [o.table for o in audit.findings] == ["people"] and not audit.not_assessed


def test_a_role_that_the_audit_may_not_act_as_or_that_is_not_there(desk):
    desk.run("ALTER ROLE desk_person BYPASSRLS; GRANT pg_read_all_data TO desk_person")
    audit = desk.audit(CHECK, PROBE, role="desk_person")
    assert {(o.table, o.cause.value) for o in audit.outcomes} == {(t, "no_right") for t in SOUND}
    desk.run("GRANT desk_app TO desk_person WITH INHERIT FALSE")
    assert {o.table for o in desk.audit(CHECK, PROBE, role="desk_person").passed} == set(SOUND)
    (outcome,) = desk.audit(CHECK, "probe: {role: desk_apps, setting: app.tenant_id}").outcomes
    assert (outcome.cause, outcome.table) == ("unseen", None)


def test_a_table_that_the_role_may_not_read_or_of_one_tenant(desk):
    desk.run(
        "REVOKE ALL ON people FROM desk_app; DELETE FROM tasks; DELETE FROM projects WHERE tenant_id = 2"
    )
    causes = {o.table: o.cause.value for o in desk.audit(CHECK, PROBE).not_assessed}
    assert causes == {"people": "not_applicable", "projects": "unseen", "tasks": "unseen"}


def test_it_is_not_done_unless_asked_for(desk):
    (outcome,) = desk.audit(CHECK).outcomes
    assert (outcome.cause, outcome.table) == ("undeclared", None)


@pytest.mark.parametrize("setting", ["tenant_id", "app.tenant; DROP TABLE people", "app."])
def test_a_setting_of_ones_own_has_a_dot_in_its_name(setting):
    with pytest.raises(PolicyError, match="setting"):
        auditkit.Policy.parse(f"version: 1\nname: D\nprobe: {{role: app, setting: '{setting}'}}")


def test_its_count_wins_over_the_text_of_a_row_policy(desk):
    weak, mine = "access-weak-policy", "current_setting('app.tenant_id')::integer"
    desk.run(
        f"DROP POLICY own ON people; CREATE POLICY own ON people FOR SELECT"
        f" USING (tenant_id < {mine} + 1 AND tenant_id > {mine} - 1)"
    )
    assert set(desk.found(weak)) == {("people", "own")}
    assert desk.found(weak, PROBE) == {}, "the server was asked"
    desk.run(f"ALTER POLICY own ON people USING (tenant_id <= {mine})")
    assert set(desk.found(weak, PROBE)) == {("people", "own")}
    assert set(desk.found(CHECK, PROBE)) == {("people", None)}


def test_a_policy_that_names_the_tenant_with_the_most_rows_is_found_as_another(desk):
    desk.run("DROP POLICY own ON people; CREATE POLICY own ON people FOR SELECT USING (tenant_id = 2)")
    (found,) = desk.audit(CHECK, PROBE).findings
    assert (found.table, found.rows, found.of, found.detail["own_visible"]) == ("people", 4, 4, 0)
    assert set(desk.found("access-weak-policy", PROBE)) == {("people", "own")}
