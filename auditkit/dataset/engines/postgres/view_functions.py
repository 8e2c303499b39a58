"""Which functions the views of PostgreSQL call that are not known to be harmless."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from auditkit.dataset.sql import Run

_OF_THE_SERVER = "p.oid < 16384"
"""PostgreSQL made these itself, and no role of a database has written them."""
_HARMLESS = """
    random random_normal clock_timestamp timeofday gen_random_uuid uuidv4 uuidv7 array_sample array_shuffle
    bernoulli system pg_relation_size pg_table_size pg_total_relation_size pg_indexes_size pg_database_size
    pg_is_in_recovery pg_stat_statements pg_stat_statements_info
""".split()
"""Functions that only look, although they are volatile."""
_CALLS = rf"""
    WITH RECURSIVE
    rule AS (
        SELECT r.oid, r.ev_class AS node, r.ev_action::text AS tree
        FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
        WHERE c.relkind = 'v' AND r.ev_type = '1' AND c.oid >= 16384
    ),
    body AS (
        SELECT node, tree FROM rule
        UNION ALL SELECT contypid, conbin::text FROM pg_catalog.pg_constraint WHERE contypid <> 0
    ),
    edge AS (
        SELECT rule.node, d.refobjid AS leads_to
        FROM rule JOIN pg_catalog.pg_depend d
        ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = rule.oid AND d.refclassid IN
           ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_type'::regclass)
        UNION ALL
        SELECT t.oid, unnest(ARRAY[t.typbasetype, t.typelem]) FROM pg_catalog.pg_type t WHERE t.oid >= 16384
        UNION ALL
        SELECT t.oid, a.atttypid FROM pg_catalog.pg_type t JOIN pg_catalog.pg_attribute a
        ON a.attrelid = t.typrelid AND a.attnum > 0 WHERE t.oid >= 16384
        UNION ALL SELECT rngtypid, rngsubtype FROM pg_catalog.pg_range
    ),
    reached(view, node) AS (
        SELECT node, node FROM rule
        UNION SELECT reached.view, edge.leads_to FROM reached JOIN edge ON edge.node = reached.node
    ),
    called AS (
        SELECT DISTINCT body.node, m[1]::oid AS function
        FROM body, regexp_matches(
            body.tree, ':(?:funcid|opfuncid|aggfnoid|winfnoid|tsmhandler) (\d+)', 'g') m
    )
    SELECT DISTINCT n.nspname, c.relname, f.nspname || '.' || p.proname
    FROM reached JOIN called ON called.node = reached.node
    JOIN pg_catalog.pg_class c ON c.oid = reached.view
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_proc p ON p.oid = called.function
    JOIN pg_catalog.pg_namespace f ON f.oid = p.pronamespace
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    CROSS JOIN LATERAL (SELECT EXISTS (
        SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass
        AND d.objid = p.oid AND d.deptype = 'e') AND l.lanname = 'c' AS compiled) extension
    WHERE NOT coalesce(
        ({_OF_THE_SERVER} OR extension.compiled) AND p.proname = ANY ('{{{",".join(_HARMLESS)}}}')
        OR {_OF_THE_SERVER} AND p.provolatile <> 'v' AND p.proname !~ '_to_xml'
        OR extension.compiled AND p.provolatile = 'i', false)
    ORDER BY 1, 2, 3"""
"""A rule holds the functions that it calls as a tree of nodes: `pg_depend` leaves out those of the server.

A domain calls its check, whatever makes a value of it. `table_to_xml` and its siblings read relations that
the rule does not name. An extension may be written in SQL, and then calls what it likes.
"""


def functions_of_views(run: Run) -> Mapping[tuple[str, str], list[str]]:
    """Return the functions not known to be harmless that each view calls, itself or in another view."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for schema, view, function in run(_CALLS):
        found[schema, view].append(function)
    return found
