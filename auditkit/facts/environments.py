from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.outcome import Cause, Confidence, Missing
from auditkit.policy import Policy, PolicyError
from auditkit.relations.names import words
from auditkit.vocabulary import did_you_mean

TEST = re.compile(r"(?:^|_)(?:tests?|testing|dev|devel|develop|development|qa|uat|sandbox|preprod)\d*(?:_|$)")
STAGE = re.compile(r"(?:^|_)(?:staging|stage|stg|integration)\d*(?:_|$)")
"""Of a database of its own; a schema that is called so in the same database is a step on the way into it."""
LIVE = re.compile(r"(?:^|_)(?:prod|production|prd|live|main|master)\d*(?:_|$)")


@dataclass(frozen=True)
class Environments:
    """Which tables are of a production source, and which of one for tests; both by table, with the source's
    name.
    """

    production: Mapping[str, str]
    test: Mapping[str, str]
    confidence: Confidence


def environments(dataset: Dataset, policy: Policy) -> Environments | Missing:
    """The sources of the audit (`prod=... test=...`), or schemas, that are production, and those that are
    tests.

    They are declared in the policy, or told by their names; a source is what stands before the dot in the
    names of its tables, or the name of a lone frame.

    Raises:
        PolicyError: the policy names a source that is not there.
    """
    names = {name: name.partition(".")[0] for name in dataset.tables if policy.exclusion(name) is None}
    sources = dict.fromkeys(names.values())
    stated = policy.environments
    if stated is not None and stated.test:
        for key, declared in (("test", stated.test), ("production", stated.production)):
            for i, source in enumerate(declared):
                if source not in sources:
                    told = f"there is no source or schema {source!r}.{did_you_mean(source, sources)}"
                    raise PolicyError.at(policy, ("environments", key, i), told)
        tests = set(stated.test)
        live = set(stated.production) or set(sources) - tests
    else:
        stages = {s for s in sources if STAGE.search(words(s))}
        tests = {s for s in sources if TEST.search(words(s))} | {
            s for s in stages if _stands_alone(dataset, names, s)
        }
        live = {s for s in sources if s not in tests and LIVE.search(words(s))}
        live = live or {s for s in sources if s not in tests and any(n.startswith(f"{s}.") for n in names)}
    if not tests or not live:
        return Missing(
            Cause.NOT_APPLICABLE,
            "the audit has no production source beside one for tests: give both, as prod=... test=...",
        )
    sure = Confidence.HIGH if stated is not None and stated.test else Confidence.MEDIUM
    production, test = (
        {name: source for name, source in names.items() if source in chosen} for chosen in (live, tests)
    )
    return Environments(production, test, sure)


def _stands_alone(dataset: Dataset, names: Mapping[str, str], source: str) -> bool:
    """Return whether a source is no schema of a database that has others, too."""
    mine, others = ([n for n, s in names.items() if (s == source) is own] for own in (True, False))
    loose = all(dataset.relations[n].kind in ("frame", "file") for n in mine)
    return loose or all(is_apart(dataset.tables[a], dataset.tables[b]) for a in mine[:1] for b in others)
