from __future__ import annotations

import re
from collections.abc import Mapping

from auditkit.dataset import Dataset
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations
from auditkit.relations.names import singular, words


def tenant_schemas(dataset: Dataset, relations: Relations) -> Mapping[str, str] | Missing:
    """The schemas that belong to one tenant each, with its key: those that are called by its key, its slug or
    its name.
    """
    boundary = relations.boundary
    if boundary is None:
        return Missing(
            Cause.UNDECLARED, "nothing says what a tenant is: declare `tenancy` with its root and key"
        )
    schemas = {name.rpartition(".")[0] for name in relations.scopes} - {""}
    found: dict[str, str] = {}
    if schemas:
        root = dataset.tables[boundary.root]
        text = [c for c in root.columns if root[c].type().is_string() and c != boundary.root_key]
        called = {schema: _plain(schema, singular(boundary.root)) for schema in schemas}
        for batch in dataset.stream(root.select(boundary.root_key, *text)):
            for key, *told in batch:
                own = {words(word) for word in (key, *told) if word}
                found |= {
                    schema: str(key) for schema, name in called.items() if name in own and key is not None
                }
    return (
        found
        if len(found) > 1
        else Missing(
            Cause.NOT_APPLICABLE, "no two schemas are called by a tenant: tenants share their tables"
        )
    )


def _plain(schema: str, root: str) -> str:
    """Return the part of a schema's name that may say whose it is: `tenant_42` is `42`."""
    return re.sub(rf"^(?:{re.escape(root)}|tenant|org|customer|client|account|t)_(?=.)", "", words(schema))
