"""E-mail addresses and telephone numbers."""

from __future__ import annotations

from auditkit.detection.checksums import varied
from auditkit.detection.shapes import Family, Shape

_BEYOND = "\u0080-\U0010ffff"
"""Letters of every script, written as a range that both engines read."""

_EMAIL = (
    rf"(?P<v>[A-Za-z0-9_.!#$%&'*+/=?^`{{|}}~{_BEYOND}\-]+@(?:[A-Za-z0-9{_BEYOND}\-]+\.)+"
    r"(?:[A-Za-z]{2,24}|xn--[A-Za-z0-9\-]{2,24})\b)"
)
_FILES = "png|jpe?g|gif|svg|webp|ico|css|js|json|html?|xml|txt|pdf|gz|tgz|whl|jar|exe|dll"
_OF_NOBODY = (
    # accounts of machines
    r"(?i)^(?:git|hg|svn|mailer-daemon)@|^(?:no-?reply|do-?not-?reply)(?:[+._\-][^@]*)?@"
    # identifiers of messages: a time, a counter, a hash
    r"|^[^@]*(?:[0-9a-f]{16}|(?:[0-9][._\-]?){14}|(?:[a-z]+[0-9]+){6})"
    # versions of packages, and names of files
    rf"|@[0-9]+(?:\.[0-9]+)+[.\-]|@[0-9]+x\.|\.(?:{_FILES})$"
)

_WITH_COUNTRY = r"[1-9][0-9]{0,2}[ .\-]?(?:\(0?[0-9]{1,4}\)[ .\-]?)?[0-9](?:[ .\-/]?[0-9]){4,13}"
_ABROAD = rf"(?:^|[^0-9A-Za-z_.+\-/])(?P<v>\+{_WITH_COUNTRY})(?:$|[^0-9A-Za-z_\-/]|[ ]?(?:x|ext))"
_HERE = (
    # behind a digit and a colon stand seconds; behind a digit and one space, more of the same number
    r"(?:^|[^0-9A-Za-z_.+\-/: ]|(?:^|[^0-9])[: ]|[: ]{2})(?P<v>"
    rf"00{_WITH_COUNTRY}|"
    # an area code in brackets
    r"\(0?[0-9]{2,5}\)[ .\-/]?[0-9](?:[ .\-]?[0-9]){4,9}"
    # a zero for long distance
    r"|0[0-9]{1,4}[ .\-/][0-9](?:[ .\-/]?[0-9]){4,9}"
    # North America
    r"|(?:1[ .\-])?[2-9][0-9]{2}[ .\-][2-9][0-9]{2}[ .\-][0-9]{4}"
    r")(?:$|[^0-9A-Za-z_\-/:]|:(?:$|[^0-9])|[ ]?(?:x|ext))"
)
_NO_PHONE = (
    # dates
    r"^(?:[0-9]{1,2}[./\-][0-9]{1,2}[./\-](?:[0-9]{2}|[0-9]{4})"
    r"|(?:19|20)[0-9]{2}[./\-][0-9]{1,2}[./\-][0-9]{1,2})(?:[^0-9]|$)"
    # moments, of any year
    r"|^[0-9]{4}-(?:0[0-9]|1[0-2])-(?:[0-2][0-9]|3[01])[T ](?:[01][0-9]|2[0-3])(?:[^0-9]|$)"
    # decimal fractions with a zero or a sign before them
    r"|^(?:0[0-9]|\+[0-9]{4,})\.[0-9]+$"
)


def _phone(pattern: str) -> Shape:
    return Shape(
        "PHONE_NUMBER",
        pattern,
        chance=0.01,
        checks=dict.fromkeys(range(7, 16), varied),
        reject=_NO_PHONE,
        planned=True,
        score=0.4,
    )


FAMILIES = (
    Family("@", (Shape("EMAIL_ADDRESS", _EMAIL, chance=0.0005, reject=_OF_NOBODY, score=1.0),)),
    Family(r"\+[0-9]", (_phone(_ABROAD),)),
    Family(r"\([0-9]{2,5}\)|[0-9]{2,5}[ .\-/][0-9]{2,4}|\b00[1-9][0-9]{6}", (_phone(_HERE),)),
)
