-- More conditions as in right_policies.sql, over tables and functions that no test makes.
org_id::text = (select current_setting('request.jwt.claims', true)::json->'app_metadata'->>'tenant_id')
EXISTS (SELECT 1 FROM jsonb_array_elements_text((auth.jwt() -> 'orgs')) o(value) WHERE o.value = files.org_id::text)
org_id::text IN (SELECT jsonb_array_elements_text((auth.jwt() -> 'app_metadata') -> 'orgs') AS jsonb_array_elements_text)
(((auth.jwt() -> 'orgs') -> (org_id)::text) IS NOT NULL)
((auth.jwt() -> 'orgs') ->> (org_id)::text) = ANY (ARRAY['owner','admin'])
jsonb_exists(auth.jwt() -> 'orgs', org_id::text)
org_id = ( SELECT k.org_id FROM api_keys k WHERE k.key_hash = current_setting('app.key_hash'))
EXISTS ( SELECT 1 FROM shares s WHERE s.file_id = files.id AND s.shared_with = auth.uid())
EXISTS ( SELECT 1 FROM members m WHERE m.org_id = files.org_id AND m.user_id = ( SELECT u.id FROM users u WHERE u.auth_id = auth.uid()))
EXISTS ( SELECT 1 FROM members m WHERE m.org_id = files.org_id AND m.user_id IN ( SELECT u.id FROM users u WHERE u.auth_id = auth.uid()))
org_id IN ( SELECT m.org_id FROM members m WHERE (m.user_id)::text = current_setting('request.jwt.claim.sub', true)) IS TRUE
(current_setting('app.org', true) IN (org_id::text))
org_id = ( SELECT auth.uid())
md5(org_id::text) = current_setting('app.org_hash')
org_id IN (SELECT a.id FROM get_accounts_with_role('owner') a(id))
org_id IN (SELECT basejump.get_accounts_with_role('owner'::basejump.account_role) AS get_accounts_with_role)
basejump.has_role_on_account(org_id) = true
(public.has_role_on_account(org_id))
EXISTS (SELECT 1 FROM members m, users u WHERE m.user_id = u.id AND u.auth_id = auth.uid() AND m.org_id = files.org_id)
EXISTS (SELECT 1 FROM members m NATURAL JOIN users u WHERE u.auth_id = auth.uid() AND m.org_id = files.org_id)
EXISTS (SELECT 1 FROM members m LEFT JOIN users u ON u.id = m.user_id WHERE u.auth_id = auth.uid() AND m.org_id = files.org_id)
EXISTS (SELECT m.org_id FROM members m WHERE m.user_id = auth.uid() AND m.org_id = files.org_id GROUP BY m.org_id HAVING count(*) > 0)
(SELECT count(*) > 0 FROM members m WHERE m.user_id = auth.uid() AND m.org_id = files.org_id)
org_id = (SELECT max(m.org_id) FROM members m WHERE m.user_id = auth.uid())
org_id = (ARRAY(SELECT m.org_id FROM members m WHERE m.user_id = auth.uid()))[1]
(ARRAY(SELECT m.org_id FROM members m WHERE m.user_id = auth.uid())) @> ARRAY[org_id]
(org_id IS NOT NULL) AND (org_id = current_org())
((org_id = current_org()) IS TRUE) AND (NOT (status = 'draft'))
(org_id = current_org() AND is_public) OR (org_id = current_org() AND user_id = auth.uid())
org_id = (SELECT current_setting('app.org')::uuid FROM (SELECT 1) x)
split_part(name, '/', 1) = (auth.uid())::text
(org_id)::text = ((current_setting('request.jwt.claims', true))::jsonb #>> '{app_metadata,org_id}')
(tenant)::text = SESSION_USER
tenant_name = CURRENT_USER::text
org_id = ANY ((SELECT my_orgs())::uuid[])
has_permission('files.read', org_id)
(auth.uid() = user_id) OR (is_member(org_id) AND is_public)
(is_member(org_id) AND (current_setting('app.readonly', true) IS DISTINCT FROM 'on'))
org_id = (((auth.jwt() -> 'app_metadata'::text) ->> 'org'::text))::uuid AND ((auth.jwt() ->> 'aal'::text) = 'aal2'::text)
CASE WHEN is_superadmin() THEN true WHEN org_id IS NULL THEN false ELSE org_id = current_org() END
org_id = current_org() OR public.get_my_claim('userrole') = '"admin"'::jsonb
(org_id)::bigint = (current_setting('rls.account_id'))::bigint
org_id = NULLIF(current_setting('rls.tenant_id', TRUE), '')::uuid
org_id = COALESCE(NULLIF(current_setting('app.org', TRUE), ''), NULL)::uuid
org_id = (current_setting('nile.tenant_id'))::uuid
org_id IN (SELECT v.x FROM (VALUES (current_org())) v(x))
EXISTS (SELECT 1 FROM unnest(my_orgs()) WITH ORDINALITY u(o, n) WHERE u.o = files.org_id)
EXISTS (WITH RECURSIVE t AS (SELECT o.id FROM orgs o WHERE o.id = current_org() UNION ALL SELECT o.id FROM orgs o JOIN t ON t.id = o.parent) SELECT 1 FROM t WHERE t.id = files.org_id)
EXISTS (SELECT 1 FROM members m, LATERAL (SELECT t.id FROM teams t WHERE t.org_id = m.org_id) q WHERE q.id = files.folder_id AND m.user_id = auth.uid())
EXISTS (SELECT 1 FROM members m CROSS JOIN LATERAL unnest(m.orgs) u(o) WHERE u.o = files.org_id AND m.user_id = auth.uid())
EXISTS (SELECT 1 FROM jsonb_to_recordset(auth.jwt() -> 'orgs') AS x(id uuid, role text) WHERE x.id = files.org_id)
((data -> 'tenant') ->> 'id') = current_setting('app.org')
tree_path <@ (SELECT o.path FROM orgs o WHERE o.id = current_org())
(org_id = current_org()) AND (( SELECT count(*) FROM sessions s WHERE s.user_id = auth.uid()) < 5)
