"""What a check is: a pure function from facts to what breaks the policy; and what a fact is.

A check lives in a module of its own under `auditkit.scanners`; its id is its place
(`scanners/retention/overdue.py` is `retention-overdue`), its parameters name the facts it asks for, its
module docstring is its documentation.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any, ClassVar, TypeAlias, TypeVar, overload

import ibis.expr.types as ir

from auditkit.check_page import Described
from auditkit.outcome import Confidence, Missing, Severity


@dataclass(frozen=True)
class Measure:
    """A number that has a limit; `breaks` says whether it is on the wrong side of it. All three are evaluated
    in one query.
    """

    value: ir.NumericScalar
    limit: float
    breaks: ir.BooleanScalar


Result: TypeAlias = ir.BooleanValue | ir.Table | Measure


@dataclass(frozen=True)
class Between:
    """The two tenants that a broken row brings together: its own, and the other.

    Where the other is not in the row, `shared` is the value by which a row of another tenant is found in the
    same table.
    """

    own: ir.Value
    other: ir.Value | None = None
    shared: ir.Value | None = None


@dataclass(frozen=True)
class Offending:
    """A result, and what a reader needs beside it.

    Attributes:
        result: what breaks the policy.
        detail: names, each with a scalar expression over the same rows, a number, or the name of a schema
            object. Expressions are evaluated in the query that counts the result.
        severity: a word, or an integer scalar of the same query, from 0 (low) to 3 (critical).
        confidence: how sure the finding is, where that differs from the check's own.
        of: out of how many the result is, where it counts something else than rows.
        unseen: how many rows cannot be judged; where nothing else is found, the check is not assessed.
        unseen_says: why, as a phrase with `{unseen}`; see `auditkit.phrase`.
        between: which two tenants a broken row brings together.
        boundary_holds: False where the data shows that the tenant is no boundary here, so that a row which
            crosses it is no leak.
        closer: returns what to report instead, where something breaks the policy. It may ask the source: most
            rows are right, and a closer look at them would cost time for nothing.
    """

    result: Result
    detail: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity | ir.IntegerScalar | None = None
    confidence: Confidence | None = None
    of: ir.IntegerScalar | None = None
    unseen: ir.IntegerScalar | None = None
    unseen_says: str = ""
    between: Between | None = None
    boundary_holds: bool = True
    closer: Callable[[], Offending] | None = None


class Item:
    """One item of a fact under `@each`: what it adds to the place of an outcome, and why it cannot be seen.

    A subclass says by keywords which of its attributes are the table, the columns and the target of an
    outcome.

    >>> @dataclass(frozen=True)
    ... class Key(Item, columns="name", target="parent"):
    ...     name: str
    ...     parent: str
    >>> Key("user_id", "users").locus
    {'columns': ('user_id',), 'target': 'users'}
    """

    _place: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(
        cls, *, table: str | None = None, columns: str | None = None, target: str | None = None
    ) -> None:
        """Remember which attributes say where an outcome is."""
        if given := {part: name for part, name in zip(_PARTS, (table, columns, target), strict=True) if name}:
            cls._place = given

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it adds to the place of an outcome: some of `table`, `columns` and `target`."""
        values = {part: attrgetter(name)(self) for part, name in self._place.items()}
        if isinstance(values.get("columns"), str):
            values["columns"] = (values["columns"],)
        return values

    @property
    def reaches(self) -> tuple[str, ...]:
        """The other tables whose rows its rows lead to."""
        return ()

    @property
    def missing(self) -> Missing | None:
        """Why nothing about it can be seen, or None."""
        return None


_PARTS = ("table", "columns", "target")

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Marks:
    """What a decorator says of a fact.

    Attributes:
        each: the fact is a tuple of items, and whatever asks for it runs once for each item.
        reads_cells: the fact reads every cell of a table, so that whatever asks for it takes long.
    """

    each: bool = False
    reads_cells: bool = False


