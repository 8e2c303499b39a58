from __future__ import annotations

import pytest

CHECK = "access-weak-policy"
OWN = "tenant_id = (SELECT current_setting('app.tenant_id')::integer)"
UNSET = "current_setting('app.tenant_id', true)"
HIGH, MEDIUM, LOW = "high", "medium", "low"
FAULTS = [
    ("USING (true) WITH CHECK ({own})", {"always_true"}, HIGH),
    ("USING (1 = 1) WITH CHECK ({own})", {"always_true"}, HIGH),
    ("USING (tenant_id = tenant_id) WITH CHECK ({own})", {"always_true"}, HIGH),
    ("USING ({own} OR true) WITH CHECK ({own})", {"or_true"}, HIGH),
    ("USING (id > 0) WITH CHECK ({own})", {"no_tenant_column"}, HIGH),
    ("USING (EXISTS (SELECT 1 FROM tenants t WHERE t.name = current_user)) WITH CHECK ({own})",
     {"no_tenant_column"}, HIGH),
    ("USING ({own}) WITH CHECK (true)", {"check_open"}, HIGH),
    ("USING ({own} OR {unset} IS NULL) WITH CHECK ({own})", {"open_when_unset", "silent_setting"}, HIGH),
    ("USING ({own} OR {unset} = '') WITH CHECK ({own})", {"open_when_unset", "silent_setting"}, HIGH),
    ("USING (tenant_id = coalesce(nullif({unset}, '')::integer, tenant_id)) WITH CHECK ({own})",
     {"open_when_unset", "silent_setting"}, HIGH),
    ("USING (tenant_id = (current_setting('request.headers')::json ->> 'tenant')::integer)"
     " WITH CHECK ({own})", {"user_editable"}, HIGH),
    ("USING (tenant_id = (current_setting('app.jwt')::json -> 'user_metadata' ->> 'org')::integer)"
     " WITH CHECK ({own})", {"user_editable"}, HIGH),
    ("USING (tenant_id::text = current_setting('application_name')) WITH CHECK ({own})",
     {"user_editable"}, HIGH),
    ("USING ({own} OR tenant_id IS NULL) WITH CHECK ({own})", {"null_tolerant"}, MEDIUM),
    ("USING (tenant_id IS NOT DISTINCT FROM nullif({unset}, '')::integer) WITH CHECK ({own})",
     {"null_tolerant", "silent_setting"}, MEDIUM),
    ("USING ({own})", {"no_check"}, LOW),
    ("USING (tenant_id = {unset}::integer) WITH CHECK ({own})", {"silent_setting"}, LOW),
    ("FOR SELECT USING (true)", {"always_true"}, HIGH),
    ("FOR INSERT WITH CHECK (true)", {"always_true"}, HIGH),
    ("FOR DELETE USING (id > 0)", {"no_tenant_column"}, HIGH),
]  # fmt: skip
SOUND = [
    "USING ({own}) WITH CHECK ({own})",
    "USING (tenant_id::text = current_setting('app.tenant_id')) WITH CHECK ({own})",
    "USING (tenant_id IN (SELECT t.id FROM tenants t WHERE t.name = current_user)) WITH CHECK ({own})",
    (
        "USING (EXISTS (SELECT 1 FROM tenants t WHERE t.id = people.tenant_id AND t.name = current_user))"
        " WITH CHECK ({own})"
    ),
    (
        "USING (tenant_id = ANY (string_to_array(current_setting('app.tenants'), ',')::integer[])) WITH CHECK"
        " ({own})"
    ),
    "USING ({own} AND email IS NOT NULL) WITH CHECK ({own})",
    "USING ({own} OR current_setting('app.support') = 'on') WITH CHECK ({own})",
    "USING (id = current_setting('app.user_id')::integer) WITH CHECK ({own})",
    "FOR SELECT USING ({own})",
    "FOR INSERT WITH CHECK ({own})",
    "USING (false)",
    "AS RESTRICTIVE USING (true)",
    "TO desk_boss USING (true)",
]


