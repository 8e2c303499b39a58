from __future__ import annotations

from datetime import date

import pandas as pd
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

import auditkit
from auditkit.detection import secret_urls
from auditkit.detection.secret_urls import kinds
from tests.engines import on_one_engine

DAY = date(2026, 11, 22)
GITHUB = "gh" + "p_" + "aZ09bY18cX27dW36eV45fU54gT63hS72iR81"
CLEAN = [
    "/items?page=2&sort_key=name",
    "https://shop.example/a?page_token=CAUQAA",
    "/login?password=changed",
    "/reset?token={token}",
    "https://user:***@db.example/x",
    "https://cdn.example:8080/@me",
    "https://shop.example/#section",
    None,
    "",
]
SECRETS = {
    "postgresql://app:Kx9qT@db.example/shop": "password",
    "GET /login?user=eva&password=hunter2 HTTP/1.1": "password",
    "/signup?user%5Bpassword%5D=hunter2": "password",
    "https://shop.example/reset?token=9f2c77aab01d": "token",
    "https://app.example/cb#access_token=9f2c77aab01d42e6&token_type=bearer": "token",
    f"https://x-access-token:{GITHUB}@git.example/a.git": "password",
    f"https://{GITHUB}@git.example/a.git": "token",
    "/cart;jsessionid=1A2B3C4D5E6F7A8B9C0D": "session",
    "https://store.example/f?se=2027-01-01T00%3A00Z&sig=abcDEF0123456789abcDEF0123456789": "signed",
}
NONE = [
    "token=9f2c77aab01d",
    "Server=db;User=app;Password=hunter2;Encrypt=what?",
    "user=eva&password=hunter2",
    "My password=secret does not work",
    "https://maps.googleapis.com/maps/api/js?key=AIza" + "SyA12345678901234567890123456789012",
    "https://api.mapbox.com/?access_token=pk.eyJ1IjoiYSJ9.abcdefghijk",
    "https://user:password@host/",
    "https://shop.example/?session=2024-autumn",
    "https://shop.example/unsubscribe?token=9f2c77aab01d42e6",
    "https://shop.example/?apikey=YOUR_API_KEY",
    "?token=[FILTERED]",
    "a=1;b=2",
    "https://s3.example/k?X-Amz-Credential=AKIA"
    + "IOSFODNN7EXAMPLA&X-Amz-Date=20201121T000000Z&X-Amz-Expires=600&X-Amz-Signature=fe5f80f77d5fa3beca",
]


def urls(source, rows, policy="{version: 1, name: Desk}"):
    return auditkit.audit(
        source({"visits": rows}),
        auditkit.Policy.parse(policy),
        checks=["access-secret-in-url"],
        as_of=DAY,
        strict=True,
    )


def visits(values, name="url"):
    return [{"id": n, name: value} for n, value in enumerate(values)]


def test_secrets_in_urls_are_counted_exactly_until_they_are_redacted(source):
    assert [o.verdict for o in urls(source, visits(CLEAN)).outcomes] == ["passed"]
    audit = urls(source, visits([*CLEAN, *SECRETS]))
    (found,) = audit.findings
    assert (found.table, found.columns, found.rows, found.of) == ("visits", ("url",), 9, 16)
    assert found.detail == {"password": 4, "token": 3, "session": 1, "signed": 1}
    assert (found.severity, found.confidence) == ("high", "high")
    assert not any(secret in audit.to_json() for secret in ("hunter2", "Kx9qT", GITHUB, "9f2c77aab01d"))
    assert (
        urls(source, visits([*CLEAN, *("https://shop.example/[redacted]" for _ in SECRETS)])).findings == ()
    )


@pytest.mark.parametrize(("text", "kind"), SECRETS.items())
def test_each_kind_is_known(text, kind):
    assert kinds(text, DAY) == {kind}


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_one_is_none(text):
    assert kinds(text, DAY) == frozenset()


