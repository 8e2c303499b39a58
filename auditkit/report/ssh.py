"""SSH signatures of statements and of runs, made and checked by `ssh-keygen -Y` of OpenSSH.

auditkit never reads a key: it names the file to `ssh-keygen`, which asks for a passphrase itself, or asks the
agent. Who may sign stands in a file of allowed signers (`ssh-keygen(1)`, ALLOWED SIGNERS).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path

from auditkit.errors import UsageError
from auditkit.policy import Policy
from auditkit.policy.signing import Signable, message
from auditkit.report import manifest
from auditkit.running import own_file

NAMESPACE = "auditkit"
"""The namespace of the signatures: one that was made for something else does not count."""
SIGNERS = "AUDITKIT_ALLOWED_SIGNERS"
"""The environment variable with the file of allowed signers, by which a report checks statements."""
_PROGRAM, _SECONDS = "ssh-keygen", 60
_LARGEST = 64 * 1024
"""Bytes of the largest file that is read as a signature."""
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"


@dataclass(frozen=True)
class Checked:
    """What became of a signature: who made it, or why it does not hold."""

    is_valid: bool
    words: str


def sign(data: bytes, key: Path) -> str:
    """Return the signature of some bytes by a key, in the armour of OpenSSH.

    Raises:
        UsageError: there is no `ssh-keygen`, or it could not sign.
    """
    if not key.is_file():
        raise UsageError(f"there is no key {key.name}")
    done = _run(["-Y", "sign", "-f", str(key), "-n", NAMESPACE], data)
    if done.returncode or not done.stdout.startswith(_BEGIN.encode()):
        raise UsageError(
            f"ssh-keygen could not sign with {key.name}: is it a private key, and its passphrase right?"
        )
    return done.stdout.decode("ascii")


def bare(signature: str) -> str:
    """Return a signature on one line, as it stands in a policy."""
    return "".join(line for line in signature.split("\n") if line not in (_BEGIN, _END, ""))


def armoured(signature: str) -> str:
    """Return a signature of one line as OpenSSH writes it.

    >>> print(armoured("QUJD"))
    -----BEGIN SSH SIGNATURE-----
    QUJD
    -----END SSH SIGNATURE-----
    <BLANKLINE>
    """
    return "\n".join([_BEGIN, *textwrap.wrap(signature, 70), _END, ""])


def check(data: bytes, signature: str, signers: Path) -> Checked:
    """Return whether one of the allowed signers has signed some bytes.

    Args:
        data: the bytes.
        signature: the signature in its armour.
        signers: the file of allowed signers.

    Raises:
        UsageError: there is no `ssh-keygen`, or no such file.
    """
    if not signers.is_file():
        raise UsageError(f"there is no file of allowed signers {signers.name}")
    handle, name = tempfile.mkstemp(suffix=".sig")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(signature)
        found = _run(["-Y", "find-principals", "-s", name, "-f", str(signers)], b"")
        names = found.stdout.decode("utf-8", "replace").split()
        for principal in names:
            options = ["-f", str(signers), "-I", principal, "-n", NAMESPACE, "-s", name]
            if _run(["-Y", "verify", *options], data).returncode == 0:
                return Checked(True, f"SSH signature valid ({principal})")
    finally:
        Path(name).unlink(missing_ok=True)
    reason = "it does not fit what is signed" if names else "its key is not among the allowed signers"
    return Checked(False, f"SSH signature not valid: {reason}")


def signed_blocks(policy: Policy) -> dict[str, Signable]:
    """Return the blocks of a policy that have an SSH signature, by their fields."""
    blocks: dict[str, Signable] = {a.field: a for a in policy.attestations}
    blocks |= {f"measures.{m.id}": m for m in policy.measures if m.id}
    blocks |= {"decision": policy.decision} if policy.decision is not None else {}
    return {field: block for field, block in blocks.items() if block.signature is not None}


def statements(policy: Policy, signers: Path | None) -> dict[str, Checked]:
    """Return what became of the SSH signature of each block that has one, by its field."""
    if signers is None:
        unchecked = Checked(False, "SSH signature not checked: no allowed signers were given")
        return dict.fromkeys(signed_blocks(policy), unchecked)
    return {
        field: check(message(field, block), armoured(str(block.signature)), signers)
        for field, block in signed_blocks(policy).items()
    }


def run(folder: Path, signers: Path) -> Checked:
    """Return what became of the SSH signature of a run."""
    file = folder / manifest.SIGNATURE
    if not file.is_file():
        return Checked(False, "no SSH signature")
    if file.stat().st_size > _LARGEST:
        return Checked(False, f"SSH signature not valid: {file.name} is too large for one")
    signature = file.read_text(encoding="ascii", errors="replace")
    return check((folder / manifest.NAME).read_bytes(), signature, signers)


def sign_run(folder: Path, key: Path) -> Path:
    """Write the signature of a run's manifest beside it, and return its file."""
    made = sign((folder / manifest.NAME).read_bytes(), key)
    return own_file.replaced(folder / manifest.SIGNATURE, made)


def _run(options: list[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which(_PROGRAM)
    if program is None:
        raise UsageError(
            f"SSH signatures need {_PROGRAM} of OpenSSH (on Debian: apt-get install openssh-client)"
        )
    return subprocess.run([program, *options], input=data, capture_output=True, timeout=_SECONDS, check=False)