def put(desk, clauses):
    desk.run(
        "DROP POLICY own ON people", f"CREATE POLICY own ON people {clauses.format(own=OWN, unset=UNSET)}"
    )


def flags(finding):
    return {name for name, value in finding.detail.items() if value is True}


@pytest.mark.parametrize(("clauses", "weak", "severity"), FAULTS)
def test_a_weak_policy_is_found_until_the_floor_is_under_it(desk, clauses, weak, severity):
    put(desk, clauses)
    (found,) = desk.audit(CHECK).findings
    assert (found.table, found.target, found.severity, found.confidence) == (
        "people",
        "own",
        severity,
        "high",
    )
    assert flags(found) == weak
    desk.mend(CHECK)
    assert desk.audit(CHECK).findings == ()


@pytest.mark.parametrize("clauses", SOUND)
def test_a_sound_policy_is_not(desk, clauses):
    put(desk, clauses)
    audit = desk.audit(CHECK)
    assert audit.findings == ()
    assert ("people", "own") in {(o.table, o.target) for o in audit.passed}


def test_rows_that_anybody_may_publish_are_the_least_sure(desk):
    desk.run("ALTER TABLE people ADD COLUMN is_public boolean")
    put(desk, "USING ({own} OR is_public) WITH CHECK ({own})")
    (found,) = desk.audit(CHECK).findings
    assert (flags(found), found.severity, found.confidence) == ({"open_branch"}, "low", "medium")


def test_the_finding_holds_no_text_of_the_condition(desk):
    put(desk, "USING ({own} OR email = 'canary@secret.example' OR true) WITH CHECK ({own})")
    audit = desk.audit(CHECK)
    assert len(audit.findings) == 1
    assert "canary" not in audit.to_json() + repr(audit.findings) + repr(audit.outcomes)


def test_null_is_everybodys_where_declared_and_harmless_where_there_is_none(desk):
    put(desk, "USING ({own} OR tenant_id IS NULL) WITH CHECK ({own})")
    shared = "{version: 1, name: D, tenancy: {root: tenants, key: tenant_id, null_is_shared: [people]}}"
    assert desk.audit(CHECK, policy=shared).findings == ()
    desk.run("ALTER TABLE people ALTER COLUMN tenant_id SET NOT NULL")
    assert desk.audit(CHECK).findings == ()


def test_a_policy_of_rows_that_reach_the_tenant_through_another_table(desk):
    desk.run("DROP POLICY own ON tasks; CREATE POLICY own ON tasks USING (id > 0) WITH CHECK (id > 0)")
    (found,) = desk.audit(CHECK).findings
    assert (found.table, flags(found)) == ("tasks", {"no_tenant_column", "check_open"})
    desk.mend(CHECK)
    assert desk.audit(CHECK).findings == ()


def test_a_table_of_no_tenant_may_be_read_by_all_and_not_written(desk):
    desk.run(
        "ALTER TABLE plans ENABLE ROW LEVEL SECURITY; CREATE POLICY everybody ON plans FOR SELECT USING"
        " (true)"
    )
    assert desk.audit(CHECK).findings == ()
    desk.run("CREATE POLICY careless ON plans FOR UPDATE USING (true)")
    assert {k: flags(f) for k, f in desk.found(CHECK).items()} == {("plans", "careless"): {"always_true"}}


def test_people_of_no_tenant_are_not_for_visitors(desk):
    desk.run(
        "CREATE TABLE profiles (id integer PRIMARY KEY, full_name text, is_public boolean); ALTER TABLE"
        " profiles ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON profiles USING (id ="
        " current_setting('app.user')::integer) WITH CHECK (false)"
    )
    desk.run("CREATE POLICY everybody ON profiles FOR SELECT USING (true)")
    assert desk.found(CHECK) == {}, "no visitor may read it"
    desk.run("GRANT SELECT ON profiles TO desk_anon")
    (found,) = desk.audit(CHECK).findings
    assert (found.table, found.target, found.severity) == ("profiles", "everybody", "high")
    assert (flags(found), found.detail["roles"]) == ({"always_true"}, "desk_anon")
    desk.mend(CHECK)
    assert desk.found(CHECK) == {}
    desk.run("CREATE POLICY users ON profiles FOR SELECT USING (current_setting('app.user') <> '')")
    assert flags(desk.found(CHECK)["profiles", "users"]) == {"any_user"}
    desk.run("ALTER POLICY users ON profiles USING (is_public)")
    assert desk.found(CHECK) == {}, "each person decides"


