"""A privacy audit toolkit: find personal data, see where data breaks your policy, write the report.

import auditkit

auditkit.explore("people.csv")                           # what is there, without any policy
auditkit.profile("people.csv")                           # which columns hold which personal data
auditkit.audit("app.sqlite", policy="privacy.yaml")      # what breaks the policy
auditkit.report("app.sqlite", "privacy.yaml", "reports") # the privacy impact assessment
auditkit.locate("app.sqlite", "privacy.yaml", subject="env:SUBJECT")    # every row about one data subject
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

# The packages come first. The functions below have the same names, and are what `auditkit.audit`,
# `auditkit.locate` and `auditkit.report` mean from then on.
import auditkit.audit as _audit_package  # noqa: F401
import auditkit.locate as _locate_package  # noqa: F401
import auditkit.report as _report_package  # noqa: F401
from auditkit.version import __version__ as __version__

if TYPE_CHECKING:
    from auditkit.assess import Run
    from auditkit.audit.audit import Audit
    from auditkit.check_page import Page, Pages
    from auditkit.dataset import Dataset, SourceError
    from auditkit.detection import Profile
    from auditkit.draft import Policy
    from auditkit.exploration import Exploration
    from auditkit.locate.location import Location
    from auditkit.outcome import Finding
    from auditkit.policy import PolicyError

__all__ = [
    "Audit",
    "Dataset",
    "Exploration",
    "Policy",
    "PolicyError",
    "Profile",
    "SourceError",
    "audit",
    "checks",
    "explain",
    "explore",
    "init",
    "locate",
    "open",
    "profile",
    "report",
]

_HOMES = {
    "Audit": "auditkit.audit.audit",
    "Dataset": "auditkit.dataset",
    "Exploration": "auditkit.exploration",
    "Policy": "auditkit.draft",
    "PolicyError": "auditkit.policy",
    "Profile": "auditkit.detection",
    "SourceError": "auditkit.dataset",
}


def __getattr__(name: str) -> Any:
    """Import a public class when it is first asked for, so that `import auditkit` stays quick."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the public names, and not what this module imports for itself."""
    return [*__all__, "__version__"]


def load_ipython_extension(shell: Any) -> None:
    """Add `%privacy` and `%%audit` to a notebook: `%load_ext auditkit`."""
    from auditkit.notebooks.magics import register

    register(shell)


def open(source: Any) -> Dataset:
    """Open a source read-only and return its tables as a `Dataset`.

    Args:
        source: a DataFrame, a dict of them, a file, folder, glob or URL, `env:NAME` for the content of an
            environment variable, or an Ibis backend or table.

    Raises:
        SourceError: auditkit cannot open it. The message says what was expected; it holds no value and no
            password.

    >>> import auditkit, pandas as pd
    >>> with auditkit.open({"people": pd.DataFrame({"id": [1], "email": ["ana@example.org"]})}) as dataset:
    ...     list(dataset.tables)
    ['people']
    """
    from auditkit import dataset

    return dataset.open(source)


def profile(source: Any, *, sample: int | None = None, policy: Policy | str | Path | None = None) -> Profile:
    """Return which columns of a source hold which personal data.

    Every cell that can hold personal data is read, and so are the names of the columns.

    Args:
        source: as for `open`.
        sample: read at most so many rows a table, drawn from the whole table with a fixed seed; every row by
            default.
        policy: its block `detection` says what else to look for, and what is never personal data.

    Raises:
        SourceError: auditkit cannot open the source.
        PolicyError: the policy cannot be read, or names a model that is not installed.

    >>> import auditkit, pandas as pd
    >>> found = auditkit.profile(pd.DataFrame({"email": ["ana@example.org", "ben@example.org"]}))
    >>> [(c.column, c.entity, c.verdict) for c in found.columns]
    [('email', 'EMAIL_ADDRESS', 'certain')]
    """
    from auditkit import detection
    from auditkit.dataset import opened
    from auditkit.options import check_rows
    from auditkit.policy import Policy
    from auditkit.running.progress import progress

    check_rows("sample", sample)
    declared = Policy.load(policy) if policy is not None else None
    with opened(source) as dataset, progress() as watch:
        return detection.profile(dataset, sample=sample, progress=watch, policy=declared)


def checks() -> Pages:
    """Return the pages of all checks, which a notebook shows as a table.

    >>> import auditkit
    >>> [page.id for page in auditkit.checks() if page.scanner == "pii"][:3]
    ['pii-child', 'pii-declared-absent', 'pii-free-text']
    """
    from auditkit.check_page import Pages, pages

    return Pages(pages().values())


