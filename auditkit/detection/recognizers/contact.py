"""E-mail addresses and telephone numbers."""

from __future__ import annotations

from auditkit.detection.checksums import varied
from auditkit.detection.shapes import Family, Shape

_BEYOND = "\u0080-\U0010ffff"  # letters of every script, written as a range that both engines read
_EMAIL = (
    rf"(?P<v>[A-Za-z0-9_.!#$%&'*+/=?^`{{|}}~{_BEYOND}\-]+@(?:[A-Za-z0-9{_BEYOND}\-]+\.)+(?:[A-Za-z]{{2,24}}|xn--[A-Za-z0-9\-]{{2,24}})\b)"
)

_PHONE = (
    r"(?:^|[^0-9A-Za-z_.+\-/])(?P<v>"
    r"(?:\+|00)[1-9][0-9]{0,2}[ .\-]?(?:\(0?[0-9]{1,4}\)[ .\-]?)?[0-9](?:[ .\-/]?[0-9]){4,13}"  # international
    r"|\(0?[0-9]{2,5}\)[ .\-/]?[0-9](?:[ .\-]?[0-9]){4,9}"  # area in brackets
    r"|0[0-9]{1,4}[ .\-/][0-9](?:[ .\-/]?[0-9]){4,9}"  # trunk prefix
    r"|(?:1[ .\-])?[2-9][0-9]{2}[ .\-][2-9][0-9]{2}[ .\-][0-9]{4}"  # North America
    r")(?:$|[^0-9A-Za-z_\-/]|[ ]?(?:x|ext))"
)
_DATE = r"^(?:[0-9]{1,2}[./\-][0-9]{1,2}[./\-](?:[0-9]{2}|[0-9]{4})|(?:19|20)[0-9]{2}[./\-][0-9]{1,2}[./\-][0-9]{1,2})(?:[^0-9]|$)"


FAMILIES = (
    Family("@", (Shape("EMAIL_ADDRESS", _EMAIL, chance=0.0005, score=1.0),)),
    Family(
        r"\+[0-9]|\([0-9]{2,5}\)|[0-9]{2,5}[ .\-/][0-9]{2,4}|\b00[1-9][0-9]{6}",
        (Shape("PHONE_NUMBER", _PHONE, chance=0.01, checks=dict.fromkeys(range(7, 16), varied), reject=_DATE, planned=True, score=0.4),),
    ),
)
