"""Run the snippets of a page as a reader would, from top to bottom, and compare what they print.

    python -m tools.snippets docs/tutorial.md             run a page in an empty folder
    python -m tools.snippets --update docs/tutorial.md    write into the page what its commands print now

A block that names a file is saved as that file. In a `console` block each line that begins with `$ ` is a
command, `> ` begins a line that belongs to the command above, and the other lines are what it prints; `...`
stands for anything. A `python` block shares its
names with the blocks above it; after `>>>` it is compared as a doctest is. Blocks of other languages are
for reading.

`auditkit` runs inside this process, because its imports take seconds. Other commands run in a shell.
"""

from __future__ import annotations

import argparse
import contextlib
import doctest
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.markdown import Block, blocks

ROOT = Path(__file__).resolve().parent.parent
PROMPT, MORE = "$ ", "> "
WIDTH = 100
_COMPARED = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class SnippetError(AssertionError):
    """A snippet failed, or printed something else than its page shows."""


class _Terminal(io.StringIO):
    """What a command writes to, as if somebody were looking."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Command:
    """A command of a console block.

    Attributes:
        text: the command.
        shown: what the page shows that it prints.
        line: the number of its line in the page.
        asks_code: the next command shows its exit code.
    """

    text: str
    shown: str
    line: int
    asks_code: bool = False


def commands(block: Block) -> Iterator[Command]:
    r"""Yield the commands of a console block; below a command, `> ` begins a line that belongs to it.

    >>> list(commands(Block("console", "$ cat <<'END'\n> a\n> END\na\n", 1)))
    [Command(text="cat <<'END'\na\nEND", shown='a\n', line=1, asks_code=False)]
    """
    lines = block.text.splitlines(keepends=True)
    at = 0
    while at < len(lines):
        start = at
        if not lines[at].startswith(PROMPT):
            raise SnippetError(
                f"line {block.line + at}: a console block begins with `{PROMPT}` and a command"
            )
        at = _end(lines, at + 1, lambda line: line.startswith(MORE))
        text = "".join(line[len(PROMPT) :] or "\n" for line in lines[start:at]).rstrip("\n")
        first, at = at, _end(lines, at, lambda line: not line.startswith(PROMPT))
        asks_code = lines[at : at + 1] == [f"{PROMPT}echo $?\n"]
        yield Command(text, "".join(lines[first:at]), block.line + start, asks_code)


def _end(lines: list[str], at: int, belongs: Callable[[str], bool]) -> int:
    """Return the number of the first line from `at` on that does not belong."""
    while at < len(lines) and belongs(lines[at]):
        at += 1
    return at


class Session:
    """One reader with one folder, who follows one page.

    The working folder, the environment and the exit code of the last command stay from block to block.
    """

    def __init__(self, folder: Path) -> None:
        self.root = self.folder = folder
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.code = 0
        self.variables: dict[str, str] = {}
        # Not the temporary folder of others: a run that they killed would be swept, and said so, here.
        self._temporary = tempfile.TemporaryDirectory(prefix="snippets-")

    def run(self, block: Block, page: str = "page") -> None:
        """Do what a block says.

        Raises:
            SnippetError: it fails, or prints something else than the page shows.
        """
        if block.file:
            path = self.root / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            for command in commands(block):
                self._compare(command, self.command(command.text), page)
        elif block.language == "python":
            self._python(block, page)

    def _compare(self, command: Command, printed: str, page: str) -> None:
        """Refuse an output that the page does not show, and an exit code that it does not expect.

        0 and 1 (there are findings) are expected everywhere, another code only above `echo $?`.
        """
        if command.shown and not _same(command.shown, printed):
            raise SnippetError(
                f"{page}:{command.line}: `{command.text}` prints something else than the page shows."
                f"\n--- the page\n{command.shown}--- the command\n{printed}"
            )
        if self.code not in (0, 1) and not command.asks_code:
            raise SnippetError(f"{page}:{command.line}: `{command.text}` exits with {self.code}\n{printed}")

    def command(self, text: str) -> str:
        """Run one command, keep its exit code, and return what it prints."""
        words = text.split()
        if words[0] == "cd":
            self.folder = (self.folder / words[1]).resolve(strict=True)
            return ""
        if words[0] == "export":
            self.variables |= dict(
                word.split("=", 1) for word in self._expanded(text.removeprefix("export "))
            )
            return ""
        if words[0] == "auditkit" and not set(words) & {"|", "||", "&&", ";"}:
            arguments, _, target = text.removeprefix("auditkit ").partition(" > ")
            return self._auditkit(self._expanded(arguments), target)
        done = self._shell(text)
        self.code = done.returncode
        return done.stdout

    def _shell(self, text: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", f"(exit {self.code})\n{text}"],
            cwd=self.folder,
            env={**os.environ, **self._environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    @property
    def _environment(self) -> dict[str, str]:
        """The reader's variables; `python` and `auditkit` are those of this process."""
        places = {"PATH": Path(sys.executable).parent, "PYTHONPATH": ROOT}
        ahead = {name: f"{place}{os.pathsep}{os.environ.get(name, '')}" for name, place in places.items()}
        own = {"COLUMNS": str(WIDTH), "NO_COLOR": "1", "TMPDIR": self._temporary.name}
        return {**own, **ahead, **self.variables}

    def _expanded(self, text: str) -> list[str]:
        """Return the words that a shell makes of a text."""
        return self._shell(f"printf '%s\\n' {text}").stdout.splitlines()

    def _auditkit(self, words: list[str], target: str) -> str:
        """Run an auditkit command in this process, with its results in a file where the page says so."""
        from auditkit.cli import main

        shown = _Terminal()
        printed = io.StringIO() if target else shown
        with self._here(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(_Quiet(shown)):
            try:
                self.code = main(words)
            except SystemExit as stopped:
                self.code = int(stopped.code or 0)
        if target:
            (self.folder / target).write_text(printed.getvalue(), encoding="utf-8")
        return shown.getvalue()

    def _python(self, block: Block, page: str) -> None:
        with self._here(), contextlib.redirect_stdout(_Terminal()) as printed:
            if block.text.startswith(">>>"):
                test = doctest.DocTestParser().get_doctest(block.text, self.names, page, page, block.line - 1)
                runner = doctest.DocTestRunner(optionflags=_COMPARED, verbose=False)
                runner.run(test, clear_globs=False, out=printed.write)
                self.names = test.globs
                if runner.failures:
                    raise SnippetError(f"{page}:{block.line}: {printed.getvalue()}")
            else:
                exec(compile("\n" * (block.line - 1) + block.text, page, "exec"), self.names)

    @contextlib.contextmanager
    def _here(self) -> Iterator[None]:
        """Work in the reader's folder, with the reader's variables."""
        before, temporary = dict(os.environ), tempfile.tempdir
        os.environ |= self._environment
        tempfile.tempdir = self._temporary.name
        sys.path.insert(0, str(self.folder))
        try:
            with contextlib.chdir(self.folder):
                yield
        finally:
            sys.path.remove(str(self.folder))
            os.environ.clear()
            os.environ |= before
            tempfile.tempdir = temporary


class _Quiet(io.TextIOBase):
    """Messages go to the same place as results, but no progress bar is drawn."""

    def __init__(self, shown: io.StringIO) -> None:
        self._shown = shown

    def write(self, text: str) -> int:
        return self._shown.write(text)

    def isatty(self) -> bool:
        return False


def _same(shown: str, printed: str) -> bool:
    return doctest.OutputChecker().check_output(shown, printed, _COMPARED)


def updated(page: str, session: Session) -> str:
    """Return a page with what its commands print now, where it shows an output without `...`."""
    lines = page.splitlines(keepends=True)
    changes: dict[int, tuple[int, str]] = {}
    for block in blocks(page):
        if block.language != "console" or block.file:
            session.run(block)
            continue
        for command in commands(block):
            printed = session.command(command.text)
            if command.shown and "..." not in command.shown and not _same(command.shown, printed):
                first = command.line + command.text.count("\n") + 1
                changes[first] = (command.shown.count("\n"), printed.strip("\n") + "\n")
    for first, (count, printed) in sorted(changes.items(), reverse=True):
        lines[first - 1 : first - 1 + count] = [printed]
    return "".join(lines)


def main(argv: list[str] | None = None) -> int:
    """Run the snippets of pages, or write into the pages what their commands print."""
    parser = argparse.ArgumentParser(prog="python -m tools.snippets", description=main.__doc__)
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--update", action="store_true", help="write what the commands print into the pages")
    given = parser.parse_args(argv)
    code = 0
    for path in given.pages:
        page = path.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            session = Session(Path(folder))
            session.variables = {"XDG_DATA_HOME": folder}  # where the project's key is made
            try:
                if given.update:
                    path.write_text(updated(page, session), encoding="utf-8")
                    continue
                for block in blocks(page):
                    session.run(block, str(path))
            except SnippetError as error:
                print(error)
                code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
