"""Secrets inside URLs: before the host, in the query, behind the `#`, and in the paths of webhooks.

A URL is written down by every proxy, browser and log that it passes, and handed on in the `Referer` header
(RFC 9110, 17.9; RFC 6750, 5.3). What only looks like a secret is none: a placeholder, a page token, a key
that is public by design, a signature that has expired.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.recognizers.secret import ISSUED

KINDS = ("password", "token", "session", "signed")
"""What a URL may give away: `signed` is a link that opens something for whoever has it, until it expires."""

_RUN = re.compile(r"[^\s\"'<>`|\\]+")
_USERINFO = re.compile(r"(?i)\b[a-z][a-z0-9+.\-]*://([^\s/?#@:]*):([^\s/?#@]+)@[^\s/?#@]")
_QUERY = re.compile(r"[?#]")
_SPLIT = re.compile(r"[?&#;]")
_INNERMOST = re.compile(r"[A-Za-z0-9_.\-]+")
_ISSUED = ISSUED.shapes[0].python
_PUBLIC = re.compile(r"(?:pk[._]|sk_test_|rk_test_|AIza)")
_ANNOUNCED = re.compile(r"([A-Za-z0-9_.\-]*)=$")
_NO_SECRET = re.compile(r"[?&]|(?i:_?(?:password|pwd)=)|A(?:KIA|SIA|BIA|CCA|3T)|SK[0-9a-f]|.*://")
"""What an issuer marks and is told otherwise here, or only names a key: its parameter is looked at by
itself.
"""
_TRAILING = ".,;:!)]}"

_PASSWORD = frozenset(
    "password passwd pwd passphrase passwort kennwort motdepasse contrasena wachtwoord newpassword"
    " oldpassword currentpassword userpassword loginpassword passwordconfirmation confirmpassword".split()
)
_TOKEN = frozenset(
    "token accesstoken authtoken idtoken refreshtoken bearertoken bearer jwt apikey apitoken apisecret"
    " appsecret accesskey secretkey privatekey secret clientsecret sharedsecret credential credentials"
    " resettoken resetpasswordtoken passwordtoken passwordresettoken confirmationtoken verificationtoken"
    " verifytoken activationtoken invitationtoken invitetoken magictoken logintoken onetimetoken"
    " authenticationtoken authkey securitytoken xamzsecuritytoken webhooksecret personalaccesstoken"
    " privatetoken usertoken accountkey".split()
)
_SESSION = frozenset(
    "session sessionid sessiontoken sessionkey sid sessid jsessionid phpsessid aspsessionid aspnetsessionid"
    " connectsid auth authorization".split()
)
_SIGNATURE = frozenset("xamzsignature xgoogsignature sig signature".split())

_LONG = re.compile(r"[A-Za-z0-9+/=._~%\-]{16,}")
_MIXED = re.compile(r"(?=.{0,7}[0-9])[A-Za-z0-9+/=._~%\-]{8,}")
_NO_VALUE = re.compile(
    r"(?i)[*•x.\-_]+|[\[({<:$%].*|%(?:5b|7b|3c|24|2a).*|your.*|.*(?:redacted|filtered|masked|removed|placeholder|changeme).*"
    r"|null|none|nil|undefined|true|false|string|text|value|dummy|test|yes|no|on|off|ok|[01]"
)
_SAID = frozenset(
    "reset forgot forgotten change changed new old required invalid wrong incorrect expired missing weak"
    " success failed updated set show hide password passwd pwd pass secret token".split()
)
"""What a page is told about a password, instead of one."""
_USERS = frozenset("user username name login usr me".split())
_NO_HARM = re.compile(r"(?i)unsubscribe|opt-?out|abmelden|desabonner")
"""Such a link is made to be clicked by whoever has it, and does nothing else."""


_GATE = (
    r"://[^\s/?#@]*:[^\s/?#@]+@|(?i:pass|pwd|kennwort|contrase|wachtwoord|token|jwt|bearer|key|secret|credential|sess|sid|auth|sig)[^=\s]{0,24}="
    f"|{ISSUED.gate}"
)
"""What RE2 looks for first, which reads hundreds of megabytes a second; Python decides on what is left."""


def suspects(cells: Sequence[str | None]) -> list[str]:
    """Return those of some texts that may hold a secret inside a URL.

    >>> suspects(["https://shop.example/a?page=2", None, "/login?password=hunter2"])
    ['/login?password=hunter2']
    """
    texts = pa.array(cells, pa.large_string())
    found: list[str] = texts.filter(pc.match_substring_regex(texts, _GATE)).to_pylist()
    return found


def kinds(text: str, as_of: date) -> frozenset[str]:
    """Return which secrets stand in the URLs of a text; of signatures, those that have not expired.

    >>> sorted(kinds("postgresql://app:s3cr3t!@db.example/shop and /login?password=hunter2", date(2026, 11, 22)))
    ['password']
    >>> sorted(kinds("GET /cb#access_token=9f2c77aab01d42e6&token_type=bearer", date(2026, 11, 22)))
    ['token']
    >>> sorted(kinds("/items?page_token=CAUQAA&sort_key=name https://user:***@host/ /reset?token={token}", date(2026, 11, 22)))
    []
    """
    plain = text.replace("\\/", "/").replace("\\u0026", "&").replace("&amp;", "&")
    return frozenset(kind for run in _RUN.findall(plain) for kind in _of_url(run, as_of))


def _of_url(run: str, as_of: date) -> Iterator[str]:
    if "://" in run:
        if any(_is_password(word, user) for user, word in _USERINFO.findall(run)):
            yield "password"
        if any(_is_issued(run, m) for m in _ISSUED.finditer(run)):
            yield "token"
    path, *query = _QUERY.split(run, maxsplit=1)
    matrix = [
        part for part in path.split(";")[1:] if _kind(*_parameter(part)) == "session"
    ]  # as in /cart;jsessionid=...
    yield from ("session" for _ in matrix)
    told = (
        [_parameter(pair) for pair in _SPLIT.split(query[0])] if query and not _NO_HARM.search(path) else []
    )
    for name, value in told:
        kind = _kind(name, value)
        if kind is not None and (kind != "signed" or not _expired(dict(told), as_of)):
            yield kind


def _is_issued(run: str, match: re.Match[str]) -> bool:
    """Return whether a key that its issuer marked opens something: not a public one, and not what a login
    only carries to and fro.
    """
    name = _ANNOUNCED.search(run, 0, match.start())
    carried = name is not None and name[1].lower() in ("state", "nonce")
    return not (carried or _PUBLIC.match(match[0]) or _NO_SECRET.match(match[0]))


def _parameter(pair: str) -> tuple[str, str]:
    """Return a parameter: its name in small letters and digits, of `user[password]` the innermost."""
    name, _, value = pair.partition("=")
    parts = _INNERMOST.findall(unquote(name)) or [""]
    return re.sub(r"[^a-z0-9]", "", parts[-1].lower()), value.rstrip(_TRAILING)


def _kind(name: str, value: str) -> str | None:
    if name in _PASSWORD:
        return "password" if _is_password(value) else None
    if _NO_VALUE.fullmatch(value) or _PUBLIC.match(value):
        return None
    if name in _TOKEN:
        return (
            "token"
            if value.casefold() not in _SAID and (_MIXED.fullmatch(value) or _LONG.fullmatch(value))
            else None
        )
    mixed = (
        _LONG.fullmatch(value) is not None
        and any(c.isdigit() for c in value)
        and any(c.isalpha() for c in value)
    )
    if name in _SESSION:
        return "session" if mixed else None
    return "signed" if name in _SIGNATURE and mixed else None


def _is_password(word: str, user: str | None = None) -> bool:
    """Return whether a word stands for itself; `user:password` is how documents write it."""
    said = word.casefold() in _SAID and (user is None or user.casefold() in _USERS)
    return len(word) >= (4 if user is None else 1) and not said and not _NO_VALUE.fullmatch(word)


def _expired(told: dict[str, str], as_of: date) -> bool:
    """Return whether a signed link has ended, or does not say when it does: then nobody knows what it
    opens.
    """
    day = datetime.combine(as_of, time(), UTC)
    try:
        if "se" in told:  # Azure
            return datetime.fromisoformat(unquote(told["se"])[:10]).replace(tzinfo=UTC) < day
        if "expires" in told:  # Amazon's older form, CloudFront
            return datetime.fromtimestamp(int(told["expires"]), UTC) < day
        for issuer in ("xamz", "xgoog"):
            if f"{issuer}date" in told:
                begun = datetime.strptime(told[f"{issuer}date"][:8], "%Y%m%d").replace(tzinfo=UTC)
                return begun + timedelta(seconds=int(told.get(f"{issuer}expires", "0")), days=1) < day
    except (ValueError, OverflowError, OSError):
        return True
    return True
