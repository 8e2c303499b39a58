"""What the plan of a DataFrame says without a job: how much it is made from, and whether it reads others.

Plans are no public interface of Spark. Where they cannot be read, nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any


def known_size(frame: Any) -> int | None:
    """Return from how many bytes a DataFrame is made; None where Spark does not know.

    Where some of its sources have no known size, those that have one count.
    """
    with suppress(Exception):
        unknown = frame.sparkSession._jsparkSession.sessionState().conf().defaultSizeInBytes()
        leaves = frame._jdf.queryExecution().optimizedPlan().collectLeaves()
        sizes = [int(str(leaves.apply(i).stats().sizeInBytes())) for i in range(leaves.size())]
        known = [size for size in sizes if size != unknown]
        return sum(known) if known else None
    return None


def is_alone(frame: Any) -> bool:
    """Return whether a temporary view reads no other relation of the session: it names a DataFrame."""
    with suppress(Exception):
        below = _below(frame._jdf.queryExecution().analyzed())
        next(node for node in below if node.nodeName() == "View")
        return not any(_is_relation(node) for node in below)
    return False


def _below(plan: Any) -> Iterator[Any]:
    yield plan
    children = plan.children()
    for i in range(children.size()):
        yield from _below(children.apply(i))


def _is_relation(node: Any) -> bool:
    """Return whether a node of a plan is a view, or has the name of a table with its database."""
    name = str(node.nodeName())
    return name == "View" or (name == "SubqueryAlias" and int(node.identifier().qualifier().size()) > 0)
