"""Run the shipped notebooks on the example, and write each with its outputs as a page of the site.

    python -m tools.gallery build/site/gallery

A page is one file. Its policy of content lets it load nothing: it needs no network and no server.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from auditkit import notebooks
from auditkit.demo import AS_OF
from auditkit.report.scrub import Notebook

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em;
  color: #1a1a1a; background: #fff; }
pre { overflow: auto; padding: .6em; background: #f4f4f5; font-size: 14px; line-height: 1.4; }
.jp-RenderedHTMLCommon, .output_area { overflow: auto; }
.prompt, .jp-InputPrompt, .jp-OutputPrompt, .anchor-link { display: none; }
table { border-collapse: collapse; } th, td { padding: .2em .6em; text-align: left; }
"""
_PAGE = Markup(
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:;'
    " style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
    "<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
)


def main() -> None:
    """Write the pages into the folder that the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("name", nargs="*", help="only these notebooks")
    args = parser.parse_args()
    write(args.folder, args.name or notebooks.available())


def write(folder: Path, names: tuple[str, ...] | list[str]) -> None:
    """Run notebooks on the example, and write a page for each, and one that lists them."""
    folder.mkdir(parents=True, exist_ok=True)
    titles = {}
    for name in names:
        with tempfile.TemporaryDirectory() as place:
            book = executed(name, Path(place))
        titles[name] = title_of(book)
        (folder / f"{name}.html").write_text(page(book), encoding="utf-8")
    (folder / "index.html").write_text(contents(titles), encoding="utf-8")


def executed(name: str, place: Path) -> Notebook:
    """Return a shipped notebook that was run on the example."""
    import papermill

    known = papermill.inspect_notebook(str(notebooks.find(name)))
    wanted: dict[str, Any] = {"source": "demo", "as_of": f"{AS_OF:%Y-%m-%d}", "out": str(place / "reports")}
    given = {key: value for key, value in wanted.items() if key in known}
    file = notebooks.run(name, given, place / f"{name}.ipynb", timeout=3600)
    book: Notebook = json.loads(file.read_text(encoding="utf-8"))
    return book


def title_of(book: Notebook) -> str:
    """Return the title of a notebook: its first heading.

    >>> title_of({"cells": [{"cell_type": "markdown", "source": ["# Retention", " of rows"]}]})
    'Retention'
    """
    return "".join(book["cells"][0]["source"][:1]).splitlines()[0].lstrip("# ").strip()


def page(book: Notebook) -> str:
    """Return a notebook with its outputs as a page of one file."""
    import nbformat
    from nbconvert import HTMLExporter

    options: Any = {"template_name": "basic", "exclude_input_prompt": True, "exclude_output_prompt": True}
    exporter: Any = HTMLExporter(**options)  # type: ignore[no-untyped-call]
    body, _ = exporter.from_notebook_node(nbformat.reads(json.dumps(book), as_version=4))  # type: ignore[no-untyped-call]
    return _written(title_of(book), Markup(body))


def contents(titles: Mapping[str, str]) -> str:
    """Return the page that lists the notebooks."""
    lines = Markup("\n").join(
        Markup('<li><a href="{}.html">{}</a></li>').format(name, title) for name, title in titles.items()
    )
    text = "Each notebook of auditkit, run on the fictional helpdesk. `auditkit notebooks DIR` copies them."
    body = Markup('<h1>Gallery</h1>\n<p>{}</p>\n<ul>\n{}\n</ul>\n<p><a href="../index.html">Back</a></p>')
    return _written("Gallery", body.format(text, lines))


def _written(title: str, body: Markup) -> str:
    return str(_PAGE.format(title=title, style=Markup(_STYLE), body=body))


if __name__ == "__main__":
    main()
