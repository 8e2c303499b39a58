"""E-mail addresses and telephone numbers."""

from __future__ import annotations

from auditkit.detection.checksums import varied
from auditkit.detection.shapes import Family, Shape

_BEYOND = "\u0080-\U0010ffff"  # letters of every script, written as a range that both engines read
_EMAIL = rf"(?P<v>[A-Za-z0-9_.!#$%&'*+/=?^`{{|}}~{_BEYOND}\-]+@(?:[A-Za-z0-9{_BEYOND}\-]+\.)+(?:[A-Za-z]{{2,24}}|xn--[A-Za-z0-9\-]{{2,24}})\b)"

_COUNTRY = r"[1-9][0-9]{0,2}[ .\-]?(?:\(0?[0-9]{1,4}\)[ .\-]?)?[0-9](?:[ .\-/]?[0-9]){4,13}"
_ABROAD = r"(?:^|[^0-9A-Za-z_.+\-/])" rf"(?P<v>\+{_COUNTRY})" r"(?:$|[^0-9A-Za-z_\-/]|[ ]?(?:x|ext))"
_HERE = (  # behind a digit and a colon stand seconds and fractions of them; behind a digit and one space, more of the same number
    r"(?:^|[^0-9A-Za-z_.+\-/: ]|(?:^|[^0-9])[: ]|[: ]{2})(?P<v>"
    rf"00{_COUNTRY}|"
    r"\(0?[0-9]{2,5}\)[ .\-/]?[0-9](?:[ .\-]?[0-9]){4,9}"  # area in brackets
    r"|0[0-9]{1,4}[ .\-/][0-9](?:[ .\-/]?[0-9]){4,9}"  # trunk prefix
    r"|(?:1[ .\-])?[2-9][0-9]{2}[ .\-][2-9][0-9]{2}[ .\-][0-9]{4}"  # North America
    r")(?:$|[^0-9A-Za-z_\-/:]|:(?:$|[^0-9])|[ ]?(?:x|ext))"
)
_NUMBER = (
    r"^(?:[0-9]{1,2}[./\-][0-9]{1,2}[./\-](?:[0-9]{2}|[0-9]{4})|(?:19|20)[0-9]{2}[./\-][0-9]{1,2}[./\-][0-9]{1,2})(?:[^0-9]|$)"
    r"|^(?:0[0-9]|\+[0-9]{4,})\.[0-9]+$"  # days, and decimal fractions with a zero or a sign before them
)
_NOBODYS = (
    r"(?i)^(?:git|hg|svn|mailer-daemon)@|^(?:no-?reply|do-?not-?reply)(?:[+._\-][^@]*)?@"
    r"|^[^@]*(?:[0-9a-f]{16}|(?:[0-9][._\-]?){14}|(?:[a-z]+[0-9]+){6})"  # the identifier of a message: a time, a counter, a hash
    r"|@[0-9]+(?:\.[0-9]+)+[.\-]|@[0-9]+x\.|\.(?:png|jpe?g|gif|svg|webp|ico|css|js|json|html?|xml|txt|pdf|gz|tgz|whl|jar|exe|dll)$"
)
"""Accounts of machines, identifiers of messages, versions of packages and names of files."""


def _phone(pattern: str) -> Shape:
    checks = dict.fromkeys(range(7, 16), varied)
    return Shape("PHONE_NUMBER", pattern, chance=0.01, checks=checks, reject=_NUMBER, planned=True, score=0.4)


FAMILIES = (
    Family("@", (Shape("EMAIL_ADDRESS", _EMAIL, chance=0.0005, reject=_NOBODYS, score=1.0),)),
    Family(r"\+[0-9]", (_phone(_ABROAD),)),
    Family(r"\([0-9]{2,5}\)|[0-9]{2,5}[ .\-/][0-9]{2,4}|\b00[1-9][0-9]{6}", (_phone(_HERE),)),
)
