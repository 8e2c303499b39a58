"""The command that writes a run in the formats of other tools: export."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from auditkit.cli import arguments
from auditkit.cli.console import print_message, print_result
from auditkit.errors import UsageError


def add(command: arguments.Commands) -> None:
    """Add this command."""
    from auditkit.report.exports import formats

    purpose = "Write a run in a format of other tools, without its source."
    parser = command("export", _export, purpose, example="reports/shop/RUN --format odcs -o exports")
    parser.add_argument("folder", type=Path, metavar="RUN", help="the run folder, or its audit.json")
    text = f"the format, which may be given several times: {', '.join(formats())}"
    parser.add_argument("--format", action="append", required=True, metavar="NAME", help=text)
    arguments.add_folder(parser, "the folder to write into; without it, a format of text is printed")


def _export(args: argparse.Namespace) -> int:
    from auditkit.report import exports
    from auditkit.report.folder import put
    from auditkit.report.saved import SavedRun

    chosen = [exports.export(name) for name in dict.fromkeys(args.format)]
    if args.out is None and len(chosen) > 1:
        raise UsageError("several formats need a folder: give it with -o DIR")
    run = SavedRun.load(args.folder)
    for export in chosen:
        content, withheld = exports.made(export.name, run)
        for place in withheld:
            print_message(place)
        if args.out is not None:
            print_result(put(args.out, export.file, content))
        elif isinstance(content, str):
            print_result(content, end="")
        elif sys.stdout.isatty():
            raise UsageError(f"{export.file} is not text: give a folder with -o DIR")
        else:
            sys.stdout.buffer.write(content)
    return 0
