from __future__ import annotations

CHECK = "access-rls-not-forced"


def test_a_table_of_the_applications_own_is_found_until_it_is_forced(desk):
    assert {o.table for o in desk.audit(CHECK).passed} == {"tenants", "projects", "people", "tasks"}
    desk.run("ALTER TABLE projects OWNER TO desk_app; ALTER TABLE projects NO FORCE ROW LEVEL SECURITY")
    (found,) = desk.audit(CHECK).findings
    assert (found.table, found.severity, found.confidence) == ("projects", "high", "high")
    assert (found.detail["owner"], found.detail["roles"]) == ("desk_app", "desk_app")
    desk.mend(CHECK)
    assert desk.audit(CHECK).findings == ()


def test_who_inherits_from_the_owner_is_as_free_as_he(desk):
    desk.run("ALTER TABLE people NO FORCE ROW LEVEL SECURITY; GRANT desk_owner TO desk_app")
    (found,) = desk.audit(CHECK).findings
    assert (found.table, found.detail["owner"], found.detail["roles"]) == ("people", "desk_owner", "desk_app")
    desk.run("REVOKE desk_owner FROM desk_app; GRANT desk_owner TO desk_app WITH INHERIT FALSE")
    assert desk.audit(CHECK).findings == ()


def test_an_owner_that_nobody_logs_in_as_needs_no_force(desk):
    desk.run("ALTER TABLE people NO FORCE ROW LEVEL SECURITY")
    assert desk.audit(CHECK).findings == ()


def test_without_declared_roles_every_ordinary_owner_counts_and_is_less_sure(desk):
    desk.run("ALTER TABLE people OWNER TO desk_person; ALTER TABLE people NO FORCE ROW LEVEL SECURITY")
    assert desk.audit(CHECK).findings == (), "the application is another role"
    (found,) = desk.audit(CHECK, policy=None).findings
    assert (found.table, found.confidence, found.severity) == ("people", "medium", "medium")
    assert (
        desk.audit(CHECK, policy="{version: 1, name: D, roles: {administrator: [desk_person]}}").findings
        == ()
    )


def test_where_no_table_is_under_it_nothing_can_be_forced(desk):
    for table in ("tenants", "projects", "people", "tasks"):
        desk.run(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    assert [o.cause.value for o in desk.audit(CHECK).outcomes] == ["not_applicable"]


def test_the_audits_own_role_counts_only_as_the_owner_itself(desk):
    desk.run("ALTER TABLE people NO FORCE ROW LEVEL SECURITY; GRANT desk_owner TO desk_person")
    assert desk.audit(CHECK, policy=None, role="desk_person").findings == ()
    desk.run("REVOKE desk_owner FROM desk_person; ALTER TABLE people OWNER TO desk_person")
    assert [f.table for f in desk.audit(CHECK, policy=None, role="desk_person").findings] == ["people"], (
        "it may be the application"
    )
