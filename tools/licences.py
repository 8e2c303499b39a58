"""The licences of everything that auditkit installs, as a page, and those that are not allowed.

The licence of a package is what its metadata says; `licences.toml` holds what is allowed, how packages spell
licences, and what a person read where the metadata is unclear.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.markdown import GENERATED

KNOWN = tomllib.loads((Path(__file__).parent / "licences.toml").read_text(encoding="utf-8"))
PROJECT = "privacy-auditkit"
_INTRODUCTION = """\
# Licences of dependencies

auditkit is Apache-2.0. This page lists what `pip install 'privacy-auditkit[all]'` brings, the extra `spark`,
and the tools that only developers install. A test refuses any other licence than those of
`tools/licences.toml`. The versions stand in `constraints.txt`, each with the hashes of its files.
`make docs` writes the list of all parts in the form of CycloneDX (`build/site/auditkit.cdx.json`).

The word lists inside the package have [a list of their own]({lexicon}).

| package | licence | comes with |
|---|---|---|
"""
_LEXICON = "https://github.com/privacy-auditkit/auditkit/blob/main/auditkit/lexicon/README.md"


@dataclass(frozen=True)
class Package:
    """A package that is installed with auditkit.

    Attributes:
        name: its name.
        licence: its licence as an SPDX expression.
        extra: what brings it: the empty string for every installation, else the first extra that needs it.
    """

    name: str
    licence: str
    extra: str

    @property
    def refused(self) -> tuple[str, ...]:
        """The licences of the package that are not allowed, all of which hold (AND)."""
        allowed = {*KNOWN["allowed"], *(KNOWN["development"] if self.extra == "dev" else ())}
        every = [part.strip(" ()").split(" OR ") for part in self.licence.split(" AND ")]
        return tuple(part[0] for part in every if not allowed & {name.strip() for name in part})


def packages() -> tuple[Package, ...]:
    """Return everything that auditkit, its extras and its developers install, by name."""
    found: dict[str, str] = {}
    for extra in ("", *_extras()):
        for name in _needed(PROJECT, extra, set()):
            found.setdefault(name, extra)
    return tuple(Package(name, licence(name), found[name]) for name in sorted(found))


def licence(name: str) -> str:
    """Return the licence of a package; `unknown` where nothing says it."""
    if (known := KNOWN["read"].get(name)) is not None:
        return str(known)
    about = metadata.metadata(name)
    for stated in about.get_all("License-Expression", []):
        return str(stated)
    classifiers = about.get_all("Classifier", [])
    classified = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License")]
    written = [*classified, *(text.strip().split("\n")[0] for text in about.get_all("License", []))]
    spelled: Mapping[str, str] = KNOWN["spelled"]
    known_names = {*KNOWN["allowed"], *KNOWN["development"]}
    for text in written:
        if text in spelled or set(re.split(" AND | OR ", text)) <= known_names:
            return spelled.get(text, text)
    return "unknown"


def page() -> str:
    """Return the page with the licence of every package."""
    lines = [f"| {p.name} | {p.licence} | {f'`{p.extra}`' if p.extra else 'auditkit'} |" for p in packages()]
    return GENERATED + _INTRODUCTION.format(lexicon=_LEXICON) + "\n".join(lines) + "\n"


def _extras() -> list[str]:
    """Return the extras for users, then that for developers."""
    known = metadata.metadata(PROJECT).get_all("Provides-Extra", [])
    return [*sorted(set(known) - {"all", "dev"}), "dev"]


def _needed(name: str, extra: str, seen: set[tuple[str, str]]) -> Iterator[str]:
    """Yield the names of what a package needs, and what that needs."""
    seen.add((name, extra))
    try:
        requires = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return  # for another system, or of an extra that is not installed
    for requirement in map(Requirement, requires):
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        if name == PROJECT and extra and not re.search(r"\bextra\b", str(requirement.marker)):
            continue
        needed = canonicalize_name(requirement.name)
        if needed != PROJECT and (_is_installed(needed) or needed in KNOWN["read"]):
            yield needed
        for more in ("", *sorted(requirement.extras)):
            if (needed, more) not in seen:
                yield from _needed(needed, more, seen)


def _is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True
