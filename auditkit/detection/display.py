"""A profile as a table in Jupyter: what was found, no values."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditkit.detection.profile import Profile


def html(profile: Profile) -> str:
    """Return the columns that hold or may hold personal data as an HTML table."""
    shown = [v for v in profile.columns if v.verdict != "none" or v.contains]
    head = "".join(f"<th>{word}</th>" for word in ("table", "column", "holds", "verdict", "cells", "contains", "why"))
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{escape(cell)}</td>"
            for cell in (
                v.table, v.column, v.entity or "", v.verdict, f"{v.matches:,} of {v.rows - v.nulls:,}",
                ", ".join(f"{entity}: {n:,}" for entity, n in v.contains.items()), v.evidence,
            )
        )
        + "</tr>"
        for v in shown
    )  # fmt: skip
    failed = "".join(f"<p>{escape(name)} was not read: {escape(missing.reason)}</p>" for name, missing in profile.failed.items())
    note = f"<p>{escape(profile.note)}</p>" if profile.note else ""
    summary = f"<p>{len(shown)} of {len(profile.columns)} columns hold or may hold personal data.</p>"
    return f"{summary}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{failed}{note}"
