"""A helpdesk on PostgreSQL whose tenants are kept apart as they should be; each test breaks one thing."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
import pytest

import auditkit

ROLES = ("desk_app", "desk_anon", "desk_boss", "desk_owner", "desk_person")
OWN = "tenant_id = (SELECT current_setting('app.tenant_id')::integer)"
SCRIPT = f"""
    DROP SCHEMA public CASCADE; CREATE SCHEMA public;
    GRANT USAGE ON SCHEMA public TO desk_app, desk_anon; GRANT USAGE, CREATE ON SCHEMA public TO desk_owner;
    SET ROLE desk_owner;
    CREATE TABLE tenants(id integer PRIMARY KEY, name text);
    CREATE TABLE plans(id integer PRIMARY KEY, title text);
    CREATE TABLE projects(id integer PRIMARY KEY, tenant_id integer NOT NULL REFERENCES tenants);
    CREATE TABLE people(id integer PRIMARY KEY, tenant_id integer, email text, diagnosis text);
    CREATE TABLE tasks(id integer PRIMARY KEY, project_id integer NOT NULL REFERENCES projects);
    INSERT INTO tenants VALUES (1, 'a'), (2, 'b'); INSERT INTO plans VALUES (1, 'small');
    INSERT INTO projects SELECT n, 1 + n % 2 FROM generate_series(1, 9) n;
    INSERT INTO people SELECT n, 1 + n % 2, 'p' || n || '@mail.example', 'flu' FROM generate_series(1, 7) n;
    INSERT INTO tasks SELECT n, 1 + n % 9 FROM generate_series(1, 20) n;
    CREATE POLICY own ON tenants USING (id = (SELECT current_setting('app.tenant_id')::integer))
        WITH CHECK (id = (SELECT current_setting('app.tenant_id')::integer));
    CREATE POLICY own ON projects USING ({OWN}) WITH CHECK ({OWN});
    CREATE POLICY own ON people USING ({OWN}) WITH CHECK ({OWN});
    CREATE POLICY own ON tasks USING (EXISTS (SELECT 1 FROM projects p WHERE p.id = project_id AND p.{OWN}))
        WITH CHECK (EXISTS (SELECT 1 FROM projects p WHERE p.id = project_id AND p.{OWN}));
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO desk_app;
    RESET ROLE;
"""
SECURED = ("tenants", "projects", "people", "tasks")
POLICY = """
version: 1
name: Desk
tenancy: {root: tenants, key: tenant_id, shared: [plans]}
roles: {application: [desk_app], low_trust: [desk_anon], administrator: [desk_boss]}
"""


@dataclass(frozen=True)
class Desk:
    """The helpdesk: its owner's connection, and its address."""

    owner: psycopg.Connection
    url: str

    def run(self, *statements: str) -> None:
        for statement in statements:
            self.owner.execute(statement)

    def audit(
        self, check: str, more: str = "", *, policy: str | None = POLICY, role: str = "postgres"
    ) -> auditkit.Audit:
        declared = auditkit.Policy.parse(policy + more) if policy is not None else None
        return auditkit.audit(
            self.url.replace("postgres:@", f"{role}:@"),
            declared,
            checks=[check],
            as_of="2026-11-22",
            strict=True,
        )

    def found(self, check: str, more: str = "", *, policy: str | None = POLICY) -> dict:
        """Return the findings by table and target."""
        return {(f.table, f.target): f for f in self.audit(check, more, policy=policy).findings}

    def mend(self, check: str, more: str = "", *, policy: str | None = POLICY) -> None:
        """Execute the statements that the findings give."""
        for finding in self.audit(check, more, policy=policy).findings:
            self.run(finding.detail["ddl"])


@pytest.fixture
def desk(postgres_server):
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        _forget(owner)
        for role in ROLES:
            owner.execute(f"CREATE ROLE {role} {'NOLOGIN' if role == 'desk_owner' else 'LOGIN'}")
        owner.execute(SCRIPT)
        for table in SECURED:
            owner.execute(
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
            )
        yield Desk(owner, postgres_server)
        owner.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        _forget(owner)


def _forget(owner):
    for role in (*ROLES, "desk_app_owner"):
        if owner.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None:
            owner.execute(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")
