"""SSH signatures of statements and runs: valid, or why not; a key never leaves its file."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from auditkit.audit.audit import Audit
from auditkit.cli import main
from auditkit.errors import UsageError
from auditkit.policy import Policy
from auditkit.report import folder, manifest, ssh, verify
from auditkit.report.case import Case

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen")
TODAY = datetime.now(UTC).date()
WHO = ["--by", "Ana Kovac", "--role", "owner"]


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Two keys, and a file that allows the first one alone."""
    place = tmp_path_factory.mktemp("keys")
    for name in ("ana", "eve"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(place / name)]
        subprocess.run(command, check=True)
    public = (place / "ana.pub").read_text()
    (place / "signers").write_text(f'ana@example.org namespaces="auditkit" {public}')
    return place


@pytest.fixture
def policy(tmp_path):
    file = tmp_path / "privacy.yaml"
    file.write_text("version: 1\nname: Shop\nattestations:\n  - field: necessity\n    text: It is needed.\n")
    return file


def signed(policy, keys, name="ana"):
    assert main(["attest", str(policy), "necessity", *WHO, "--key", str(keys / name)]) == 0
    return Policy.load(policy)


def words(policy, keys):
    return ssh.statements(policy, keys / "signers")["necessity"].words


def test_a_statement_signed_with_a_key_is_valid_and_the_report_says_so(policy, keys):
    made = signed(policy, keys)
    assert words(made, keys) == "SSH signature valid (ana@example.org)"
    audit = Audit(outcomes=(), source="x", as_of=TODAY)
    note = Case(audit, made, signatures={"necessity": words(made, keys)}).attestation("L", "necessity").note
    assert note.startswith("Ana Kovac (owner) on") and note.endswith("SSH signature valid (ana@example.org)")
    assert "not checked" in ssh.statements(made, None)["necessity"].words
    secret = (keys / "ana").read_text().splitlines()[1]
    assert secret not in policy.read_text()


@pytest.mark.parametrize("change", [("Ana Kovac", "Eve Weber"), ("until: 2", "until: 3")])
def test_a_change_of_who_or_until_breaks_it(policy, keys, change):
    signed(policy, keys)
    policy.write_text(policy.read_text().replace(*change, 1))
    assert words(Policy.load(policy), keys) == "SSH signature not valid: it does not fit what is signed"


def test_another_key_is_not_allowed_and_signing_without_one_removes_the_signature(policy, keys):
    assert "not among the allowed signers" in words(signed(policy, keys, "eve"), keys)
    assert main(["attest", str(policy), "necessity", *WHO]) == 0
    assert ssh.statements(Policy.load(policy), keys / "signers") == {}
    assert "signature: null" in policy.read_text()


def test_a_run_is_signed_and_a_changed_manifest_is_not(policy, keys, tmp_path, capsys):
    made = signed(policy, keys)
    run = folder.save(
        Audit(outcomes=(), source="x", as_of=TODAY, policy={"name": "Shop"}, declared=made.to_dict()),
        tmp_path / "runs" / "shop" / "one",
        policy=made,
    )
    assert [ok for ok, _ in verify.signatures(run, keys / "signers")] == [False, True], (
        "the run is not signed"
    )
    ssh.sign_run(run, keys / "ana")
    assert verify.verify(run).intact, "the signature is no file that was added"
    assert main(["verify", str(run), "--allowed-signers", str(keys / "signers")]) == 0
    shown = capsys.readouterr().out
    assert "one/manifest.json: SSH signature valid (ana@example.org)" in shown
    assert "one, necessity: SSH signature valid" in shown
    manifest.seal(run)
    assert main(["verify", str(run), "--allowed-signers", str(keys / "signers")]) == 1
    assert "does not fit what is signed" in capsys.readouterr().out


def test_a_signature_for_another_purpose_does_not_count(keys):
    command = ["ssh-keygen", "-Y", "sign", "-f", str(keys / "ana"), "-n", "file"]
    other = subprocess.run(command, input=b"data", capture_output=True, check=True).stdout.decode()
    assert not ssh.check(b"data", other, keys / "signers").is_valid


def test_a_file_that_is_no_key_is_refused(policy, keys, tmp_path):
    (tmp_path / "nothing").write_text("no key")
    with pytest.raises(UsageError, match="could not sign with nothing"):
        ssh.sign(b"data", tmp_path / "nothing")
    before = policy.read_text()
    assert main(["attest", str(policy), "necessity", *WHO, "--key", str(tmp_path / "absent")]) == 2
    assert policy.read_text() == before


@pytest.mark.slow
def test_a_report_is_signed_and_verified_on_the_command_line(policy, keys, tmp_path, capsys):
    made = signed(policy, keys)
    (tmp_path / "people.csv").write_text("id,email\n1,ana@example.org\n2,bo@example.org\n")
    allowed = ["--allowed-signers", str(keys / "signers")]
    argv = ["report", str(tmp_path / "people.csv"), "-p", str(policy), "-o", str(tmp_path / "runs")]
    assert main([*argv, "--key", str(keys / "ana"), *allowed]) in (0, 1, 3)
    page = Path(capsys.readouterr().out.strip().splitlines()[-1])
    assert made.attestations[0].signature is not None
    assert "SSH signature valid (ana@example.org)" in unescape(page.read_text(encoding="utf-8"))
    assert main(["verify", str(page.parent), *allowed]) == 0
    assert "manifest.json: SSH signature valid (ana@example.org)" in capsys.readouterr().out
    manifest.seal(page.parent)
    assert main(["verify", str(page.parent), *allowed]) == 1
