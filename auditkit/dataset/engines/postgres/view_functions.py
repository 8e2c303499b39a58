"""Which functions run when a relation of PostgreSQL is read, of those that are not known to be harmless.

A view calls them in its query. A foreign table calls the handler of its wrapper, which reaches another
server, reads a file or starts a program. A column whose type has a cast of its own calls that function.
"""

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
_UNKNOWN = rf"""
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
        UNION ALL SELECT inhparent, inhrelid FROM pg_catalog.pg_inherits
    ),
    reached(relation, node) AS (
        SELECT oid, oid FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p', 'v', 'f') AND oid >= 16384
        UNION SELECT reached.relation, edge.leads_to FROM reached JOIN edge ON edge.node = reached.node
    ),
    called AS (
        SELECT DISTINCT body.node, m[1]::oid AS function
        FROM body, regexp_matches(
            body.tree, ':(?:funcid|opfuncid|aggfnoid|winfnoid|tsmhandler) (\d+)', 'g') m
        UNION SELECT t.ftrelid, w.fdwhandler FROM pg_catalog.pg_foreign_table t
        JOIN pg_catalog.pg_foreign_server s ON s.oid = t.ftserver
        JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
    )
    SELECT DISTINCT n.nspname, c.relname, f.nspname || '.' || p.proname
    FROM reached JOIN called ON called.node = reached.node
    JOIN pg_catalog.pg_class c ON c.oid = reached.relation
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_proc p ON p.oid = called.function {_UNKNOWN}"""
"""A rule holds the functions that it calls as a tree of nodes: `pg_depend` leaves out those of the server.

A domain calls its check, whatever makes a value of it. `table_to_xml` and its siblings read relations that
the rule does not name. An extension may be written in SQL, and then calls what it likes.
"""
_CASTS = rf"""
    WITH RECURSIVE held(relation, type) AS (
        SELECT a.attrelid, a.atttypid FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid >= 16384
          AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid >= 16384
        UNION
        SELECT held.relation, inner_type FROM held JOIN pg_catalog.pg_type t ON t.oid = held.type
        CROSS JOIN unnest(ARRAY[t.typbasetype, t.typelem]) inner_type WHERE inner_type >= 16384
    )
    SELECT DISTINCT n.nspname, c.relname, f.nspname || '.' || p.proname
    FROM held JOIN pg_catalog.pg_cast k ON k.castsource = held.type AND k.casttarget < 16384
    JOIN pg_catalog.pg_class c ON c.oid = held.relation
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_proc p ON p.oid = k.castfunc {_UNKNOWN}"""
"""Cells are read as text: a cast that somebody has made for their type takes the place of its output."""


def functions_of_relations(run: Run) -> Mapping[tuple[str, str], list[str]]:
    """Return the functions not known to be harmless that run when each relation is read, in their order."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for schema, relation, function in (*run(_CALLS), *run(_CASTS)):
        found[schema, relation].append(function)
    return found
