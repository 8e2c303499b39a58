"""The only loop: gather the facts that checks ask for, run the checks, and count what they return.

It imports no check: it is given them. Nothing that was planned disappears: it passes, is a finding, or is not
assessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditkit.check import Check, Offending
from auditkit.dataset import Dataset
from auditkit.detection import Profile
from auditkit.examine.closed import with_closed_columns
from auditkit.examine.counting import answered
from auditkit.examine.examination import Examination
from auditkit.examine.parts import Part, parts
from auditkit.examine.question import Question
from auditkit.examine.undecoded import with_undecoded_cells
from auditkit.facts import seen_by
from auditkit.options import RunOptions
from auditkit.outcome import Finding, Missing, NotAssessed, Outcome
from auditkit.policy import Policy
from auditkit.running.progress import Progress, step


@dataclass(frozen=True)
class Examined:
    """What an examination gave.

    Attributes:
        outcomes: of everything that was planned, in their order.
        questions: what the checks returned where they found something, for who wants to ask more about it.
        run: the facts that were gathered, and the failures.
    """

    outcomes: tuple[Outcome, ...]
    questions: tuple[Question, ...]
    run: Examination


def examine(
    checks: Iterable[Check],
    dataset: Dataset,
    policy: Policy,
    options: RunOptions,
    known: Mapping[str, Any] | None = None,
) -> Examined:
    """Run checks over a dataset.

    With a budget, the checks that need no cell to be fetched go first. What cannot be read in time is not
    assessed, and a statement that takes too long is stopped.

    Args:
        checks: the checks.
        dataset: an open one.
        policy: what is declared.
        options: the parameters of the run.
        known: facts that were computed before, by name.

    Raises:
        PolicyError: the policy names what is not there.
        SourceError: never for one table; such a table is not assessed.
    """
    run, checks = Examination(dataset, policy, options, known=known or {}), list(checks)
    outcomes: list[Outcome] = []
    questions: list[Question] = []
    with run.bounded():
        for part in (part for turn in _turns(checks, options) for part in parts(run, turn)):
            for question, found in _examined(run, part):
                outcomes += found
                if question is not None and any(isinstance(outcome, Finding) for outcome in found):
                    questions.append(question)
            run.facts.forget(part.tables or ())
    every = with_closed_columns(outcomes, checks, dataset)
    if run.facts.asked("profile"):
        found = run.facts.get("profile", {})
        every = with_undecoded_cells(every, checks, found, policy) if isinstance(found, Profile) else every
    return Examined(tuple(sorted(every, key=lambda o: o.sort_key)), tuple(questions), run)


def _examined(run: Examination, part: Part) -> Iterator[tuple[Question | None, Sequence[Outcome]]]:
    """Yield the outcomes of a part of the run, each with its question where there was one."""
    report, questions = part.watched(run.report), []
    for answer in _asked(run, part, report):
        if isinstance(answer, Question):
            questions.append(answer)
        else:
            yield None, (answer,)
    yield from answered(run, questions, report)


def ask(run: Examination, checks: Iterable[Check]) -> Iterator[Question | NotAssessed]:
    """Run each check in every scope it has; yield what it returned, not counted, or why it could not run.

    Checks that read every cell come last, so that an error of the policy comes first.
    """
    yield from _asked(run, Part(tuple(checks)), run.report)


def _asked(run: Examination, part: Part, report: Progress) -> Iterator[Question | NotAssessed]:
    """Run each check of a part in every scope it has there; yield what it returned, as `ask` does."""
    ordered = sorted(part.checks, key=_reads_cells)
    for done, check in enumerate(ordered):
        report(step("facts", check.id), done, len(ordered))
        yield from _answers(run, check, part)
    report(step("facts"), len(ordered), len(ordered))


def _turns(checks: Iterable[Check], options: RunOptions) -> Iterator[list[Check]]:
    """Yield the checks in as few turns as possible; where time may run out, the quick ones first."""
    every = list(checks)
    quick = [c for c in every if options.budget is not None and not _reads_cells(c)]
    yield from filter(None, (quick, [c for c in every if c not in quick]))


def _reads_cells(check: Check) -> bool:
    return seen_by(check).reads_cells(check.needs)


def _answers(run: Examination, check: Check, part: Part) -> Iterator[Question | NotAssessed]:
    """Run a check in every scope it has in a part; yield what it returned, or why it could not run."""
    known = seen_by(check)
    for scope, unseen in run.facts.scopes(check.needs, known, part.meant(check)):
        locus: dict[str, Any] = {}
        for item in scope.values():
            locus |= item.locus
        arguments = unseen or run.facts.arguments(check.needs, check.optional, scope, known)
        if isinstance(arguments, Missing):
            yield NotAssessed(check=check.id, cause=arguments.cause, reason=arguments.reason, **locus)
            continue
        try:
            result = check(**arguments)
        except Exception as error:  # a check that fails must not end the audit: it is not assessed here
            missing = run.failed(check.id, error)
            yield NotAssessed(check=check.id, cause=missing.cause, reason=missing.reason, **locus)
            continue
        answer = result if isinstance(result, Offending) else Offending(result)
        subject, sensitive = (
            run.facts.get(name, scope) if "relation" in scope else None for name in ("subject", "sensitive")
        )
        key = subject if isinstance(subject, str) else None
        yield Question(check, locus, answer, key, sensitive is True, scope)
