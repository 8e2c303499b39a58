"""The policy of one processing of personal data: one file, read whole or refused with everything that is
wrong with it.
"""

from __future__ import annotations

import fnmatch
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import Field, PrivateAttr, ValidationError, model_validator

from auditkit.errors import UsageError
from auditkit.outcome import Cause, Missing
from auditkit.policy import load, schema
from auditkit.policy.credentials import Credentials
from auditkit.policy.declaration import Declaration
from auditkit.policy.detection import Detection
from auditkit.policy.environments import Environments
from auditkit.policy.error import PolicyError, Problem
from auditkit.policy.fields import Listed, Named, Text, Version
from auditkit.policy.models import (
    AccessLog,
    Action,
    Attestation,
    Decision,
    Deletions,
    ErasureLedger,
    Exclusion,
    Holds,
    Measure,
    Party,
    Population,
    Processor,
    Purpose,
    Review,
    Roles,
    TablePolicy,
    Tenancy,
    Waived,
    Withdrawals,
)
from auditkit.policy.probe import Probe
from auditkit.vocabulary import did_you_mean


class Policy(Declaration):
    """What is promised about one processing of personal data, and signed by people.

    >>> policy = Policy.parse("{version: 1, name: Helpdesk, tables: {users: {columns: {email: user.contact.email}}}}")
    >>> policy.table("users").columns["email"].category
    'user.contact.email'
    """

    binding: ClassVar[bool] = True

    version: Version = Field(description="The version of this format: 1.")
    name: Text = Field(description="The name of the processing.")
    controller: Party | None = Field(None, description="Who decides why and how (Art. 4(7)).")
    dpo: Party | None = Field(None, description="The data protection officer (Art. 37).")
    processors: Listed[Processor] = Field((), description="Who processes on the controller's behalf.")
    purposes: Named[Purpose] = Field({}, description="What the data is for.")
    tenancy: Tenancy | None = Field(None, description="What separates tenants.")
    tables: Named[TablePolicy] = Field(
        {}, description="What is declared of each table; `tenant_*.orders` is of each that matches."
    )
    access_log: AccessLog | None = Field(None, description="Who reached what.")
    roles: Roles | None = Field(None, description="The roles of the database.")
    erasure_ledger: ErasureLedger | None = Field(None, description="Who was erased on request.")
    withdrawals: Withdrawals | None = Field(None, description="Who withdrew consent or objected.")
    deletions: Deletions | None = Field(None, description="What was deleted.")
    holds: Holds | None = Field(None, description="What must not be deleted for now.")
    population: Population | None = Field(None, description="Among whom a person could hide.")
    detection: Detection | None = Field(
        None, description="What else to look for, and what is never personal."
    )
    credentials: Credentials | None = Field(None, description="How long keys, tokens and sessions may live.")
    environments: Environments | None = Field(
        None, description="Which sources are production, and which are tests."
    )
    probe: Probe | None = Field(None, description="Whether row-level security is tried out, and how.")
    exclude: Listed[Exclusion] = Field((), description="What is not audited, and why.")
    waivers: Listed[Waived] = Field((), description="Which findings are accepted, by whom and until when.")
    measures: Listed[Measure] = Field((), description="What protects the data.")
    attestations: Listed[Attestation] = Field((), description="What people state and answer for.")
    actions: Listed[Action] = Field((), description="What is to be done.")
    decision: Decision | None = Field(None, description="What was decided.")
    review: Review | None = Field(None, description="When this is looked at again.")

    _digest: str = PrivateAttr("")
    _file: str = PrivateAttr("")
    _folder: Path = PrivateAttr(default=Path())
    _places: Mapping[load.Path, load.Place] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _purposes_are_declared(self) -> Self:
        """Refuse a table's purpose that is not among the declared ones; without any there is nothing to
        compare with.
        """
        problems = [
            Problem(
                f"there is no purpose of that name.{did_you_mean(purpose, self.purposes)}",
                ("tables", name, "purposes", i),
            )
            for name, table in self.tables.items()
            for i, purpose in enumerate(table.purposes)
            if self.purposes and purpose not in self.purposes
        ]
        if problems:
            raise PolicyError(problems)
        return self

    @classmethod
    def load(cls, source: Policy | str | Path) -> Policy:
        """Return the policy of a file; a policy is its own.

        Raises:
            PolicyError: the file cannot be read, or says what a policy cannot say; with every problem and its
                line.
            UsageError: it is neither a policy nor a path.
        """
        if isinstance(source, Policy):
            return source
        try:
            file = Path(source)
        except TypeError:
            told = "a policy is the path of its file, or what Policy.load(path) or Policy.parse(text) returns"
            raise UsageError(f"{told}; this is of type {type(source).__name__}") from None
        try:
            data = file.read_bytes()
        except OSError as error:
            raise PolicyError(f"{file.name}: cannot be read ({error.strerror})") from None
        return cls.parse(load.decoded(data, file.name), file.name, file.parent)

    @classmethod
    def parse(cls, text: str, name: str = "privacy.yaml", folder: str | Path = ".") -> Policy:
        """Return the policy that a YAML text says.

        Args:
            text: the YAML.
            name: what errors call it; of a path only the last part.
            folder: where the files lie that it names.

        Raises:
            PolicyError: it says what a policy cannot say; with every problem and its line.
        """
        source = load.read(text, Path(name).name)
        try:
            policy = cls.model_validate(source.tree)
        except ValidationError as error:
            problems = (*source.problems, *load.problems_of(error, source, cls.json_schema))
            raise PolicyError(
                sorted(problems, key=lambda p: (p.line or 0, p.column or 0)), file=source.file
            ) from None
        if source.problems:
            raise PolicyError(source.problems, file=source.file)
        policy._digest, policy._file, policy._places = (
            hashlib.sha256(text.encode()).hexdigest(),
            source.file,
            source.places,
        )
        policy._folder = Path(folder)
        policy._check_files()
        return policy

    def _check_files(self) -> None:
        """Refuse a policy that names a file which cannot be read, or holds what cannot be run."""
        for key, error in self.detection.problems_of(self._folder) if self.detection is not None else ():
            if error.file:  # its places are those of that file
                raise error
            raise PolicyError.at(self, ("detection", key), str(error))

    @classmethod
    def empty(cls) -> Policy:
        """Return the policy of those who have none: it declares nothing and has no name."""
        return cls.model_construct(version=1, name="")

    @classmethod
    def draft(cls, source: object) -> str:
        """Return the YAML text of a policy for what a source holds; what only people can state is null in it.

        Args:
            source: what `auditkit.open` opens.
        """
        from auditkit import detection
        from auditkit.dataset import opened
        from auditkit.draft import draft

        with opened(source) as data:
            return draft(data, detection.profile(data))

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema (draft 2020-12) of a policy file, for editors."""
        return schema.of(cls)

    @property
    def digest(self) -> str:
        """The SHA-256 of the file's text in hexadecimal, empty for a policy that came from none."""
        return self._digest

    @property
    def file(self) -> str:
        """The base name of its file, empty where it came from none."""
        return self._file

    @property
    def folder(self) -> Path:
        """The folder in which the files lie that it names."""
        return self._folder

    def line(self, *path: str | int) -> int | None:
        """Return the line, from 1, where the file says what the keys lead to, or None where it came from no
        file.
        """
        return self.place(*path)[0]

    def place(self, *path: str | int) -> tuple[int | None, int | None]:
        """Return the line and the column, from 1, of what the keys lead to; of the nearest block where it is
        not written.
        """
        if path[:1] == ("tables",) and len(path) > 1 and (key := self.declares(str(path[1]))) is not None:
            path = ("tables", key, *path[2:])
        return load.nearest(self._places, path)

    def table(self, name: str) -> TablePolicy | None:
        """Return what is declared of a table, by its name or by the first pattern that it matches, or None.

        >>> policy = Policy.parse("{version: 1, name: X, tables: {'tenant_*.orders': {anonymous: true}}}")
        >>> policy.table("tenant_7.orders").anonymous, policy.table("orders")
        (True, None)
        """
        key = self.declares(name)
        return self.tables[key] if key is not None else None

    def declares(self, name: str) -> str | None:
        """Return the key of `tables` that is about a table: its name, else the first pattern that it matches,
        or None.
        """
        if name in self.tables:
            return name
        return next((key for key in self.tables if "*" in key and fnmatch.fnmatchcase(name, key)), None)

    def exclusion(self, name: str) -> str | None:
        """Return why a table is not audited, or None where it is.

        >>> Policy.parse("{version: 1, name: X, exclude: [{tables: 'django_*', reason: framework}]}").exclusion("django_session")
        'framework'
        """
        return next((e.reason for e in self.exclude if fnmatch.fnmatchcase(name, e.tables)), None)

    def excluded(self, name: str) -> Missing | None:
        """Return what is said in the place of an answer about a table that is not audited, or None where it
        is.
        """
        why = self.exclusion(name)
        return None if why is None else Missing(Cause.EXCLUDED, f"excluded by the policy: {why}")

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Yield what a short `repr` says; the whole is `policy.model_dump()`."""
        yield from (("name", self.name), ("tables", len(self.tables)), ("purposes", len(self.purposes)))

    def _repr_html_(self) -> str:
        from auditkit.policy.policy_html import html

        return html(self)
