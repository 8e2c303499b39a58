"""Office files that are the same bytes for the same content: their times are the day of the audit."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date

from markupsafe import escape

from auditkit.escaping import visible

_CORE = "docProps/core.xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP archive can hold."""


@dataclass(frozen=True)
class Stamp:
    """What the properties of an office file say."""

    day: date
    title: str

    @property
    def xml(self) -> str:
        """The part of the file that holds its properties."""
        moment = f'<dcterms:{{0}} xsi:type="dcterms:W3CDTF">{self.day.isoformat()}T00:00:00Z</dcterms:{{0}}>'
        return (
            "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
            '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
            ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<dc:title>{escape(visible(self.title))}</dc:title><dc:creator>auditkit</dc:creator>"
            f"{moment.format('created')}{moment.format('modified')}</cp:coreProperties>"
        )


def stamped(content: bytes, stamp: Stamp) -> bytes:
    """Return an office file with the properties of a stamp, and without the times of its making."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again,
    ):
        for name in made.namelist():
            data = stamp.xml.encode() if name == _CORE else made.read(name)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            again.writestr(entry, data)
    return out.getvalue()


def texts(content: bytes) -> dict[str, str]:
    """Return what can be read in each part of an office file that holds XML, by the name of the part."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        return {name: re.sub(r"<[^>]*>", "\n", archive.read(name).decode("utf-8")) for name in parts}
