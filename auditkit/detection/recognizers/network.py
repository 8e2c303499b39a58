"""What a person's machine is known by: addresses, devices, pages."""

from __future__ import annotations

from auditkit.detection.shapes import Family, Shape

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_H = r"[0-9A-Fa-f]{1,4}"

_V4 = rf"(?:25[0-5]|2[0-4][0-9]|1[0-9]{{2}}|[1-9][0-9]?)(?:\.{_OCTET}){{3}}"
_V6 = rf"(?:{_H}:){{7}}{_H}|(?:{_H}:){{1,6}}:(?:{_H}:){{0,5}}{_H}|::(?:{_H}:){{0,6}}{_H}"
_MAC = r"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}"

FAMILIES = (
    Family(
        r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]|[0-9A-Fa-f]:[0-9A-Fa-f]{0,4}:|::[0-9A-Fa-f]|[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-"
        r"|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.",
        (
            Shape("IP_ADDRESS", rf"(?:^|[^0-9A-Za-z_.\-])(?P<v>{_V4})(?:$|[^0-9A-Za-z_.]|\.(?:$|[^0-9]))", score=0.95),
            Shape("IP_ADDRESS", rf"(?:^|[^0-9A-Za-z_:.])(?P<v>{_V6})(?:$|[^0-9A-Za-z_:])", score=0.6),
            Shape("MAC_ADDRESS", rf"(?:^|[^0-9A-Za-z_:\-])(?P<v>{_MAC})(?:$|[^0-9A-Za-z_:\-])", score=0.9),
        ),
    ),
    Family(
        r"(?i)https?://|www\.",
        (
            Shape(
                "URL", r"(?i)(?P<v>(?:https?://|\bwww\.)[a-z0-9\-]+(?:\.[a-z0-9\-]+)*(?::[0-9]+)?(?:/[^\s\"<>]*)?)",
                chance=0.0005, score=0.5,
            ),
        ),
    ),
)  # fmt: skip
