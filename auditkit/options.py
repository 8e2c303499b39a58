"""How a run is made: for which day, how much it reads, how long it may take, and who watches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from numbers import Integral

from auditkit.budget import Budget
from auditkit.errors import UsageError
from auditkit.running.progress import Progress


@dataclass(frozen=True)
class RunOptions:
    """The parameters of a run, checked.

    Attributes:
        as_of: the day of the audit, 00:00 UTC.
        sample: how many rows of a table are read at most when looking for personal data; None for all.
        strict: a check that fails raises, instead of being not assessed.
        budget: how long the run may go on reading; None for as long as it takes.
        progress: is called with what is being done, how much of it is done, and how much there is.
    """

    as_of: date
    sample: int | None = None
    strict: bool = False
    budget: Budget | None = None
    progress: Progress | None = None

    @classmethod
    def of(
        cls,
        *,
        as_of: date | str | None = None,
        sample: int | None = None,
        strict: bool = False,
        budget: Budget | timedelta | str | None = None,
        progress: Progress | None = None,
    ) -> RunOptions:
        """Return the options of a run that begins now.

        Args:
            as_of: the day of the audit; today in UTC by default.
            sample: as in `RunOptions`.
            strict: as in `RunOptions`.
            budget: a time, a text such as `10m`, or a budget that has begun.
            progress: as in `RunOptions`.

        Raises:
            UsageError: an argument is not what it must be; the message says what was expected.

        >>> RunOptions.of(as_of="2026-11-22", sample=10_000).as_of
        datetime.date(2026, 11, 22)
        """
        _check_sample(sample)
        return cls(day(as_of), sample, strict, Budget.of(budget), progress)


def day(as_of: date | str | None) -> date:
    """Return the day of an audit: the given one, else today in UTC.

    Raises:
        UsageError: the text is not an ISO 8601 date.
    """
    if not as_of:
        return datetime.now(UTC).date()
    if isinstance(as_of, datetime):
        return as_of.date()
    if isinstance(as_of, date):
        return as_of
    try:
        return date.fromisoformat(as_of)
    except (ValueError, TypeError):
        raise UsageError("as_of is a date like 2026-11-22 (00:00 UTC of that day)") from None


def _check_sample(sample: object) -> None:
    if sample is None:
        return
    check_rows("sample", sample)
    if sample == 0:
        raise UsageError("sample is a number of rows a table, 1 or more; leave it out to read every row")


def check_rows(name: str, value: object) -> None:
    """Refuse what is not a number of rows; 0 is allowed, and None means that nothing was given.

    Raises:
        UsageError: it is of another type, or negative.
    """
    if value is None:
        return
    expected = f"{name} is a number of rows a table, such as 10_000"
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise UsageError(f"{expected}; this is of type {type(value).__name__}")
    if int(value) < 0:
        raise UsageError(f"{expected}; a negative one makes no sense")