@overload
def fact(function: F, /) -> F: ...
@overload
def fact(*, reads_cells: bool) -> Callable[[F], F]: ...
def fact(function: F | None = None, /, *, reads_cells: bool = False) -> F | Callable[[F], F]:
    """Mark a function as a fact, which checks and other facts ask for by its name.

    The parameters of the function are the facts it is made from.

    Args:
        function: the function that computes the fact.
        reads_cells: the fact reads every cell of a table.

    >>> @fact
    ... def today(as_of):
    ...     return as_of
    >>> marks_of(today)
    Marks(each=False, reads_cells=False)
    """

    def mark(marked: F) -> F:
        return _marked(marked, Marks(reads_cells=reads_cells))

    return mark if function is None else mark(function)


def each(function: F) -> F:
    """Mark a function as a fact with several items: whatever asks for it runs once for each item.

    The function returns a tuple of `Item`, or a `Missing` that says why it has no items.
    """
    return _marked(function, Marks(each=True))


def _marked(function: F, marks: Marks) -> F:
    function.__fact__ = marks  # type: ignore[attr-defined]
    return function


def marks_of(function: object) -> Marks | None:
    """Return what the decorator says of a fact; None where the function is no fact."""
    marks = getattr(function, "__fact__", None)
    return marks if isinstance(marks, Marks) else None


class Asking:
    """What has a function that asks for facts by the names of its parameters."""

    function: Callable[..., Any]

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The facts it asks for."""
        return tuple(inspect.signature(self.function).parameters)

    @cached_property
    def optional(self) -> frozenset[str]:
        """The facts it can do without."""
        parameters = inspect.signature(self.function).parameters.values()
        return frozenset(p.name for p in parameters if p.default is not p.empty)


@dataclass(frozen=True)
class Check(Described, Asking):
    """A check of the catalogue: a function, and what is always true of its findings.

    Attributes:
        function: the check itself.
        severity: how bad a finding is, before the severity rule.
        confidence: how sure a finding is, where nothing is inferred.
        articles: the law it rests on, as in `GDPR 5(1)(e)`.
        incident: a finding may be a personal data breach that somebody must assess (GDPR Art. 33).
        says: how the details of a finding read as a phrase; see `auditkit.phrase`.
        aliases: ids that this check had before; waivers for them stay valid.
    """

    function: Callable[..., Result | Offending]
    severity: Severity
    confidence: Confidence
    articles: tuple[str, ...]
    incident: bool = False
    says: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its place: `retention-overdue` is `scanners/retention/overdue.py`."""
        _, scanner, name = f"..{self.function.__module__}".rsplit(".", 2)
        return f"{scanner}-{name}".replace("_", "-").lstrip("-")

    @property
    def scanner(self) -> str:
        """The folder it lives in."""
        return self.id.partition("-")[0]

    @property
    def doc(self) -> str:  # type: ignore[override]
        """Its page: the docstring of its module."""
        return inspect.cleandoc(sys.modules[self.function.__module__].__doc__ or "")

    def __call__(self, *args: Any, **facts: Any) -> Result | Offending:
        """Run it on facts."""
        return self.function(*args, **facts)


def check(
    *,
    severity: Severity,
    confidence: Confidence = Confidence.HIGH,
    articles: tuple[str, ...] = (),
    incident: bool = False,
    says: str = "",
    aliases: tuple[str, ...] = (),
) -> Callable[[Callable[..., Result | Offending]], Check]:
    """Make a function a check; the arguments are the attributes of `Check`."""
    return lambda function: Check(function, severity, confidence, articles, incident, says, aliases)


def graded(severity: Severity, *, sensitive: bool, confidence: Confidence) -> Severity:
    """Apply the severity rule: one up where special categories, credentials or payment data are in reach, at
    most medium where unsure.

    A finding that is not sure says so by its confidence; it must not also shout.

    >>> graded(Severity.HIGH, sensitive=True, confidence=Confidence.HIGH)
    <Severity.CRITICAL: 'critical'>
    >>> graded(Severity.CRITICAL, sensitive=False, confidence=Confidence.LOW)
    <Severity.MEDIUM: 'medium'>
    """
    raised: Severity = severity.shifted(1) if sensitive else severity
    match confidence:
        case Confidence.HIGH:
            return raised
        case Confidence.MEDIUM:
            return raised.shifted(-1)  # type: ignore[no-any-return]
        case _:
            return min(raised, Severity.MEDIUM, key=lambda s: s.rank)