def test_files_of_a_bucket_are_not_for_visitors(desk):
    desk.run("CREATE TABLE objects (id integer, bucket_id text, name text, owner text)")
    desk.run("ALTER TABLE objects ENABLE ROW LEVEL SECURITY; GRANT SELECT ON objects TO desk_anon")
    desk.run(
        "CREATE POLICY mine ON objects FOR SELECT USING (bucket_id = 'letters' AND split_part(name, '/', 1) ="
        " current_setting('app.user_id'))"
    )
    assert desk.found(CHECK) == {}
    desk.run("CREATE POLICY anybody ON objects FOR SELECT USING (bucket_id = 'letters')")
    assert {k: flags(f) for k, f in desk.found(CHECK).items()} == {("objects", "anybody"): {"any_user"}}
    desk.mend(CHECK)
    assert desk.found(CHECK) == {}


def test_policies_for_one_role_are_like_the_sides_of_one_or(desk):
    desk.run("CREATE POLICY staff ON people USING (current_setting('app.bypass_rls', true) = 'on')")
    assert {k: flags(f) for k, f in desk.found(CHECK).items()} == {
        ("people", "staff"): {"no_check", "silent_setting"}
    }
    desk.run("CREATE POLICY users ON people FOR SELECT USING (current_setting('app.user') IS NOT NULL)")
    assert desk.found(CHECK)["people", "users"].severity == HIGH
    desk.run("DROP POLICY users ON people; DROP POLICY own ON people")
    assert desk.found(CHECK)["people", "staff"].severity == HIGH, "nothing keeps tenants apart"


def test_a_table_may_rely_on_the_policies_of_another(desk):
    desk.run("DROP POLICY own ON tasks")
    desk.run("CREATE POLICY own ON tasks FOR SELECT USING (project_id IN (SELECT id FROM projects))")
    assert desk.found(CHECK) == {}
    desk.run("CREATE POLICY anybody ON projects FOR SELECT USING (true)")
    assert set(desk.found(CHECK)) == {("projects", "anybody"), ("tasks", "own")}
    desk.run("DROP POLICY anybody ON projects; ALTER TABLE projects DISABLE ROW LEVEL SECURITY")
    assert set(desk.found(CHECK)) == {("tasks", "own")}


def test_a_function_that_cannot_know_who_calls_it_keeps_nothing(desk):
    member = "EXISTS (SELECT 1 FROM tenants t WHERE t.id = tenant AND t.name IS NOT NULL{})"
    mine = "current_setting('app.tenant_id')::integer"
    desk.run(f"CREATE FUNCTION mine() RETURNS integer LANGUAGE sql RETURN {mine}")
    bodies = {
        "careless": member.format(""),
        "careful": member.format(" AND t.id = mine()"),
        "indirect": "careful(tenant)",
        "pointless": "careless(tenant)",
    }
    for name, body in bodies.items():
        desk.run(
            f"CREATE FUNCTION {name}(tenant integer) RETURNS boolean LANGUAGE sql SECURITY DEFINER RETURN"
            f" {body}"
        )
        put(desk, f"FOR SELECT USING ({name}(tenant_id))")
        assert bool(desk.found(CHECK)) == (name in ("careless", "pointless")), name
    put(desk, "FOR SELECT USING (careless(tenant_id) AND pointless(mine()))")
    assert desk.found(CHECK) != {}
    desk.run("CREATE FUNCTION aware(a integer, b integer) RETURNS boolean LANGUAGE sql RETURN a = b")
    put(desk, "FOR SELECT USING (aware(tenant_id, mine()))")
    assert desk.found(CHECK) == {}, "it gets who calls"
    put(desk, "FOR SELECT USING (careless(tenant_id))")
    desk.run("ALTER FUNCTION careless SECURITY INVOKER")
    assert desk.found(CHECK) == {}, "the row policies of tenants bind it"


