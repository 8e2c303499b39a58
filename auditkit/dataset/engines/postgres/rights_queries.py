"""Queries over PostgreSQL's catalogue of roles, privileges, row policies and settings."""

from __future__ import annotations

_OWN = r"n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_t%'"
_GRANTEE = "CASE g.grantee WHEN 0 THEN NULL ELSE g.grantee::regrole::oid::bigint END"
_OF_EXTENSION = (
    "EXISTS (SELECT 1 FROM pg_catalog.pg_depend d"
    " WHERE d.classid = {0}.tableoid AND d.objid = {0}.oid AND d.deptype = 'e')"
)
_RELATION = "c.relkind IN ('r', 'p', 'v', 'm', 'f')"
ROLES = """
    SELECT r.oid::bigint, r.rolname, r.rolcanlogin, r.rolsuper, r.rolbypassrls, r.rolcreaterole,
           r.oid < 16384, CASE WHEN r.rolvaliduntil < 'infinity' THEN r.rolvaliduntil::date::text END,
           EXISTS (SELECT 1 FROM pg_catalog.pg_shdepend d
                   WHERE d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.refobjid = r.oid
                         AND d.deptype IN ('a', 'o', 'r')),
           r.rolname = current_user
    FROM pg_catalog.pg_roles r ORDER BY r.rolname"""
MEMBERS = """
    SELECT m.roleid::bigint, m.member::bigint,
           coalesce((to_jsonb(m)->>'inherit_option')::boolean, r.rolinherit),
           coalesce((to_jsonb(m)->>'set_option')::boolean, true)
    FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.member"""
TABLES = f"""
    SELECT c.oid::bigint, n.nspname, c.relname, c.relkind::text, c.relowner::bigint, c.relrowsecurity,
           c.relforcerowsecurity,
           EXISTS (SELECT 1 FROM pg_catalog.pg_options_to_table(c.reloptions) o
                   WHERE o.option_name = 'security_invoker' AND o.option_value::boolean),
           c.relispartition, {_OF_EXTENSION.format("c")},
           CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE {_RELATION} AND {_OWN} ORDER BY n.nspname <> 'public', n.nspname, c.relname"""
COLUMNS = f"""
    SELECT a.attrelid::bigint, a.attname, pg_catalog.format_type(a.atttypid, NULL), a.attnotnull
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE {_RELATION} AND a.attnum > 0 AND NOT a.attisdropped AND {_OWN} ORDER BY a.attrelid, a.attnum"""
GRANTS = f"""
    SELECT c.oid::bigint, NULL::text, {_GRANTEE}, g.privilege_type
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
         pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) g
    WHERE {_RELATION} AND {_OWN}
    UNION ALL
    SELECT c.oid::bigint, a.attname, {_GRANTEE}, g.privilege_type
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, pg_catalog.aclexplode(a.attacl) g
    WHERE {_RELATION} AND NOT a.attisdropped AND {_OWN}"""
SCHEMAS = f"""
    SELECT n.nspname, {_GRANTEE}, g.privilege_type
    FROM pg_catalog.pg_namespace n,
         pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) g
    WHERE {_OWN} ORDER BY 1"""
DEFAULTS = f"""
    SELECT d.defaclrole::bigint, n.nspname, {_GRANTEE}, g.privilege_type
    FROM pg_catalog.pg_default_acl d LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace,
         pg_catalog.aclexplode(d.defaclacl) g
    WHERE d.defaclobjtype = 'r' AND g.grantee <> d.defaclrole ORDER BY 2, 1, 4"""
POLICIES = """
    SELECT p.polrelid::bigint, p.polname, p.polcmd::text, p.polpermissive, p.polroles::bigint[],
           pg_catalog.pg_get_expr(p.polqual, p.polrelid),
           pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
    FROM pg_catalog.pg_policy p ORDER BY p.polrelid, p.polname"""
VIEWS = f"""
    SELECT DISTINCT c.oid::bigint, d.refobjid::bigint
    FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_depend d ON d.objid = r.oid AND d.classid = 'pg_catalog.pg_rewrite'::regclass
                               AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> c.oid
    WHERE c.relkind IN ('v', 'm') AND {_OWN}"""
CHILDREN = "SELECT i.inhparent::bigint, i.inhrelid::bigint FROM pg_catalog.pg_inherits i"
ROUTINES = f"""
    SELECT p.oid::bigint, n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid),
           p.proowner::bigint,
           EXISTS (SELECT 1 FROM unnest(p.proconfig) s WHERE s LIKE 'search_path=%'), {_GRANTEE},
           p.prokind = 'f' AND (t.typtype = 'c' OR t.typname ~ '^_?(record|jsonb?)$'),
           CASE WHEN p.prokind = 'f' THEN pg_catalog.pg_get_functiondef(p.oid) END
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
         JOIN pg_catalog.pg_type t ON t.oid = p.prorettype,
         pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) g
    WHERE p.prosecdef AND {_OWN} AND NOT {_OF_EXTENSION.format("p")}
    ORDER BY n.nspname, p.proname, p.oid"""
FUNCTIONS = f"""
    SELECT n.nspname, p.proname, l.lanname IN ('sql', 'plpgsql'), p.prosecdef,
           CASE WHEN l.lanname IN ('sql', 'plpgsql') THEN pg_catalog.pg_get_functiondef(p.oid) ELSE '' END
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
         JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    WHERE {_OWN} AND p.prokind = 'f' AND p.prorettype <> 'pg_catalog.trigger'::regtype
          AND NOT {_OF_EXTENSION.format("p")} AND EXISTS (SELECT FROM pg_catalog.pg_policy)
    ORDER BY n.nspname, p.proname, p.oid"""
SETTINGS = """
    SELECT name, setting FROM pg_catalog.pg_settings WHERE name IN
    ('password_encryption', 'log_connections', 'log_statement', 'log_min_duration_statement',
     'log_parameter_max_length', 'log_parameter_max_length_on_error', 'pgaudit.log',
     'pgaudit.log_parameter')"""
PASSWORDS = """
    SELECT oid::bigint, CASE WHEN rolpassword IS NULL THEN 'none'
                             WHEN rolpassword LIKE 'SCRAM-SHA-256$%' THEN 'scram-sha-256'
                             WHEN rolpassword LIKE 'md5%' THEN 'md5' ELSE 'unknown' END
    FROM pg_catalog.pg_authid"""
SESSIONS = """
    SELECT usesysid::bigint, application_name FROM pg_catalog.pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"""
SEES_SESSIONS = "SELECT pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')"
ENTRANCES = """
    SELECT line_number, type, address, netmask, auth_method FROM pg_catalog.pg_hba_file_rules
    WHERE error IS NULL AND auth_method <> 'reject' ORDER BY line_number"""
