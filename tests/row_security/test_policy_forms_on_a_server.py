"""Conditions of row policies on a server: it shows what the parser says of them."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from tests.row_security.test_policy_forms import RIGHT, WRONG, is_high

SCHEMA = (Path(__file__).parent / "policies_schema.sql").read_text(encoding="utf-8")
ROLES = ("forms_user1", "support")
ELSEWHERE = {
    "false",
    "owner = CURRENT_USER",
    "auth.uid() = auth.uid()",
    "CURRENT_USER = 'authenticated'::name",
}
"""Conditions that show no row, ask for the role of the database, or that this server refuses."""


def key(number):
    return f"00000000-0000-4000-8000-{number:012}"


def session(org, **more):
    own = {"org_id": key(org), "tenant_id": key(org), "orgs": [key(org)]}
    claims = {
        **{"sub": key(10 + org), "role": "authenticated", "aud": "authenticated", "aal": "aal2", **own},
        **{
            "email": f"user{org}@example.org",
            "is_anonymous": "false",
            "app_metadata": {"role": "user", **own},
        },
        **{"user_metadata": {"tenant_id": key(3 - org)}, **more},
    }
    return {
        **{"request.jwt.claims": json.dumps(claims), "request.jwt.claim.sub": claims["sub"]},
        **{"request.jwt.claim.org_id": key(org), "app.org": key(org), "app.orgs": key(org)},
        **{"app.region": "north", "request.headers": json.dumps({"x-tenant": key(3 - org)})},
    }


SESSIONS = [(1, session(1)), (0, {}), (0, dict.fromkeys(session(1), "")), (2, session(2))]
SESSIONS += [(1, session(1, email="boss@example.org")), (2, session(2, sub=key(1)))]


@pytest.fixture
def forms(postgres_server):
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute("CREATE DATABASE forms")
        place = postgres_server.replace("/postgres?", "/forms?")
        with psycopg.connect(place, autocommit=True) as raw, psycopg.connect(place, autocommit=True) as unset:
            raw.execute(SCHEMA)
            yield raw, unset
        owner.execute("DROP DATABASE forms")
        for role in ROLES:
            owner.execute(f"DROP ROLE {role}")


def seen(raw, settings):
    """Return the orgs whose rows a session sees; none where the policy raises an error."""
    try:
        with raw.transaction(force_rollback=True):
            if settings:
                values = json.dumps(settings)
                raw.execute("SELECT set_config(key, value, true) FROM jsonb_each_text(%s)", [values])
            raw.execute("SET LOCAL ROLE forms_user1")
            return {int(str(org)[-1]) for (org,) in raw.execute("SELECT org_id FROM files").fetchall()}
    except psycopg.Error:
        return set()


def test_a_server_shows_what_the_parser_says(forms):
    raw, unset = forms
    others, own, high = {}, {}, {}
    for condition in [*RIGHT, *WRONG]:
        raw.execute(f"ALTER POLICY p ON files USING ({condition})")
        shown = [(org, seen(raw if settings else unset, settings)) for org, settings in SESSIONS]
        ((text,),) = raw.execute(
            "SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = 'files'::regclass"
        ).fetchall()
        own[condition] = 1 in shown[0][1]
        others[condition] = any(orgs - {org} for org, orgs in shown)
        high[condition] = is_high(text)
    elsewhere = dict.fromkeys(ELSEWHERE)
    assert {c for c in RIGHT if others[c] or not own[c]} - elsewhere.keys() == set()
    assert {c for c in WRONG if not others[c]} - elsewhere.keys() == set()
    assert {c for c in [*RIGHT, *WRONG] if high[c] != (c in WRONG)} == set(), "as the server writes it"
