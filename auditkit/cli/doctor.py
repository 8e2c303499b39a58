"""The commands about this installation: doctor and completion."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from auditkit.cli import arguments
from auditkit.cli.console import print_result

SHELLS = ("bash", "zsh", "fish")


def add(command: arguments.Commands) -> None:
    """Add these commands."""
    purpose = "Show what is installed, which sources and models work, and where the key and the logs are."
    command("doctor", _doctor, purpose, example="")
    purpose = "Print a script that completes the commands of auditkit in a shell."
    parser = command("completion", _completion, purpose, example="bash")
    parser.add_argument("shell", choices=SHELLS, help="the shell")


def _doctor(args: argparse.Namespace) -> int:
    from auditkit.installation import state

    states = state()
    width = max(len(one.name) for one in states)
    for one in states:
        print_result(f"{'ok' if one.works else '--':2}  {one.name:<{width}}  {one.text}")
    return 0 if all(one.works for one in states if one.is_needed) else 2


def _completion(args: argparse.Namespace) -> int:
    from auditkit.cli import parser

    (group,) = (a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    commands = {name: _options(one) for name, one in group.choices.items()}
    print_result(*_SCRIPTS[args.shell](commands))
    return 0


def _options(parser: argparse.ArgumentParser) -> list[str]:
    return [
        option for action in parser._actions for option in action.option_strings if option.startswith("--")
    ]


def _bash(commands: dict[str, list[str]]) -> Iterator[str]:
    yield "_auditkit() {"
    yield '    local current="${COMP_WORDS[COMP_CWORD]}"'
    yield '    if [ "$COMP_CWORD" -eq 1 ]; then'
    yield f'        COMPREPLY=($(compgen -W "{" ".join(commands)}" -- "$current"))'
    yield '    elif [[ "$current" == -* ]]; then'
    yield '        case "${COMP_WORDS[1]}" in'
    for name, options in commands.items():
        yield f'            {name}) COMPREPLY=($(compgen -W "{" ".join(options)}" -- "$current")) ;;'
    yield "        esac"
    yield "    fi"
    yield "}"
    yield "complete -o default -F _auditkit auditkit"


def _zsh(commands: dict[str, list[str]]) -> Iterator[str]:
    yield "autoload -Uz bashcompinit && bashcompinit"
    yield from _bash(commands)


def _fish(commands: dict[str, list[str]]) -> Iterator[str]:
    yield f'complete -c auditkit -n __fish_use_subcommand -f -a "{" ".join(commands)}"'
    for name, options in commands.items():
        for option in options:
            condition = f'"__fish_seen_subcommand_from {name}"'
            yield f"complete -c auditkit -n {condition} -l {option.removeprefix('--')}"


_SCRIPTS = {"bash": _bash, "zsh": _zsh, "fish": _fish}
