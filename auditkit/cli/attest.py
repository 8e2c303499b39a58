"""The command by which a person signs what the policy says: attest."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from auditkit.cli import arguments
from auditkit.cli.console import print_message, print_result
from auditkit.errors import UsageError

if TYPE_CHECKING:
    from auditkit.policy.attest import Prepared, Signer
    from auditkit.policy.scalar import Value

_OUTCOMES = ["approved", "conditionally_approved", "rejected", "consult_authority"]
_LEVELS = ["low", "medium", "high", "very high"]


def add(command: arguments.Commands) -> None:
    """Add this command."""
    purpose = "Sign a statement, a measure or the decision of a policy; nothing else in the file changes."
    example = 'privacy.yaml necessity --by "A. Owner" --role "process owner"'
    parser = command("attest", _attest, purpose, example=example)
    parser.add_argument("policy", type=Path, metavar="POLICY", help="the policy (privacy.yaml)")
    text = (
        "what is signed: the field of a statement, `measures.` with the id of a measure, or `decision`; or"
        " what was reviewed after `auditkit init`: `reviewed` for all tables, or `tables.` with a name"
    )
    parser.add_argument("field", metavar="FIELD", help=text)
    parser.add_argument("--by", required=True, metavar="NAME", help="the name of the person who signs")
    parser.add_argument("--role", required=True, metavar="ROLE", help="the role of that person")
    text = "the day of the signature, such as 2026-11-22 (default: today)"
    parser.add_argument("--at", metavar="DAY", help=text)
    text = "the last day on which it is valid (default: one year after the day of the signature)"
    parser.add_argument("--until", metavar="DAY", help=text)
    words = parser.add_mutually_exclusive_group()
    words.add_argument("--text", metavar="TEXT", help="the statement (default: what the policy says)")
    text = "a file with the statement; - reads the standard input"
    words.add_argument("--text-file", metavar="FILE", help=text)
    parser.add_argument("--answer", choices=["yes", "no"], help="the answer, where the question is yes or no")
    parser.add_argument("--level", choices=_LEVELS, help="the level of risk that is accepted (`acceptance`)")
    parser.add_argument("--outcome", choices=_OUTCOMES, help="the outcome of the decision")
    text = "the run folder that the decision, or the advice, is made on"
    parser.add_argument("--run", dest="on", type=Path, metavar="RUN", help=text)
    text = "also sign with this SSH key; ssh-keygen asks for a passphrase itself"
    parser.add_argument("--key", type=Path, metavar="FILE", help=text)
    parser.add_argument("--yes", action="store_true", help="do not ask before the file is written")


def _attest(args: argparse.Namespace) -> int:
    from auditkit.options import day
    from auditkit.policy import attest, load
    from auditkit.policy.period import Period, add

    at = day(args.at)
    if at > day(None):
        raise UsageError(f"--at {at} is in the future: sign on the day")
    until = day(args.until) if args.until else add(at, Period(years=1))
    if until < at:
        raise UsageError(f"--until {until} is before the day of the signature, {at}")
    file = args.policy.resolve()
    data = file.read_bytes()
    text = load.decoded(data, file.name)
    signer = attest.Signer(args.by, args.role, at, until)
    made = attest.prepared(text, file.name, args.field, signer, _content(args))
    _show(made, signer)
    if not args.yes and sys.stdin.isatty() and not _agreed():
        print_message("nothing was written")
        return 2
    signed = made.written(text, file.name, _signature(made, args.key))
    _replace(file, signed.encode(load.encoding(data)))
    done = f"signed {args.field}" if made.block is not None else f"noted the review {made.field!r}"
    end = f", valid to {until}" if made.block is not None else ""
    print_result(f"{done} in {args.policy.name}{end}")
    return 0


def _signature(made: Prepared, key: Path | None) -> str | None:
    """Return the SSH signature of what is signed; None without a key."""
    if key is None:
        return None
    if made.block is None:
        raise UsageError(
            f"`{made.field}` says that a draft was reviewed, and has no SSH signature: leave out --key"
        )
    from auditkit.policy.signing import message
    from auditkit.report import ssh

    return ssh.bare(ssh.sign(message(made.field, made.block), key))


def _content(args: argparse.Namespace) -> dict[str, Value]:
    """Return what the arguments state instead of what is in the file."""
    text = args.text
    if args.text_file:
        text = sys.stdin.read() if args.text_file == "-" else Path(args.text_file).read_text(encoding="utf-8")
    content: dict[str, Value] = {
        "reason" if args.field == "decision" else "text": text.strip() if text else None,
        "answer": {"yes": True, "no": False}.get(args.answer),
        "level": args.level,
        "outcome": args.outcome,
        "run": _run(args.on) if args.on else None,
    }
    return {key: value for key, value in content.items() if value is not None}


def _run(folder: Path) -> dict[str, str]:
    """Return a run as the policy names it."""
    from auditkit.report import manifest

    try:
        sealed = manifest.read(folder)
    except FileNotFoundError:
        raise UsageError(f"{folder.name} is no run folder: it has no {manifest.NAME}") from None
    return {"id": sealed.run, "manifest_sha256": sealed.sha256}


def _show(made: Prepared, signer: Signer) -> None:
    """Show what is signed, before anything is written."""
    print_message(f"{signer.by} ({signer.role}) signs `{made.field}`:")
    print_message("")
    for line in made.words.splitlines():
        print_message(f"  {line}")
    print_message("")


def _agreed() -> bool:
    print_message("Sign this? [y/N]")
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


def _replace(file: Path, data: bytes) -> None:
    """Write a file anew, whole or not at all, with the rights that it has."""
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        shutil.copymode(file, draft)
        Path(draft).replace(file)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
