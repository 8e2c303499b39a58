"""What the compilers of several engines share."""

from __future__ import annotations

from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir


def own_nodes(expr: ir.Expr, tree: Any) -> Any:
    """Return the tree of a query in which no two places share a node, where that matters.

    Ibis shares nodes, and sqlglot changes a division when it writes it: it makes a fraction of the number
    that is divided, and would do so in another place of the query, or in all of them.
    """
    return tree.copy() if expr.op().find(ops.Divide) else tree
