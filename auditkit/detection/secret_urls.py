"""Secrets inside URLs: before the host, in the query, behind the `#`, and in the paths of webhooks.

Every proxy, browser and log that a URL passes writes it down, and browsers send it on in the `Referer` header
(RFC 9110, 17.9; RFC 6750, 5.3). Some values only look like secrets: placeholders, page tokens, keys that are
public by design, signatures that have expired.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc

from auditkit.detection.recognizers.secret import ISSUED

KINDS = ("password", "token", "session", "signed")
"""What a URL may disclose; a `signed` link opens something for everybody who has it, until it expires."""

_RUN = re.compile(r"[^\s\"'<>`|\\]+")
_USERINFO = re.compile(r"(?i)\b[a-z][a-z0-9+.\-]*://([^\s/?#@:]*):([^\s/?#@]+)@[^\s/?#@]")
_QUERY = re.compile(r"[?#]")
_SPLIT = re.compile(r"[?&#;]")
_INNERMOST = re.compile(r"[A-Za-z0-9_.\-]+")
_ISSUED = ISSUED.shapes[0].python
_PUBLIC = re.compile(r"(?:pk[._]|sk_test_|rk_test_|AIza)")
_ANNOUNCED = re.compile(r"([A-Za-z0-9_.\-]*)=$")
_NO_SECRET = re.compile(r"[?&]|(?i:_?(?:password|pwd)=)|A(?:KIA|SIA|BIA|CCA|3T)|SK[0-9a-f]|.*://")
"""Marks of issuers that are found in another way here, or that only name a key.

The parameters of such URLs are looked at one by one.
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
_ABOUT_SECRETS = frozenset(
    "reset forgot forgotten change changed new old required invalid wrong incorrect expired missing weak"
    " success failed updated set show hide password passwd pwd pass secret token".split()
)
"""What a page receives about a password, instead of a password."""

_USERS = frozenset("user username name login usr me".split())
_NO_HARM = re.compile(r"(?i)unsubscribe|opt-?out|abmelden|desabonner")
"""Such a link is made to be clicked by everybody who has it, and does nothing else."""

_GATE = (
    r"://[^\s/?#@]*:[^\s/?#@]+@"
    r"|(?i:pass|pwd|kennwort|contrase|wachtwoord|token|jwt|bearer|key|secret|credential|sess|sid|auth|sig)"
    r"[^=\s]{0,24}="
    f"|{ISSUED.gate}"
)
"""What RE2 looks for first, which reads hundreds of megabytes a second; Python decides about the rest."""


def suspects(cells: Sequence[str | None]) -> list[str]:
    """Return the texts that may hold a secret inside a URL.

    >>> suspects(["https://shop.example/a?page=2", None, "/login?password=hunter2"])
    ['/login?password=hunter2']
    """
    texts = pa.array(cells, pa.large_string())
    found: list[str] = texts.filter(pc.match_substring_regex(texts, _GATE)).to_pylist()
    return found


def kinds(text: str, as_of: date) -> frozenset[str]:
    """Return which secrets stand in the URLs of a text; signatures count that have not expired.

    >>> day = date(2026, 11, 22)
    >>> sorted(kinds("postgresql://app:s3cr3t!@db.example/shop and /login?password=hunter2", day))
    ['password']
    >>> sorted(kinds("GET /cb#access_token=9f2c77aab01d42e6&token_type=bearer", day))
    ['token']
    >>> sorted(kinds("/items?page_token=CAUQAA https://user:***@host/ /reset?token={token}", day))
    []
    """
    plain = text.replace("\\/", "/").replace("\\u0026", "&").replace("&amp;", "&")
    return frozenset(kind for run in _RUN.findall(plain) for kind in _of_url(run, as_of))


def _of_url(run: str, as_of: date) -> Iterator[str]:
    """Yield the secrets in a run of characters that may be a URL."""
    if "://" in run:
        if any(_is_password(word, user) for user, word in _USERINFO.findall(run)):
            yield "password"
        if any(_is_issued(run, match) for match in _ISSUED.finditer(run)):
            yield "token"
    path, *query = _QUERY.split(run, maxsplit=1)
    for part in path.split(";")[1:]:  # as in /cart;jsessionid=...
        if _kind(*_parameter(part)) == "session":
            yield "session"
    if not query or _NO_HARM.search(path):
        return
    parameters = [_parameter(pair) for pair in _SPLIT.split(query[0])]
    for name, value in parameters:
        kind = _kind(name, value)
        if kind is not None and (kind != "signed" or not _expired(dict(parameters), as_of)):
            yield kind


def _is_issued(run: str, match: re.Match[str]) -> bool:
    """Return whether a key with the mark of its issuer opens something.

    A public key does not, nor does what a login only carries to and fro.
    """
    name = _ANNOUNCED.search(run, 0, match.start())
    carried = name is not None and name[1].lower() in ("state", "nonce")
    return not (carried or _PUBLIC.match(match[0]) or _NO_SECRET.match(match[0]))


def _parameter(pair: str) -> tuple[str, str]:
    """Return the name of a parameter, in small letters and digits, and its value.

    The name of `user[password]` is the innermost one.
    """
    name, _, value = pair.partition("=")
    parts = _INNERMOST.findall(unquote(name)) or [""]
    return re.sub(r"[^a-z0-9]", "", parts[-1].lower()), value.rstrip(_TRAILING)


def _kind(name: str, value: str) -> str | None:
    """Return which kind of secret a parameter is, or None."""
    if name in _PASSWORD:
        return "password" if _is_password(value) else None
    if _NO_VALUE.fullmatch(value) or _PUBLIC.match(value):
        return None
    if name in _TOKEN:
        random = _MIXED.fullmatch(value) or _LONG.fullmatch(value)
        return "token" if random and value.casefold() not in _ABOUT_SECRETS else None
    if name not in _SESSION | _SIGNATURE or not _LONG.fullmatch(value):
        return None
    if not any(c.isdigit() for c in value) or not any(c.isalpha() for c in value):
        return None
    return "session" if name in _SESSION else "signed"


def _is_password(word: str, user: str | None = None) -> bool:
    """Return whether a word is a password; `user:password` is how documents write one."""
    placeholder = word.casefold() in _ABOUT_SECRETS and (user is None or user.casefold() in _USERS)
    return len(word) >= (4 if user is None else 1) and not placeholder and not _NO_VALUE.fullmatch(word)


def _expired(parameters: Mapping[str, str], as_of: date) -> bool:
    """Return whether a signed link has ended.

    A link that does not say when it ends counts as ended: nobody knows what it opens.
    """
    day = datetime.combine(as_of, time(), UTC)
    try:
        if "se" in parameters:  # Azure
            return datetime.fromisoformat(unquote(parameters["se"])[:10]).replace(tzinfo=UTC) < day
        if "expires" in parameters:  # Amazon's older form, and CloudFront
            return datetime.fromtimestamp(int(parameters["expires"]), UTC) < day
        for issuer in ("xamz", "xgoog"):
            if f"{issuer}date" in parameters:
                start = datetime.strptime(parameters[f"{issuer}date"][:8], "%Y%m%d").replace(tzinfo=UTC)
                seconds = int(parameters.get(f"{issuer}expires", "0"))
                return start + timedelta(seconds=seconds, days=1) < day
    except (ValueError, OverflowError, OSError):
        return True
    return True