def test_the_role_of_the_application_is_no_staff(desk):
    for role, is_weak in (("desk_boss", False), ("desk_app", True)):
        put(desk, f"FOR SELECT USING ({{own}} OR CURRENT_USER = '{role}')")
        assert bool(desk.found(CHECK)) == is_weak


def test_a_policy_for_writing_alone_shows_nothing(desk):
    desk.run(f"DROP POLICY own ON people; CREATE POLICY own ON people FOR ALL WITH CHECK ({OWN})")
    assert desk.found(CHECK) == {}
    desk.run("ALTER POLICY own ON people WITH CHECK (true)")
    assert flags(desk.found(CHECK)["people", "own"]) == {"check_open"}


def test_a_floor_for_other_commands_narrows_nothing(desk):
    put(desk, "USING (true) WITH CHECK (true)")
    desk.run(f"CREATE POLICY reads ON people AS RESTRICTIVE FOR SELECT USING ({OWN})")
    assert set(desk.found(CHECK)) == {("people", "own")}


def test_a_table_without_a_policy_shows_nobody_a_row(desk):
    desk.run("DROP POLICY own ON people")
    assert {(o.table, o.cause.value) for o in desk.audit(CHECK).not_assessed} == {
        ("people", "not_applicable")
    }


def test_an_inferred_tenant_is_less_sure(desk):
    put(desk, "USING (id > 0) WITH CHECK (tenant_id = (SELECT current_setting('app.tenant_id')::integer))")
    (found,) = desk.audit(CHECK, policy=None).findings
    assert (found.table, found.confidence, found.severity) == ("people", "medium", "medium")


def test_two_weak_policies_of_a_table_share_a_floor(desk):
    desk.run(
        "CREATE POLICY careless ON people FOR SELECT USING (true); CREATE POLICY more ON people FOR DELETE"
        " USING (true)"
    )
    assert {target for _, target in desk.found(CHECK)} == {"careless", "more"}
    desk.mend(CHECK)
    assert desk.found(CHECK) == {}


def test_a_table_that_the_audit_may_not_read_is_judged_by_its_columns_or_not_at_all(desk):
    put(desk, "USING (true) WITH CHECK ({own})")
    desk.run("ALTER TABLE tenants DISABLE ROW LEVEL SECURITY; GRANT SELECT ON tenants TO desk_person")
    desk.run("GRANT USAGE ON SCHEMA public TO desk_person")
    audit = desk.audit(CHECK, role="desk_person")
    assert {f.table for f in audit.findings} == {"people"}
    assert {o.table for o in audit.passed} == {"projects"}
    assert {(o.table, o.cause.value) for o in audit.not_assessed} == {("tasks", "no_right")}


def test_which_column_tells_a_person_of_a_table_that_the_audit_may_not_read_it_cannot_say(desk):
    desk.run(
        "CREATE FUNCTION whoami() RETURNS integer LANGUAGE sql STABLE RETURN"
        " current_setting('app.user')::integer"
    )
    desk.run("ALTER TABLE people ADD boss integer REFERENCES people")
    put(desk, "USING (boss = whoami()) WITH CHECK (boss = whoami())")
    desk.run("GRANT USAGE ON SCHEMA public TO desk_person")
    assert desk.found(CHECK) == {}, "who may read it sees what it refers to"
    audit = desk.audit(CHECK, role="desk_person")
    assert audit.findings == ()
    assert ("people", "no_right") in {(o.table, o.cause.value) for o in audit.not_assessed}
    put(desk, "USING (current_setting('app.role') = 'staff')")
    assert {f.table for f in desk.audit(CHECK, role="desk_person").findings} == {"people"}, (
        "no column at all is asked for"
    )
