"""The public `Policy`, which also drafts a policy from what a source holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditkit import policy

if TYPE_CHECKING:
    from auditkit.dataset import Dataset
    from auditkit.detection import Profile
    from auditkit.draft.plan import Plan
    from auditkit.draft.words import Words
    from auditkit.relations import Relations


class Policy(policy.Policy):
    """What an organisation declares about one processing of personal data, and what people sign for it.

    >>> policy = Policy.parse("{version: 1, name: X, tables: {users: {columns: {mail: user.contact}}}}")
    >>> policy.table("users").columns["mail"].category
    'user.contact'
    """

    @classmethod
    def draft(cls, source: object) -> str:
        """Return the YAML text of a policy for what a source holds; what only people can state is null in it.

        Args:
            source: anything that `auditkit.open` opens.

        Raises:
            SourceError: the source cannot be opened.
        """
        from auditkit import detection
        from auditkit.dataset import opened

        with opened(source) as dataset:
            return draft(dataset, detection.profile(dataset))


def draft(
    dataset: Dataset,
    profile: Profile,
    relations: Relations | None = None,
    *,
    words: Words | None = None,
    language: str | None = None,
) -> str:
    """Return the YAML text of a policy for what was found in a dataset.

    Args:
        dataset: the tables.
        profile: the personal data in their columns; `certain` and `likely` columns are declared, those to
            `review` are comments.
        relations: the references and tenants of the tables; they are looked for where they are not given.
        words: the words of the comments; English by default.
        language: the language that people will write in; it is noted in the draft.
    """
    from auditkit.draft.text import written

    return written(dataset, profile, planned(dataset, profile, relations), words, language=language)


def planned(dataset: Dataset, profile: Profile, relations: Relations | None = None) -> Plan:
    """Return what a draft proposes for what was found in a dataset; the arguments are those of `draft`."""
    from auditkit import relations as related
    from auditkit.draft.plan import plan

    return plan(dataset, profile, relations or related.of(dataset, policy.Policy.empty()))
