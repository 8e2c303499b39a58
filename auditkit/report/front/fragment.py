"""The first page for a notebook, from `report.json`: the answer, incidents, risks, criteria, signatures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditkit.html_tables import Fragment, fragment, paragraph, table


def of(report: Mapping[str, Any]) -> Fragment:
    """Return the first page of a report, as `report.json` holds it."""
    page = report["first_page"]
    answer = page["answer"]["text"]
    grids = [_table(page[name]) for name in ("incidents", "people", "risks", "criteria", "signatures")]
    lines = [paragraph(text) for text in (page["required"]["value"], *page["changed"], *page["needs"])]
    html = fragment(
        paragraph(page["status"], ". ", answer), *(grid for grid in grids if grid is not None), *lines
    )
    return Fragment(html, f"{page['status']}. {answer}")


def _table(grid: Mapping[str, Any]) -> Any:
    """Return a table; None where it has no rows."""
    rows = [[*row["value"].values()] for row in grid["rows"]]
    if not rows:
        return None
    return table(grid["caption"], [*grid["rows"][0]["value"]], rows)