def explain(check: str | Finding) -> Page:
    """Return the page of a check: what it finds, why it matters, how to fix it, and its limits.

    Args:
        check: the id of a check, or a finding of an audit.

    Raises:
        ValueError: there is no such check; the message has the nearest one.

    >>> import auditkit
    >>> auditkit.explain("retention-overdue").title
    'Rows kept past their retention period'
    """
    from auditkit.catalogue import page

    return page(check if isinstance(check, str) else check.check)


def init(source: Any, out: str | Path | None = None) -> str:
    """Return a draft of a policy for what a source holds, as YAML; what only people can state is null.

    Args:
        source: as for `open`.
        out: a file to write the draft to as well; an existing file is never replaced.

    Raises:
        SourceError: auditkit cannot open the source.
        FileExistsError: the file exists.

    >>> import auditkit, pandas as pd
    >>> draft = auditkit.init({"people": pd.DataFrame({"email": ["ana@example.org"] * 9})})
    >>> auditkit.Policy.parse(draft).table("people").columns["email"].category
    'user.contact.email'
    """
    from auditkit.draft import Policy

    text = Policy.draft(source)
    if out is not None:
        with Path(out).open("x", encoding="utf-8") as file:
            file.write(text)
    return text


def explore(
    source: Any,
    *,
    as_of: date | str | None = None,
    sample: int | None = None,
    budget: timedelta | str | None = None,
    name: str | None = None,
) -> Exploration:
    """Return what a source holds, and what a policy would find in it, before anybody has written one.

    It profiles the source, drafts a policy, and audits with this draft as a preview: personal data, who can
    be found (k by the proposed quasi-identifiers), what would be overdue after 1 to 10 years, the tenants,
    texts with identifiers, and what to state next. Nobody has stated the draft, and every output says so.

    Args:
        source: as for `open`.
        as_of: as for `audit`.
        sample: as for `profile`.
        budget: as for `audit`.
        name: as for `audit`.

    Raises:
        SourceError: auditkit cannot open the source.
        ValueError: the day or the budget is not known.

    >>> import auditkit, pandas as pd
    >>> born = [f"19{60 + n}-0{1 + n % 9}-15" for n in range(40)]
    >>> people = pd.DataFrame({"id": range(40), "birth_date": born, "gender": ["f", "m"] * 20})
    >>> found = auditkit.explore(people, name="people")
    >>> [(h.table, h.k, h.alone, h.rows) for h in found.hiding]
    [('people', 1, 40, 40)]
    >>> [(statement.table, statement.key) for statement in found.next]
    [('people', 'quasi_identifiers'), ('people', 'retention')]
    """
    from auditkit.exploration import explore as run

    return run(source, as_of=as_of, sample=sample, budget=budget, name=name)


def audit(
    source: Any,
    policy: Policy | str | Path | None = None,
    *,
    scanners: Collection[str] | None = None,
    checks: Collection[str] | None = None,
    as_of: date | str | None = None,
    sample: int | None = None,
    strict: bool = False,
    budget: timedelta | str | None = None,
    name: str | None = None,
) -> Audit:
    """Run the checks over a source and return every outcome: passed, finding, or not assessed.

    Args:
        source: as for `open`.
        policy: what the organisation declares. Without it, every check that needs no declaration still runs.
        scanners: some of pii, retention, tenancy, minimisation, reidentification, access; all by default.
        checks: ids of checks; all checks of those scanners by default.
        as_of: the day of the audit, 00:00 UTC; today by default.
        sample: as for `profile`. Counts that a database makes stay exact.
        strict: raise the error when a check fails, instead of calling the check not assessed; and when the
            policy names a table that the source lacks.
        budget: how long to go on reading, such as `10m`. What does not begin in time is not assessed.
        name: what to call a lone DataFrame, so that the policy of this table fits it. By default it has the
            name of the only table that the policy declares, else `data`.

    Raises:
        SourceError: auditkit cannot open the source.
        PolicyError: the policy cannot be read, or names something that the source does not have.
        ValueError: a scanner, a check, the day or the budget is not known.

    >>> import auditkit, pandas as pd
    >>> people = {"people": pd.DataFrame({"email": ["ana@example.org", "ben@example.org"]})}
    >>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tables: {people: {columns: {}}}}")
    >>> found = auditkit.audit(people, policy, checks=["pii-undeclared"])
    >>> [(f.check, f.table, f.columns, f.rows) for f in found.findings]
    [('pii-undeclared', 'people', ('email',), 2)]
    """
    from auditkit.scanners import audit as run

    return run(
        source,
        policy,
        scanners=scanners,
        checks=checks,
        as_of=as_of,
        sample=sample,
        strict=strict,
        budget=budget,
        name=name,
    )


