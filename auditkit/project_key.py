"""The project's key, and the labels that it makes of values.

A label stands for a value: two labels can be compared, and nobody can guess the value behind one. A plain
hash of an e-mail address or a number could be reversed by trying all values, so a label is an HMAC. Whoever
has the key can try all values, so a key that could itself be guessed is refused.

The key is the environment variable `AUDITKIT_KEY`, or else a file of mode 0600 in the user's data folder,
which is made when it is first needed. The key is written nowhere else; a run names it by its id.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

from auditkit.errors import UsageError
from auditkit.finished_file import placed

VARIABLE = "AUDITKIT_KEY"
MIN_LENGTH = 16
"""Characters of a key. All keys that are shorter could be tried."""
MIN_BITS = 40
"""How much a key must at least vary, as an estimate from its characters."""
HOW_TO = "make one with `openssl rand -hex 32`"


@dataclass(frozen=True)
class Key:
    """The key of a project."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """The name of the key in a run: 8 hex digits from which nobody can compute the key.

        They are slow to compute, so that a run is no quick test of whether a guess is the key.

        >>> Key(b"an example of a key").id
        '4acdac38'
        """
        return _slow_id(self.secret)

    def label(self, kind: str, value: object) -> str:
        """Return the label of a value; values that read the same as text have the same label.

        >>> key = Key(b"an example of a key")
        >>> key.label("tenant", 17), key.label("tenant", "17"), key.label("user", 17)
        ('T-7500674a377d', 'T-7500674a377d', 'U-ccdb214ac363')
        """
        return f"{kind[:1].upper()}-{self._hmac(kind, str(value))[:12]}"

    def _hmac(self, kind: str, text: str) -> str:
        return hmac.new(self.secret, f"auditkit\x1f{kind}\x1f{text}".encode(), hashlib.sha256).hexdigest()


@cache
def _slow_id(secret: bytes) -> str:
    digest = hashlib.scrypt(secret, salt=b"auditkit key id", n=2**14, r=8, p=1, maxmem=2**26, dklen=4)
    return digest.hex()


def label(kind: str, value: object) -> str:
    """Return the label of a value under the project's key, such as `T-7f3a91c0d2e4` for a tenant.

    Raises:
        ValueError: the key could be guessed, or other users can read its file.
        OSError: there is no key, and no file can be made for one.
    """
    return key().label(kind, value)


def key() -> Key:
    """Return the project's key; the first call makes it and keeps it.

    Raises:
        ValueError: the key could be guessed, or other users can read its file.
        OSError: there is no key, and no file can be made for one.
    """
    if secret := os.environ.get(VARIABLE, "").strip():
        if len(secret) < MIN_LENGTH:
            raise UsageError(f"{VARIABLE} is too short: a key has {MIN_LENGTH} characters or more; {HOW_TO}")
        if bits(secret) < MIN_BITS:
            raise UsageError(f"{VARIABLE} could be guessed: it repeats, or counts on; {HOW_TO}")
        return Key(secret.encode())
    file = place()
    try:
        return _read(file)
    except FileNotFoundError:
        _make(file)
        return _read(file)


def place() -> Path:
    """Return the path of the key's file, which may not exist yet."""
    import platformdirs

    return platformdirs.user_data_path("auditkit") / "key"


def _read(file: Path) -> Key:
    if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise UsageError(
            "other users can read the file of the project's key: take their rights away (chmod 600) and use a"
            " new key"
        )
    secret = file.read_bytes().strip()
    if len(secret) < MIN_LENGTH:
        raise UsageError(
            "the file of the project's key is too short to hold a key: remove it, and auditkit makes another"
        )
    if bits(secret.decode("utf-8", "replace")) < MIN_BITS:
        raise UsageError("the key in the file of the project's key could be guessed: remove the file")
    return Key(secret)


def bits(secret: str) -> float:
    """Return an estimate of how much a key varies, in bits.

    A character counts where it neither repeats the text before it, nor goes on in its order.

    >>> [round(bits(key)) for key in ("a" * 40, "passwordpassword", "0123456789abcdef")]
    [0, 20, 8]
    """
    half = next((n for n in range(1, len(secret) // 2 + 1) if secret.startswith(secret[n:])), len(secret))
    unit = secret[:half]
    steps = [ord(b) - ord(a) for a, b in pairwise(unit)]
    free = 1 + sum(abs(step) > 1 for step in steps)
    return free * math.log2(max(len(set(unit)), 1))


def _make(file: Path) -> None:
    """Write a new key; where several processes do so at once, all use the key of the first."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=".key.")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(32) + "\n")
            out.flush()
            os.fsync(out.fileno())
        placed(Path(draft), file)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink(missing_ok=True)
