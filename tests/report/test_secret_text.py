"""A secret is refused wherever it stands, and what an environment variable holds is never printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.cli import main
from auditkit.demo.example import chosen
from auditkit.errors import UsageError
from auditkit.report.secret_text import holds_secret

CANARY = "hunter2-Canary"
SECRET = st.sampled_from([CANARY, f"5432/{CANARY}", f"a:{CANARY}", f"%2f{CANARY}", f"{CANARY}@x"])
FORMS = [
    "postgresql://u:{}@db/x", "mysql://:{}@db:3306/x", "u2:{}@db/x", "https://u:{}@h/a.csv",
    "postgresql://u@db/x?password={}", "postgresql://db/x?sslmode=require&sslpassword={}",
    "Server=db;Pwd={};", "Data Source=db;User ID=u;Password={}", "host=db user=u password={}", "jdbc:postgresql://db/x?user=u&password={}",
    "jdbc:oracle:thin:scott/{}@db:1521", "md:x?motherduck_token={}", "s3://b/x?aws_secret_access_key={}",
]  # fmt: skip
PLAIN = [
    "app.sqlite", "data/*.csv", "env:URL", "crm=crm.sqlite", "token=tokens.csv", "secret=env:URL",
    "postgresql://reader@localhost:5432/shop", "postgresql://localhost:5432/shop?application_name=a@b",
    r"C:\data\a@b.csv", "mysql://root@localhost/audited?unix_socket=/run/x.sock", "sqlite:////srv/a:b.sqlite",
]  # fmt: skip


@given(form=st.sampled_from(FORMS), secret=SECRET)
def test_a_password_is_seen_in_any_place(form, secret):
    assert holds_secret(form.format(secret))


@pytest.mark.parametrize("source", PLAIN)
def test_a_source_without_one_is_accepted(source):
    assert not holds_secret(source)


def test_the_command_line_and_a_notebook_refuse_it_before_they_open_anything(capsys):
    for form in FORMS:
        source = form.format(CANARY)
        assert main(["profile", source]) == 2
        with pytest.raises(UsageError, match="env:NAME") as refused:
            chosen(source)
        printed = capsys.readouterr()
        assert CANARY not in printed.out + printed.err + str(refused.value)


@pytest.mark.parametrize(
    "held", [*(form.format(CANARY) for form in FORMS[4:]), CANARY, f"{CANARY}://x", f"x*{CANARY}"]
)
def test_what_a_variable_holds_is_never_printed(held, capsys, monkeypatch):
    if held.startswith("postgresql://"):
        held = held.replace("@db/", "@127.0.0.1:1/").replace("://db/", "://127.0.0.1:1/")
    monkeypatch.setenv("HELD", held)
    for command in ("profile", "audit"):
        assert main([command, "env:HELD"]) == 2
    printed = capsys.readouterr()
    assert CANARY not in printed.out + printed.err