def report(
    source: Any,
    policy: Policy | str | Path | None,
    out: str | Path,
    *,
    as_of: date | str | None = None,
    sample: int | None = None,
    previous: str | Path | None = None,
    view: str | None = None,
    language: str | None = None,
    budget: timedelta | str | None = None,
    strict: bool = False,
) -> Run:
    """Audit a source and write the privacy impact assessment into a new run folder below `out`.

    Args:
        source: as for `open`.
        policy: as for `audit`. Its human statements become part of the report; what it does not state is
            shown as not assessed.
        out: the folder for runs. This run becomes `out/<policy>/<run id>/`.
        as_of: as for `audit`.
        sample: as for `audit`.
        previous: the folder of an earlier run to compare with.
        view: whose template gives the order and the words: `edpb` (European Data Protection Board), `ico` or
            `cnil`; the report's own by default.
        language: the language of the report: `en`, `de` or `fr`; by default that of the policy, else
            English.
        budget: as for `audit`.
        strict: as for `audit`.

    Raises:
        SourceError: auditkit cannot open the source.
        PolicyError: the policy cannot be read, or names something that the source does not have.

    >>> import auditkit, pandas as pd, tempfile
    >>> people = {"people": pd.DataFrame({"email": ["ana@example.org", "ben@example.org"]})}
    >>> with tempfile.TemporaryDirectory() as runs:
    ...     run = auditkit.report(people, None, runs, as_of="2026-11-22")
    ...     run.report_html.name, run.report_html.is_file(), run.audit.worst
    ('report.html', True, None)
    """
    from auditkit.assess import report as write
    from auditkit.errors import UsageError
    from auditkit.options import check_rows

    check_rows("sample", sample)
    if not isinstance(out, str | Path):
        raise UsageError(
            f"out is the path of the folder for runs, such as 'reports'; this is of type {type(out).__name__}"
        )
    return write(
        source,
        policy,
        out,
        as_of=as_of,
        sample=sample,
        previous=previous,
        view=view,
        language=language,
        budget=budget,
        strict=strict,
    )


def locate(
    source: Any,
    policy: Policy | str | Path | None = None,
    *,
    subject: str | Iterable[str],
    as_of: date | str | None = None,
    limit: int = 1000,
) -> Location:
    """Find every row about one data subject, for a request of access or erasure.

    The result holds counts, the paths that lead to the rows, and labels of the rows. A database server sees
    the identifiers in the statements that auditkit sends, and its own log may keep them.

    Args:
        source: as for `open`.
        policy: what it says of subjects, columns, references, retention and holds is used; the rest is taken
            from the names and the data.
        subject: `env:NAME`, an environment variable with one identifier a line (an e-mail address, a
            telephone number, a customer number, or `table.column=value`), or a list of identifiers that a
            program has read. A plain text is refused.
        as_of: the day for holds and minimum periods, 00:00 UTC; today by default.
        limit: how many labels of rows to return for each table at most. Counts are always whole.

    Raises:
        SourceError: auditkit cannot open the source.
        PolicyError: the policy cannot be read, or names something that the source does not have.
        ValueError: the identifiers are not given as they must be, or fit more than one person. No value is
            in the message.

    >>> import auditkit, pandas as pd
    >>> users = pd.DataFrame({"id": [1, 2], "email": ["ana@example.org", "ben@example.org"]})
    >>> notes = pd.DataFrame({"user_id": [1, 2, 2], "note": ["hello", "call me", "thanks"]})
    >>> policy = auditkit.Policy.parse(
    ...     "{version: 1, name: Shop, tables: {users: {subject: {type: customer, key: id}},"
    ...     " notes: {references: {user_id: users.id}}}}"
    ... )
    >>> location = auditkit.locate({"users": users, "notes": notes}, policy, subject=["ben@example.org"])
    >>> [(found.table, found.rows) for found in location.found]
    [('users', 1), ('notes', 2)]
    """
    from auditkit.locate.search import locate as search
    from auditkit.options import check_rows

    check_rows("limit", limit)
    return search(source, policy, subject=subject, as_of=as_of, limit=limit)
