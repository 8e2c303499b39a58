"""Find words that we do not write: `python -m tools.wording [FILE ...]`.

`tools/wording.toml` lists them, each with what to write instead, and `tools/wording-exceptions.toml` the
places where such a word is right, with the reason. `docs/style.md` is the standard behind both.
"""

from __future__ import annotations

import io
import json
import re
import sys
import tokenize
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READ = (
    "*.md *.cff Makefile pyproject.toml .github/**/*.md .github/**/*.yml docs/**/*.md notebooks/*.ipynb"
    " auditkit/**/*.py auditkit/**/*.jinja auditkit/**/*.toml auditkit/**/*.yaml tools/*.py"
).split()
"""The files that people read: the package, the pages, the notebooks, and what maintainers read."""

_STRING = re.compile(r"""(?s)\A[A-Za-z]*('{3}|"{3}|'|")(.*)\1\Z""")
_STARTS = ("STRING", "FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END")


@dataclass(frozen=True, order=True)
class Offence:
    """A phrase that we do not write, where it stands, and what to write instead."""

    file: str
    line: int
    phrase: str
    instead: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.phrase} -> {self.instead}"


@dataclass(frozen=True)
class Passage:
    """A text of a file that people read, and the number of its first line."""

    text: str
    line: int


@dataclass(frozen=True)
class Wording:
    """The phrases and the names that we do not write, each with what we write instead."""

    prose: Mapping[str, str]
    names: Mapping[str, str]

    @classmethod
    def load(cls) -> Wording:
        """Return the committed lists."""
        lists = tomllib.loads((ROOT / "tools" / "wording.toml").read_text(encoding="utf-8"))
        return cls(lists["prose"], lists["names"])

    def in_prose(self, passage: Passage) -> Iterator[tuple[int, str, str]]:
        r"""Yield line, phrase and replacement of each phrase in a text.

        >>> list(Wording({"is none": "is not a"}, {}).in_prose(Passage("a date\nthat is\nnone", 7)))
        [(8, 'is none', 'is not a')]
        """
        for phrase, instead in self.prose.items():
            for found in _compiled(phrase).finditer(passage.text):
                yield (
                    passage.line + passage.text.count("\n", 0, found.start()),
                    " ".join(found[0].split()),
                    instead,
                )

    def in_name(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield a name and its replacement where the name, or a part of it, is one that we do not write.

        >>> list(Wording({}, {"told": "details"}).in_name("_told_twice"))
        [('_told_twice', 'details')]
        """
        for part in dict.fromkeys(re.split(r"_+|(?<=[a-z])(?=[A-Z])", name)):
            if part.lower() in self.names:
                yield name, self.names[part.lower()]


@cache
def _compiled(phrase: str) -> re.Pattern[str]:
    spaced = phrase.replace(" ", r"[\s#]+")
    return re.compile(rf"(?<![\w'-]){spaced}(?![\w'-])", re.IGNORECASE)


def passages(file: str, text: str) -> Iterator[Passage]:
    """Yield the texts of a file that people read."""
    if file.endswith(".py"):
        yield from _of_python(text)
    elif file.endswith(".ipynb"):
        yield from _of_notebook(text)
    else:
        yield Passage(text, 1)


def _of_python(text: str) -> Iterator[Passage]:
    """Yield the strings and the comments of a module; what stands in neighbouring tokens is one text."""
    parts: list[str] = []
    start = end = 0
    kind = ""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        name = tokenize.tok_name[token.type]
        if name in ("NL", "INDENT", "DEDENT"):
            continue
        now = "string" if name in _STARTS else "comment" if name == "COMMENT" else ""
        if not now or now != kind:
            if parts:
                yield Passage("".join(parts), start)
            parts, kind, start = [], now, token.start[0]
        if now:
            parts += ["\n" * (token.start[0] - end) if parts else "", _content(token.string)]
            end = token.end[0]
    if parts:
        yield Passage("".join(parts), start)


def _content(token: str) -> str:
    return found[2] if (found := _STRING.match(token)) else token


def _of_notebook(text: str) -> Iterator[Passage]:
    """Yield the cells of a notebook, each at the line of its first words."""
    for cell in json.loads(text)["cells"]:
        source = "".join(cell["source"])
        first = json.dumps(source.partition("\n")[0], ensure_ascii=False)[1:-1]
        yield Passage(source, text.count("\n", 0, max(0, text.find(first))) + 1)


def names(text: str) -> Iterator[tuple[int, str]]:
    """Yield the identifiers of a module, each where it first stands."""
    seen = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME and token.string not in seen:
            seen.add(token.string)
            yield token.start[0], token.string


@cache
def exceptions() -> tuple[tuple[str, str], ...]:
    """Return the places where a phrase is right: a pattern for the file, and one for the phrase."""
    path = ROOT / "tools" / "wording-exceptions.toml"
    listed = tomllib.loads(path.read_text(encoding="utf-8"))["exception"]
    return tuple((entry["file"], entry["phrase"]) for entry in listed)


def excepted(offence: Offence) -> bool:
    """Return whether the list of exceptions names this place."""
    return any(
        fnmatch(offence.file, file) and fnmatch(offence.phrase, phrase) for file, phrase in exceptions()
    )


def offences(files: Iterable[str], wording: Wording | None = None) -> list[Offence]:
    """Return what the files say that we do not write, in their order.

    Args:
        files: paths below the project.
        wording: the lists; those of the project by default.
    """
    lists = wording or Wording.load()
    found = []
    for file in files:
        text = (ROOT / file).read_text(encoding="utf-8")
        for passage in passages(file, text):
            found += [Offence(file, *where) for where in lists.in_prose(passage)]
        if file.endswith(".py"):
            found += [Offence(file, line, *bad) for line, name in names(text) for bad in lists.in_name(name)]
    return sorted(offence for offence in set(found) if not excepted(offence))


def read() -> list[str]:
    """Return the paths of the files that people read, below the project."""
    return sorted({path.relative_to(ROOT).as_posix() for pattern in READ for path in ROOT.glob(pattern)})


def main(files: list[str]) -> int:
    """Print what the files say that we do not write; without files, of every file that people read."""
    found = offences(files or read())
    for offence in found:
        print(offence)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
