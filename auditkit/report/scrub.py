"""Executed notebooks without what must not leave: parameters, paths, times, stderr, exception texts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Notebook = Mapping[str, Any]

_PATH = re.compile(
    r"(?:file://|(?<![\w:/.<]))/(?:home|Users|root|tmp|var|private|opt|usr|mnt|srv|media|Volumes)(?:/[\w.@+~-]+)+"
    r"|(?<!\w)[A-Za-z]:\\{1,2}(?:[\w.@+ ~-]+\\{1,2})*[\w.@+~-]+"
    r"|(?<![\w\\])\\\\[\w.$-]+(?:\\{1,2}[\w.@+ ~$-]+)*\\{1,2}[\w.@+~-]+"
)


def scrub(notebook: Notebook, paths: tuple[str, ...] = ()) -> Notebook:
    """Return an executed notebook that keeps its outputs and loses parameters, paths, times, stderr and
    exception texts.

    Args:
        notebook: the executed notebook as JSON, format 4; it is not changed.
        paths: folders whose names are cut off wherever they stand.
    """
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells, number = [], 0
    for cell in notebook["cells"]:
        if {"injected-parameters", "papermill-error-cell-tag"} & {*cell["metadata"].get("tags", ())}:
            continue
        clean = {**cell, "metadata": {k: v for k, v in cell["metadata"].items() if k in {"tags", "jupyter"}}}
        if cell["cell_type"] == "code":
            number += 1
            clean["outputs"] = [
                _clean(output, number, paths) for output in cell["outputs"] if output.get("name") != "stderr"
            ]
        cells.append(clean)
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": notebook["nbformat_minor"],
    }


def _clean(output: Notebook, number: int, paths: tuple[str, ...]) -> Notebook:
    if output["output_type"] == "error":
        where = f"{output['ename']} in code cell {number}; its text is withheld, it may hold data"
        return {"output_type": "error", "ename": output["ename"], "evalue": "withheld", "traceback": [where]}
    return {k: without_paths(v, paths) for k, v in output.items()}


def without_paths(value: Any, paths: tuple[str, ...] = ()) -> Any:
    """Return JSON in whose texts each absolute path is its last part.

    >>> without_paths(["wrote /tmp/x1/report.html", {"a": "text/html and 1/2"}])
    ['wrote report.html', {'a': 'text/html and 1/2'}]
    """
    match value:
        case str():
            for path in paths:
                value = value.replace(path + os.sep, "").replace(path, Path(path).name)
            return _PATH.sub(_base_name, value)
        case Mapping():
            return {k: without_paths(v, paths) for k, v in value.items()}
        case list():
            return [without_paths(v, paths) for v in value]
        case _:
            return value


def _base_name(match: re.Match[str]) -> str:
    return re.split(r"[/\\]", match.group().rstrip("/\\"))[-1]
