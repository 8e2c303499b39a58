"""What identifies the machine of a person on a network: addresses, devices, cookies, pages."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv6Address

from auditkit.detection.checksums import luhn
from auditkit.detection.shapes import Family, Shape

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_H = r"[0-9A-Fa-f]{1,4}"

_V4 = rf"(?:25[0-5]|2[0-4][0-9]|1[0-9]{{2}}|[1-9][0-9]?)(?:\.{_OCTET}){{3}}"
_V6 = (
    # the last two groups written as an address of version 4
    rf"(?:{_H}:){{6}}{_V4}|(?:{_H}:){{0,5}}:(?:{_H}:){{0,5}}{_V4}"
    rf"|(?:{_H}:){{7}}{_H}|(?:{_H}:){{1,6}}:(?:{_H}:){{0,5}}{_H}|::(?:{_H}:){{0,6}}{_H}|(?:{_H}:){{2,7}}:"
)
_QUAD = r"[1-9][0-9]{0,2}(?:\.[0-9]{1,3}){3}"
_NO_OCTETS = r"(?:^|\.)(?:25[6-9]|2[6-9][0-9]|[3-9][0-9]{2}|0[0-9]+)(?:\.|$)"

_VERSION = (
    r"(?i:\b(?:v|version|versions|release|build|firmware|kernel|driver|revision|oid|section|chapter|clause"
    r"|paragraph)[ :=.#]{0,3}(?:v\.?|version )?)[0-9]+(?:\.[0-9]+)+"
)
"""What looks like an address and is announced as a version."""

_PRODUCT = r"(?:^|[\s;(])[A-Z][A-Za-z]*/[0-9]+(?:\.[0-9]+){3}"
"""What looks like an address and follows a product as its version."""

_ENDS = "|".join(f"(?:{'|'.join(map(str, range(0, 256, 2 ** (32 - n))))})/{n}" for n in range(25, 31))
_NETWORK = rf"(?:^|[^0-9A-Za-z_.\-])[0-9]+(?:\.[0-9]+){{2}}\.(?:0/(?:[1-9]|1[0-9]|2[0-4])|{_ENDS})\b"
_NETWORK_6 = rf"(?:^|[^0-9A-Za-z_:.])(?:{_H}:){{1,7}}:/[0-9]{{1,3}}\b"
"""Networks: all bits of the host are zero."""

_BEHIND_ADDRESS = r"(?:$|[^0-9A-Za-z_.]|\.(?:$|[^0-9]))"
_BEHIND_ADDRESS_6 = r"(?:$|[^0-9A-Za-z_:.]|\.(?:$|[^0-9]))"
_OF_NO_MACHINE = r"^$|^127\.|^255\.255\.|\.0\.0\.0$"
"""Loopback addresses, masks and networks; an address of a private network is that of a machine."""

_EIGHT_BYTES = r"^(?:[0-9A-Fa-f]{2}:){7}[0-9A-Fa-f]{2}$"
"""The world wide name of a port, or any other eight bytes: an address would have groups of other lengths."""

_X = "[0-9A-Za-z]"
_MAC = "|".join(
    [*(rf"(?:{_X}{{2}}{sign}){{5}}{_X}{{2}}" for sign in ":-_"), rf"(?:{_X}{{4}}\.){{2}}{_X}{{4}}"]
)
_DAY, _MONTH, _YEAR = "(?:0[1-9]|[12][0-9]|3[01])", "(?:0[1-9]|1[0-2])", "[0-9]{2}"
_TIMESTAMP = (
    rf"^(?:{_DAY}[:\-]{_MONTH}[:\-]{_YEAR}|{_YEAR}[:\-]{_MONTH}[:\-]{_DAY})"
    r"[:\-](?:[01][0-9]|2[0-3])[:\-][0-5][0-9][:\-][0-5][0-9]$"
)


def address(text: str) -> bool:
    """Return whether a text is an IP address of version 6 that may be a machine's (RFC 4291).

    The unspecified address and the loopback address are not.

    >>> address("2001:db8::ff00:42:8329"), address("::ffff:192.0.2.1")
    (True, True)
    >>> address("::1"), address("1:2:3:4:5:6:7::8:9")
    (False, False)
    """
    try:
        parsed = IPv6Address(text)
    except AddressValueError:
        return False
    return not (parsed.is_loopback or parsed.is_unspecified)


FAMILIES = (
    Family(
        r"\bGA1\.[0-9]|\bfb\.[0-9]\.[0-9]|\b89[0-9]{17}",
        (
            Shape(
                "COOKIE_ID",
                r"\b(?P<v>GA1\.[0-9]\.[0-9]{5,10}\.[0-9]{9,10}|fb\.[0-9]\.[0-9]{13}\.[0-9]{5,19})\b",
                chance=0.0001,
                score=0.9,
            ),
            # a SIM card: 89 stands for telecommunication (ITU-T E.118)
            Shape(
                "DEVICE_ID",
                r"(?:^|[^0-9A-Za-z_.\-])(?P<v>89[0-9]{17,18})(?:$|[^0-9A-Za-z_\-])",
                chance=0.1,
                luck=0.101,
                checks={19: luhn, 20: luhn},
                score=0.6,
            ),
        ),
    ),
    Family(
        r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]|[0-9A-Fa-f]:[0-9A-Fa-f]{0,4}:|::[0-9A-Fa-f]"
        r"|(?:\b|_)[0-9A-Fa-f]{2}[\-_][0-9A-Fa-f]{2}[\-_][0-9A-Fa-f]{2}[\-_]|\b[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.",
        (
            Shape(
                "IP_ADDRESS",
                rf"{_VERSION}|{_PRODUCT}|{_NETWORK}|(?:^|[^0-9A-Za-z_.\-])(?P<v>{_QUAD}){_BEHIND_ADDRESS}",
                luck=0.02,
                reject=_OF_NO_MACHINE,
                invalid=_NO_OCTETS,
                score=0.95,
            ),
            Shape(
                "IP_ADDRESS",
                rf"{_NETWORK_6}|(?:^|[^0-9A-Za-z_:.])(?P<v>{_V6}){_BEHIND_ADDRESS_6}",
                reject=f"^[^0-9]*$|{_EIGHT_BYTES}",
                decides=address,
                score=0.6,
            ),
            Shape(
                "MAC_ADDRESS",
                rf"(?:^|[^0-9A-Za-z_:.\-])(?:dev_)?(?P<v>{_MAC})(?:$|[^0-9A-Za-z_:.\-]|\.(?:$|[^0-9A-Za-z]))",
                luck=0.012,
                reject=_TIMESTAMP,
                invalid="[G-Zg-z]",
                score=0.9,
            ),
        ),
    ),
    Family(
        r"://|\b(?i:www)\.",
        (
            Shape(
                "URL",
                r"(?i)(?P<v>(?:https?://|\bwww\.)[a-z0-9\-]+(?:\.[a-z0-9\-]+)*(?::[0-9]+)?(?:/[^\s\"<>]*)?)",
                chance=0.0005,
                score=0.5,
            ),
        ),
    ),
)
