"""The policy of one processing: one file, which is read as a whole or refused with every problem in it."""

from __future__ import annotations

import fnmatch
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, PrivateAttr, ValidationError, model_validator

from auditkit.errors import UsageError
from auditkit.outcome import Cause, Missing
from auditkit.policy import load, schema
from auditkit.policy.agreement import disagreements
from auditkit.policy.credentials import Credentials
from auditkit.policy.declaration import Declaration
from auditkit.policy.detection import Detection
from auditkit.policy.disclosure import Population
from auditkit.policy.environments import Environments
from auditkit.policy.error import PolicyError, Problem
from auditkit.policy.fields import Language, Listed, Named, Text, Version
from auditkit.policy.logs import AccessLog, Deletions, ErasureLedger, Holds, Withdrawals
from auditkit.policy.names import Keys, Kind, Names
from auditkit.policy.problems import problems_of
from auditkit.policy.processing import Party, Processing, Processor, Purpose, Reviewed
from auditkit.policy.roles import Probe, Roles
from auditkit.policy.statements import Action, Attestation, Decision, Measure, Review
from auditkit.policy.tables import EVERY, TablePolicy
from auditkit.policy.tenancy import Tenancy
from auditkit.policy.waivers import Exclusion, Waived


class Policy(Declaration):
    """What an organisation declares about one processing of personal data, and what people sign for it.

    >>> policy = Policy.parse("{version: 1, name: X, tables: {users: {columns: {mail: user.contact}}}}")
    >>> policy.table("users").columns["mail"].category
    'user.contact'
    """

    binding: ClassVar[bool] = True

    version: Version = Field(description="The version of this format: 1.")
    name: Text = Field(description="The name of the processing.")
    language: Language | None = Field(
        None,
        description=(
            "The language in which people wrote this policy, such as `de`. A report is in it by default, and"
            " marks these words in a report of another language."
        ),
    )
    controller: Party | None = Field(None, description="Who decides why and how (Art. 4(7)).")
    dpo: Party | None = Field(None, description="The data protection officer (Art. 37).")
    processors: Listed[Processor] = Field((), description="Who processes on the controller's behalf.")
    proposed: bool = Field(
        False,
        description="Whether `auditkit init` drafted the tables; what nobody `reviewed` is only proposed.",
    )
    reviewed: Reviewed | None = Field(None, description="Who has checked the draft of all tables.")
    processing: Processing | None = Field(None, description="Which processing it is, and which version.")
    purposes: Named[Purpose] = Field({}, description="The purposes of the data.")
    tenancy: Tenancy | None = Field(None, description="What separates tenants.")
    tables: Annotated[Named[TablePolicy], Keys(Names(Kind.TABLES), about=True)] = Field(
        {},
        description=(
            "What is declared about each table; `tenant_*.orders` covers every table that matches. What `'*'`"
            " says holds for every table, as far as the table's own entry does not say it."
        ),
    )
    access_log: AccessLog | None = Field(None, description="Who accessed what.")
    roles: Roles | None = Field(None, description="The roles of the database.")
    erasure_ledger: ErasureLedger | None = Field(None, description="Who was erased on request.")
    withdrawals: Withdrawals | None = Field(None, description="Who withdrew consent or objected.")
    deletions: Deletions | None = Field(None, description="Which rows were deleted.")
    holds: Holds | None = Field(None, description="What must not be deleted for now.")
    population: Population | None = Field(
        None, description="All people among whom the people of a table could be."
    )
    detection: Detection | None = Field(None, description="What else to look for, and what is not personal.")
    credentials: Credentials | None = Field(None, description="How long keys, tokens and sessions may live.")
    environments: Environments | None = Field(
        None, description="Which sources are production, and which are for tests."
    )
    probe: Probe | None = Field(
        None, description="As which role row-level security is probed; without it there is no probe."
    )
    smallest_count: int | None = Field(
        None,
        ge=1,
        le=1000,
        description=(
            "The smallest count of rows or people that the report and the public summary show; a smaller one"
            " is `fewer than` it. `audit.json` keeps exact counts."
        ),
    )
    exclude: Listed[Exclusion] = Field((), description="Tables that are not audited, and why.")
    waivers: Listed[Waived] = Field((), description="Which findings are accepted, by whom and until when.")
    measures: Listed[Measure] = Field((), description="What protects the data.")
    attestations: Listed[Attestation] = Field((), description="Statements that people answer for.")
    actions: Listed[Action] = Field((), description="What is to be done.")
    decision: Decision | None = Field(None, description="What the controller decided.")
    review: Review | None = Field(None, description="When the assessment is reviewed.")

    _digest: str = PrivateAttr("")
    _file: str = PrivateAttr("")
    _folder: Path = PrivateAttr(default=Path())
    _places: Mapping[load.KeyPath, load.Place] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        """Refuse names of other blocks that do not exist there, and two statements on one subject."""
        if problems := tuple(disagreements(self)):
            raise PolicyError(problems)
        return self

    @classmethod
    def load(cls, source: Policy | str | Path) -> Policy:
        """Return the policy of a file; a policy is returned as it is.

        Raises:
            PolicyError: the file cannot be read, or has mistakes; the error lists them all with their lines.
            UsageError: the argument is neither a policy nor a path.
        """
        if isinstance(source, Policy):
            return source
        try:
            file = Path(source)
        except TypeError:
            raise UsageError(
                "expected the path of a policy file, or what Policy.load(path) or Policy.parse(text) returns;"
                f" this is of type {type(source).__name__}"
            ) from None
        try:
            data = file.read_bytes()
        except OSError as error:
            raise PolicyError(f"{file.name}: cannot be read ({error.strerror})") from None
        return cls.parse(load.decoded(data, file.name), file.name, file.parent)

    @classmethod
    def parse(cls, text: str, name: str = "privacy.yaml", folder: str | Path = ".") -> Self:
        """Return the policy of a YAML text.

        Args:
            text: the YAML.
            name: the name of the file in errors; of a path only the last part is used.
            folder: the folder of the other files that the policy names.

        Raises:
            PolicyError: the text has mistakes; the error lists them all with their lines.
        """
        source = load.read(text, Path(name).name)
        try:
            policy = cls.model_validate(source.tree)
        except ValidationError as error:
            problems = (*source.problems, *problems_of(error, source, cls.json_schema))
            raise PolicyError(
                sorted(problems, key=lambda p: (p.line or 0, p.column or 0)), file=source.file
            ) from None
        if source.problems:
            raise PolicyError(source.problems, file=source.file)
        policy._digest = hashlib.sha256(text.encode()).hexdigest()
        policy._file, policy._places, policy._folder = source.file, source.places, Path(folder)
        policy._check_files()
        return policy

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the policy that `to_dict` wrote; it has no file and no lines.

        Raises:
            PolicyError: it is not a policy.
        """
        try:
            return cls.model_validate(data)
        except ValidationError:
            raise PolicyError("this is not what a policy declares") from None

    def to_dict(self) -> dict[str, Any]:
        """Return what the policy declares as JSON types.

        The block `detection` is left out: it may list values of people.

        >>> Policy.parse("{version: 1, name: X, detection: {}, tables: {users: {k: 5}}}").to_dict()
        {'version': 1, 'name': 'X', 'tables': {'users': {'k': 5}}}
        """
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"detection"})

    def _check_files(self) -> None:
        """Refuse a policy that names a file which cannot be read, or whose content cannot be run."""
        if self.detection is None:
            return
        for key, error in self.detection.problems_of(self._folder):
            if error.file:  # the places of this error are in the other file
                raise error
            raise PolicyError.at(self, ("detection", key), str(error))

    @classmethod
    def empty(cls) -> Self:
        """Return a policy that declares nothing and has no name."""
        return cls.model_construct(version=1, name="")

    @staticmethod
    def json_schema() -> dict[str, Any]:
        """Return the JSON Schema (draft 2020-12) of a policy file, for editors."""
        return schema.of(Policy)

    @property
    def digest(self) -> str:
        """The SHA-256 of the text of the file in hexadecimal; empty where there is no file."""
        return self._digest

    @property
    def file(self) -> str:
        """The base name of the file; empty where there is no file."""
        return self._file

    @property
    def folder(self) -> Path:
        """The folder of the other files that the policy names."""
        return self._folder

    def line(self, *path: str | int) -> int | None:
        """Return the line, from 1, of what the keys lead to, or None where there is no file."""
        return self.place(*path)[0]

    def place(self, *path: str | int) -> tuple[int | None, int | None]:
        """Return the line and the column, from 1, of what the keys lead to, or of the nearest block."""
        return load.nearest(self._places, self._declared(path))

    def problem(self, path: Sequence[str | int], message: str) -> Problem:
        """Return a problem with its place in the file, and the keys as their author wrote them."""
        keys = load.as_written(self._places, self._declared(path)) if self._places else tuple(path)
        return Problem(message, keys, *self.place(*path))

    def _declared(self, path: Sequence[str | int]) -> tuple[str | int, ...]:
        """Return keys that lead to a table with the pattern that covers it in place of its name."""
        if tuple(path[:1]) == ("tables",) and len(path) > 1:
            return ("tables", self.declares(str(path[1])) or path[1], *path[2:])
        return tuple(path)

    def table(self, name: str) -> TablePolicy | None:
        """Return what is declared about a table, or None.

        The name of the table decides; where it is not declared, the first pattern that it matches. What the
        entry of the table leaves open, the entry `'*'` says for all tables; columns and references of both
        count.

        >>> policy = Policy.parse("{version: 1, name: X, tables: {'tenant_*.orders': {anonymous: true}}}")
        >>> policy.table("tenant_7.orders").anonymous, policy.table("orders")
        (True, None)
        >>> text = "{version: 1, name: X, tables: {'*': {k: 5, l: 2}, visits: {k: 9}}}"
        >>> Policy.parse(text).table("visits").k, Policy.parse(text).table("visits").l
        (9, 2)
        """
        key = self.declares(name)
        return self._merged[key] if key is not None else None

    @cached_property
    def _merged(self) -> Mapping[str, TablePolicy]:
        """What is declared under each key of `tables`, with what the key `'*'` says for all tables."""
        every = self.tables.get(EVERY)
        return self.tables if every is None else {k: t.over(every) for k, t in self.tables.items()}

    def declares(self, name: str) -> str | None:
        """Return the key of `tables` that covers a table, or None."""
        if name in self.tables:
            return name
        return next((key for key in self.tables if "*" in key and fnmatch.fnmatchcase(name, key)), None)

    def proposes(self, name: str, as_of: date) -> bool:
        """Return whether what the policy says about a table is a draft that nobody has reviewed by a day.

        >>> policy = Policy.parse("{version: 1, name: X, proposed: true, tables: {users: {k: 5}}}")
        >>> policy.proposes("users", date(2026, 11, 22))
        True
        """
        key = self.declares(name)
        if not self.proposed or key is None:
            return False
        return not any(r.holds(as_of) for r in (self.reviewed, self.tables[key].reviewed) if r is not None)

    @property
    def signed_runs(self) -> Mapping[str, str]:
        """The runs that people signed on: the SHA-256 of each manifest, by the id of the run."""
        runs = [statement.run for statement in self.attestations]
        runs += [self.decision.run] if self.decision is not None else []
        return {run.id: run.manifest_sha256 for run in runs if run is not None}

    def exclusion(self, name: str) -> str | None:
        """Return why a table is not audited, or None where it is audited.

        >>> policy = Policy.parse("{version: 1, name: X, exclude: [{tables: 'django_*', reason: framework}]}")
        >>> policy.exclusion("django_session")
        'framework'
        """
        return next((e.reason for e in self.exclude if fnmatch.fnmatchcase(name, e.tables)), None)

    def excluded(self, name: str) -> Missing | None:
        """Return the `Missing` of a table that is not audited, or None where it is audited."""
        reason = self.exclusion(name)
        return None if reason is None else Missing(Cause.EXCLUDED, f"excluded by the policy: {reason}")

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Yield the parts of a short `repr`; `policy.model_dump()` returns everything."""
        yield from (("name", self.name), ("tables", len(self.tables)), ("purposes", len(self.purposes)))

    def _repr_html_(self) -> str:
        from auditkit.policy.policy_html import html

        return html(self)
