"""The command line: it parses and prints, and decides nothing."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from auditkit import __version__
from auditkit.dataset import Dataset, SourceError
from auditkit.examine import value_free
from auditkit.notebooks import NotebookError
from auditkit.outcome import Audit, Confidence, Severity
from auditkit.policy import PolicyError
from auditkit.report.selfscan import PersonalValueError

Progress = Callable[[str, int, int], None]
WRONG = 2


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit code: 0, 1 (findings), 2 (wrong use or unreadable source) or 3 (something was not seen)."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except (SourceError, PolicyError, NotebookError, PersonalValueError, ValueError, OSError) as error:
        _say(f"auditkit: {_told(error)}")
        return WRONG
    except KeyboardInterrupt:
        _say("auditkit: stopped")
        return 130
    except Exception as error:  # its text could hold a value of the data, so only where it happened is told
        _say(f"auditkit: this is a fault of auditkit, not yours: {value_free('command', error)}")
        return WRONG


def _told(error: Exception) -> str:
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return "the reader of the output went away"
    if isinstance(error, OSError) and not isinstance(error, SourceError | PolicyError):
        name = f": {Path(str(error.filename)).name}" if error.filename else ""
        return f"{error.strerror or type(error).__name__}{name}"
    return str(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="auditkit", description="Audits data for personal data, retention violations and tenant leakage.")
    parser.add_argument("--version", action="version", version=f"auditkit {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        return made

    def reads(made: argparse.ArgumentParser, *, policy: bool) -> None:
        made.add_argument(
            "source", nargs="+", metavar="SOURCE", help="file, folder, glob, URL, env:NAME (a variable's content), or several NAME=SOURCE"
        )
        made.add_argument("--sample", type=_rows, metavar="ROWS", help="read at most so many rows a table for personal data")
        if policy:
            made.add_argument("-p", "--policy", type=Path, metavar="FILE", help="the policy (privacy.yaml)")
            made.add_argument("--as-of", metavar="DAY", help="the day of the audit, 00:00 UTC; today by default")
            made.add_argument(
                "--fail-on", choices=[s.value for s in Severity], default="high", help="exit 1 at this severity or above (default: high)"
            )
            made.add_argument(
                "--confidence",
                choices=[c.value for c in Confidence],
                default="high",
                help="of findings that count for that (default: high)",
            )

    made = command("profile", _profile, "Say what personal data is where.")
    reads(made, policy=False)
    made.add_argument("--all", action="store_true", help="show every column, not only those with personal data")
    made.add_argument("--format", choices=["table", "json", "csv"], default="table")
    made = command("init", _init, "Draft a policy for a source, on stdout; every human statement is left to be stated.")
    reads(made, policy=False)
    made = command("audit", _audit, "Run the checks.")
    reads(made, policy=True)
    made.add_argument("--scanner", action="append", metavar="NAME", help="only this scanner; may be given several times")
    made.add_argument("--check", action="append", metavar="ID", help="only this check; may be given several times")
    made.add_argument(
        "--against", type=Path, metavar="RUN", help="only findings that are new or have grown since this run count for the exit code"
    )
    made.add_argument("--format", choices=["table", "json", "sarif", "html", "csv"], default="table")
    made = command("report", _report, "Write the privacy impact assessment: runs the notebook, prints the path of report.html.")
    reads(made, policy=True)
    made.add_argument("-o", "--out", type=Path, default=Path("reports"), metavar="DIR", help="folder of the runs (default: reports/)")
    made.add_argument("--previous", type=Path, metavar="RUN", help="the folder of an earlier run to compare with")
    made = command("explain", _explain, "Print the page of a check: what, why, remedy, example.")
    made.add_argument("check", metavar="CHECK")
    command("checks", _checks, "List the checks.")
    made = command("notebooks", _notebooks, "Copy the notebooks into a folder.")
    made.add_argument("folder", type=Path, metavar="DIR")
    made = command("demo", _demo, "Write an example database, its policy and what an audit of it must find.")
    made.add_argument("folder", type=Path, metavar="DIR")
    return parser


def _rows(text: str) -> int:
    rows = int(text)
    if rows < 1:
        raise ValueError
    return rows


def _say(text: str) -> None:
    print(text, file=sys.stderr)


@contextmanager
def _opened(arguments: argparse.Namespace) -> Iterator[tuple[Dataset, Progress | None]]:
    """Open the source, say what will be read, and give something to report progress to: nothing where nobody watches."""
    from auditkit import dataset

    source = arguments.source[0] if len(arguments.source) == 1 else arguments.source
    with closing(dataset.open(source)) as opened:
        readable = [name for name, r in opened.relations.items() if r.missing is None]
        blind = len(opened.relations) - len(readable)
        counts = [int(opened.fetch(t.aggregate(n=t.count()))[0]["n"]) for t in opened.tables.values()]
        _say(f"{opened.name}: {len(readable)} tables, {sum(counts):,} rows" + (f"; {blind} cannot be read" if blind else ""))
        if not sys.stderr.isatty():
            yield opened, None
            return
        from rich.console import Console
        from rich.progress import Progress as Bars

        with Bars(console=Console(stderr=True), transient=True) as bars:
            tasks: dict[str, object] = {}

            def step(what: str, done: int, of: int) -> None:
                task = tasks.setdefault(what, bars.add_task(what, total=of))
                bars.update(task, completed=done, total=of)  # type: ignore[arg-type]

            yield opened, step


def _ended(audit: Audit, arguments: argparse.Namespace, against: Audit | None = None) -> int:
    from auditkit.report import text

    _say(text.summary(audit))
    return audit.exit_code(Severity(arguments.fail_on), Confidence(arguments.confidence), against)


def _profile(arguments: argparse.Namespace) -> int:
    from auditkit import detection
    from auditkit.report import text

    with _opened(arguments) as (opened, progress):
        found = detection.profile(opened, sample=arguments.sample, progress=progress)
    match arguments.format:
        case "json":
            print(json.dumps(found.to_pandas().to_dict("records"), indent=1, ensure_ascii=False, default=str))
        case "csv":
            print(found.to_pandas().to_csv(index=False), end="")
        case _:
            print(text.profile(found.columns, everything=arguments.all))
    for missing in found.failed.values():
        _say(f"not seen: {missing.reason}")
    return 3 if found.failed else 0


def _init(arguments: argparse.Namespace) -> int:
    from auditkit import detection, draft

    with _opened(arguments) as (opened, progress):
        print(draft.draft(opened, detection.profile(opened, sample=arguments.sample, progress=progress)), end="")
    return 0


def _audit(arguments: argparse.Namespace) -> int:
    from auditkit.report import csv, text
    from auditkit.scanners import audit

    against = Audit.load(arguments.against) if arguments.against is not None else None
    with _opened(arguments) as (opened, progress):
        told = {"scanners": arguments.scanner, "checks": arguments.check, "as_of": arguments.as_of, "sample": arguments.sample}
        found = audit(opened, arguments.policy, progress=progress, **told)
    render = {"table": text.audit, "json": Audit.to_json, "sarif": Audit.to_sarif, "html": Audit.to_html, "csv": csv.render}
    print(render[arguments.format](found), end="" if arguments.format != "table" else "\n")
    return _ended(found, arguments, against)


def _report(arguments: argparse.Namespace) -> int:
    from auditkit import notebooks

    if len(arguments.source) != 1:
        raise ValueError("a report is about one source; put several into one folder")
    page = notebooks.assess(
        arguments.source[0],
        arguments.policy,
        arguments.out,
        as_of=arguments.as_of,
        sample=arguments.sample,
        previous=arguments.previous,
    )
    code = _ended(Audit.load(page.parent), arguments)
    print(page)
    return code


def _explain(arguments: argparse.Namespace) -> int:
    from auditkit.scanners import catalogue, chosen

    chosen(None, [arguments.check])
    check = catalogue()[arguments.check]
    print(f"{check.id}  (severity {check.severity}, confidence {check.confidence}; {', '.join(check.articles)})\n\n{check.doc}")
    return 0


def _checks(arguments: argparse.Namespace) -> int:
    from auditkit.report import text
    from auditkit.scanners import catalogue

    print(text.checks(catalogue().values()))
    return 0


def _notebooks(arguments: argparse.Namespace) -> int:
    from auditkit import notebooks

    for path in notebooks.copy(arguments.folder):
        print(path)
    return 0


def _demo(arguments: argparse.Namespace) -> int:
    from auditkit import demo

    made = demo.write(arguments.folder)
    print(made.database, made.policy, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
