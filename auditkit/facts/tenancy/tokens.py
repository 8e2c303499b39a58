from __future__ import annotations

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.outcome import Cause, Missing
from auditkit.policy import NoColumnError, Policy
from auditkit.relations import Relations, names
from auditkit.relations.tokens import SHORTEST, Tokens


@fact
def tokens(dataset: Dataset, policy: Policy, relations: Relations) -> Tokens | Missing:
    """What names each tenant in texts and paths: the declared columns of the root, else its unique text
    columns of 6 characters or more.
    """
    boundary = relations.boundary
    if boundary is None:
        return Missing(
            Cause.UNDECLARED, "nothing says what a tenant is: declare `tenancy` with its root and key"
        )
    root = dataset.tables[boundary.root]
    stated = policy.tenancy.tokens if policy.tenancy is not None else ()
    for column in stated:
        if column not in root.columns:
            raise NoColumnError.of(policy, ("tenancy", "tokens"), boundary.root, column, root.columns)
    text = [c for c in root.columns if root[c].type().is_string()]
    if not stated and text:
        names_one = {
            c: (root[c].nunique() == root[c].count()) & (root[c].length().min() >= SHORTEST) for c in text
        }
        unique = dataset.fetch(root.aggregate(**names_one))[0]
        text = [c for c in text if unique[c]]
    chosen = list(stated) or text
    named = [
        (str(row[0]), row[1:])
        for batch in dataset.stream(
            root.select(boundary.root_key, *[c for c in chosen if c != boundary.root_key])
        )
        for row in batch
    ]
    return Tokens.of(named, names.singular(boundary.root))
