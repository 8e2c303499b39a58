"""The reference of the command line, from its parser."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from auditkit.cli import parser
from tools.markdown import GENERATED

_INTRODUCTION = """\
# Command line

Every command prints its results on stdout, and messages on stderr. [Exit codes](exit-codes.md) are the same
for all of them. No command takes a password: put the URL of a database into an environment variable, and pass
the name of the variable as `env:NAME`.
"""


def page() -> str:
    """Return the reference of every command."""
    return "\n".join(_lines())


def commands() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of each command by its name."""
    (group,) = [a for a in parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(group.choices)


def _lines() -> Iterator[str]:
    yield GENERATED + _INTRODUCTION
    for name, command in sorted(commands().items()):
        arguments = [a for a in command._actions if not isinstance(a, argparse._HelpAction)]
        yield f"## auditkit {name}\n"
        yield f"{command.description}\n"
        yield "```text"
        yield from _wrapped(f"auditkit {name}", [_usage(a) for a in arguments])
        yield "```\n"
        if arguments:
            yield "| argument | meaning |"
            yield "|---|---|"
            yield from (f"| {_name(a)} | {_meaning(a)} |" for a in arguments)
            yield ""


def _wrapped(head: str, parts: list[str]) -> Iterator[str]:
    """Yield the usage of a command in lines of at most 100 characters."""
    line = head
    for part in parts:
        if len(line) + 1 + len(part) > 100:
            yield line
            line = " " * len(head)
        line += f" {part}"
    yield line


def _usage(action: argparse.Action) -> str:
    """Return how an argument is written: `SOURCE...`, `[-p FILE]`."""
    value = _value(action)
    if not action.option_strings:
        return f"{value}..." if action.nargs == "+" else f"[{value}]" if action.nargs == "?" else value
    text = " ".join(filter(None, (action.option_strings[0], value)))
    return text if action.required else f"[{text}]"


def _name(action: argparse.Action) -> str:
    value = _value(action)
    if not action.option_strings:
        return f"`{value}`"
    return ", ".join(
        f"`{' '.join(filter(None, (option, value)))}`" for option in action.option_strings
    ).replace("|", "\\|")


def _value(action: argparse.Action) -> str:
    """Return what an argument takes, as its help calls it; an empty text for a switch."""
    if action.nargs == 0:
        return ""
    if action.choices is not None and action.metavar is None:
        return "|".join(map(str, action.choices))
    return str(action.metavar or action.dest.upper())


def _meaning(action: argparse.Action) -> str:
    text = (action.help or "").replace("|", "\\|")
    if action.choices is not None and isinstance(action.default, str) and "default" not in text:
        text = f"{text} (default: {action.default})".strip()
    return text
