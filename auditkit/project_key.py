"""Labels that stand for values: an HMAC under the project's key, so that two labels can be compared and none
can be guessed back.

A plain hash of an e-mail address or a number is reversed by trying them all. The key is what the environment
variable `AUDITKIT_KEY` holds, else a file of mode 0600 in the user's data folder, made when it is first
needed. It is never written anywhere else; a run names it by its id.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from auditkit.errors import UsageError

VARIABLE = "AUDITKIT_KEY"
LEAST = 16
"""Characters of a key: fewer can be tried."""


@dataclass(frozen=True)
class Key:
    """The key of a project."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """What a run calls the key: 8 hex digits that do not lead back to it.

        >>> Key(b"an example of a key").id
        '0a7d5be2'
        """
        return self._hmac("key id", "")[:8]

    def label(self, kind: str, value: object) -> str:
        """Return the label of a value: the same for the same value and kind under the same key, whatever the
        value's type.

        >>> key = Key(b"an example of a key")
        >>> key.label("tenant", 17), key.label("tenant", "17") == key.label("tenant", 17), key.label("user", 17)
        ('T-7500674a377d', True, 'U-ccdb214ac363')
        """
        return f"{kind[:1].upper()}-{self._hmac(kind, str(value))[:12]}"

    def _hmac(self, kind: str, text: str) -> str:
        return hmac.new(self.secret, f"auditkit\x1f{kind}\x1f{text}".encode(), hashlib.sha256).hexdigest()


def label(kind: str, value: object) -> str:
    """Return the label of a value under the project's key, such as `T-7f3a91c0d2e4` for a tenant.

    Raises:
        ValueError: the key is too short, or others can read its file.
        OSError: there is no key, and none can be kept.
    """
    return key().label(kind, value)


def key() -> Key:
    """Return the project's key; where there is none, make one and keep it.

    Raises:
        ValueError: the key is too short, or others can read its file.
        OSError: there is no key, and none can be kept.
    """
    if given := os.environ.get(VARIABLE):
        if len(given) < LEAST:
            raise UsageError(f"{VARIABLE} is too short: a key has {LEAST} characters or more")
        return Key(given.encode())
    file = place()
    try:
        return _read(file)
    except FileNotFoundError:
        _make(file)
        return _read(file)


def place() -> Path:
    """Return the path of the key's file; it need not be there."""
    import platformdirs

    return platformdirs.user_data_path("auditkit") / "key"


def _read(file: Path) -> Key:
    if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise UsageError(
            "others can read the file of the project's key: take their right away (chmod 600), and use a"
            " new key"
        )
    secret = file.read_bytes().strip()
    if len(secret) < LEAST:
        raise UsageError(
            "the file of the project's key is too short to hold a key: remove it, and a new one is made"
        )
    return Key(secret)


def _make(file: Path) -> None:
    """Write a new key whole; of several processes that do so at once one wins, and all use its key."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=".key.")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(32) + "\n")
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, file)  # unlike a rename this fails where the file is there
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink(missing_ok=True)