@on_one_engine
def test_what_ends_by_itself_weighs_less(source):
    (found,) = urls(source, visits(["/cart;jsessionid=1A2B3C4D5E6F7A8B9C0D"])).findings
    assert found.severity == "medium"


def test_a_url_inside_json_and_text_is_found(source):
    texts = [
        '{"hook": "https:\\/\\/shop.example\\/in?a=1\\u0026api_key=abcd1234ef"}',
        "See (https://shop.example/r?reset_token=9f2c77aab01d).",
    ]
    (found,) = urls(source, visits(texts, "body")).findings
    assert (found.columns, found.rows, found.detail) == (("body",), 2, {"token": 2})


@on_one_engine
def test_what_the_policy_declares_as_not_personal_is_passed_over(source):
    declared = (
        "{version: 1, name: Desk, tables: {visits: {columns: {url: {category: none, reason: made up for a"
        " course}}}}}"
    )
    rows = [{**row, "note": "x"} for row in visits(SECRETS)]
    assert [o.verdict for o in urls(source, rows, declared).outcomes] == ["passed"]


def test_the_url_of_the_audited_source_is_not_shown(postgres_server, tmp_path):
    """Its password is neither in what an audit gives nor in what it says when nobody answers."""
    url = postgres_server.replace("postgres:@", "postgres:Kx9qTunseen@")
    assert "Kx9qTunseen" in url
    with auditkit.open(url) as dataset:
        audit = auditkit.audit(dataset, checks=["access-secret-in-url", "access-tls-off"])
        shown = [repr(dataset), dataset.name, audit.to_json(), audit.to_html(), repr(audit)]
    assert not any("Kx9qTunseen" in text for text in shown)
    with pytest.raises(auditkit.SourceError) as caught:
        auditkit.open("postgresql://app:Kx9qTunseen@127.0.0.1:1/shop")
    assert "Kx9qTunseen" not in str(caught.value)


NAMES = sorted(secret_urls._PASSWORD | secret_urls._TOKEN | secret_urls._SESSION | secret_urls._SIGNATURE)
VALUES = ["hunter2", "9f2c77aab01d42e69f2c", "{token}", "1", "[FILTERED]", GITHUB, ""]
PIECES = st.one_of(
    st.tuples(st.sampled_from("?&#;"), st.sampled_from(NAMES), st.sampled_from(VALUES)).map(
        lambda t: f"{t[0]}{t[1]}={t[2]}"
    ),
    st.sampled_from(
        [
            "https://",
            "eva:Kx9qT@db.example",
            "/path",
            " ",
            "se=2027-01-01",
            f"//{GITHUB}@",
            "Kx",
            ":",
            "\\/",
            "%5Bpassword%5D=hunter2",
        ]
    ),
)


@given(st.lists(PIECES, max_size=6).map("".join))
def test_whatever_holds_a_secret_passes_the_gate_and_the_query(text):
    """What is looked for first, by the database and by RE2, must miss nothing that is decided later."""
    if kinds(text, DAY):
        assert secret_urls.suspects([text]) == [text]
        assert "://" in text or ("=" in text and any(mark in text for mark in "?#;"))


def test_a_list_of_urls_and_an_object_are_looked_into(postgres_server):
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute(
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE visits (links text[], hook jsonb)"
        )
        owner.execute(
            "INSERT INTO visits VALUES ('{/a,/reset?token=9f2c77aab01d}', NULL), (NULL, '{\"u\":"
            ' "/l?password=hunter2"}\')'
        )
    audit = auditkit.audit(postgres_server, checks=["access-secret-in-url"], as_of=DAY, strict=True)
    assert {f.columns: (f.rows, f.of) for f in audit.findings} == {("links",): (1, 1), ("hook",): (1, 1)}
    frame = pd.DataFrame({"links": [["/a", "/reset?token=9f2c77aab01d"], None]})
    (found,) = auditkit.audit(
        {"visits": frame}, checks=["access-secret-in-url"], as_of=DAY, strict=True
    ).findings
    assert (found.columns, found.rows, found.of) == (("links",), 1, 1)
