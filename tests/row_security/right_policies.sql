-- Conditions of row policies on a table `files` of a tenant `org_id`, one a line: each keeps a session to its own rows.
org_id = (auth.jwt() ->> 'org_id')::uuid
org_id = ((auth.jwt() -> 'app_metadata') ->> 'tenant_id')::uuid
org_id = (( SELECT auth.jwt() AS jwt) ->> 'tenant_id'::text)::uuid
((auth.jwt() -> 'app_metadata'::text) ->> 'tenant_id'::text) = (org_id)::text
org_id = (auth.jwt() #>> '{app_metadata,tenant_id}'::text[])::uuid
org_id = ((current_setting('request.jwt.claims'::text, true))::json ->> 'org_id')::uuid
org_id = (((current_setting('request.jwt.claims', true))::jsonb -> 'app_metadata') ->> 'org_id')::uuid
org_id = (NULLIF(current_setting('request.jwt.claim.org_id'::text, true), ''::text))::uuid
(org_id)::text = COALESCE(current_setting('app.org', true), '')
org_id = COALESCE((NULLIF(current_setting('app.org', true), ''))::uuid, '00000000-0000-0000-0000-000000000000')
org_id = COALESCE(app.current_org(), auth.default_org())
(auth.jwt() -> 'app_metadata' -> 'orgs') ? (org_id)::text
(auth.jwt() -> 'orgs') @> to_jsonb(org_id)
ARRAY[org_id] <@ my_orgs()
my_orgs() @> ARRAY[org_id]
org_id = ANY (my_orgs())
org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))
org_id = ANY ((( SELECT array_agg(m.org_id) FROM members m WHERE (m.user_id = auth.uid())))::uuid[])
(org_id)::text = ANY (string_to_array(current_setting('app.orgs'::text), ','::text))
org_id IN ( SELECT unnest(my_orgs()) AS unnest)
org_id IN ( SELECT o.o FROM unnest(my_orgs()) o(o))
org_id IN ( SELECT private.my_orgs() AS my_orgs)
org_id IN ( SELECT members.org_id FROM members WHERE (members.user_id = ( SELECT auth.uid() AS uid)))
org_id = ( SELECT p.org_id FROM profiles p WHERE (p.id = auth.uid()))
( SELECT p.org_id FROM profiles p WHERE (p.id = auth.uid()) LIMIT 1) = org_id
auth.uid() IN ( SELECT m.user_id FROM members m WHERE (m.org_id = files.org_id))
EXISTS ( SELECT 1 FROM members m WHERE ((m.user_id = auth.uid()) AND (m.org_id = files.org_id) AND (m.role = ANY (ARRAY['owner'::text, 'admin'::text]))))
EXISTS ( SELECT 1 FROM (teams t JOIN members m ON ((m.team_id = t.id))) WHERE ((t.org_id = files.org_id) AND (m.user_id = auth.uid())))
EXISTS ( SELECT 1 FROM teams t JOIN members m USING (team_id) WHERE t.org_id = files.org_id AND m.user_id = auth.uid())
EXISTS ( SELECT 1 FROM members m WHERE (m.org_id = files.org_id) AND EXISTS ( SELECT 1 FROM users u WHERE (u.id = m.user_id) AND (u.auth_id = auth.uid())))
EXISTS (WITH mine AS ( SELECT m.org_id FROM members m WHERE m.user_id = auth.uid()) SELECT 1 FROM mine WHERE mine.org_id = files.org_id)
EXISTS ( SELECT 1 FROM ( SELECT m.org_id AS o, m.user_id AS u FROM members m) s WHERE s.o = files.org_id AND s.u = auth.uid())
(( SELECT count(*) AS count FROM members m WHERE ((m.org_id = files.org_id) AND (m.user_id = auth.uid()))) > 0)
( SELECT true FROM members m WHERE m.org_id = files.org_id AND m.user_id = auth.uid() LIMIT 1)
( SELECT bool_or((m.org_id = files.org_id)) AS bool_or FROM members m WHERE m.user_id = auth.uid())
(org_id, auth.uid()) IN ( SELECT m.org_id, m.user_id FROM members m)
(ROW(org_id, auth.uid()) IN ( SELECT m.org_id, m.user_id FROM members m))
org_id IN ( SELECT m.org_id FROM members m WHERE m.user_id = auth.uid() UNION SELECT t.org_id FROM teams t WHERE t.owner_id = auth.uid())
org_id IN ( SELECT o.id FROM orgs o INTERSECT SELECT m.org_id FROM members m WHERE m.user_id = auth.uid())
folder_id IN ( SELECT folders.id FROM folders)
EXISTS ( SELECT 1 FROM folders f WHERE (f.id = files.folder_id))
EXISTS ( SELECT 1 FROM folders f WHERE ((f.id = files.folder_id) AND f.is_open))
is_member(org_id)
( SELECT is_member(files.org_id) AS is_member)
private.has_org_role(org_id, 'admin'::text)
private.org_role(org_id) = ANY (ARRAY['owner'::text, 'admin'::text])
may_read(files.*)
may_read(files.*) IS TRUE
has_access(id, ( SELECT auth.uid() AS uid))
is_member(org_id) AND (deleted_at IS NULL)
CASE WHEN (auth.role() = 'service_role'::text) THEN true ELSE is_member(org_id) END
CASE auth.role() WHEN 'service_role' THEN true WHEN 'authenticated' THEN is_member(org_id) ELSE false END
CASE WHEN (current_setting('app.org', true) = '') THEN false ELSE (org_id = (current_setting('app.org', true))::uuid) END
CASE WHEN is_member(org_id) THEN true ELSE false END
CASE WHEN NOT is_member(org_id) THEN false WHEN is_member(org_id) THEN true END
org_id = CASE WHEN (auth.uid() IS NULL) THEN NULL::uuid ELSE current_org() END
(org_id = current_org()) OR is_superadmin()
(org_id = current_org()) OR (auth.role() = 'service_role'::text)
(org_id = current_org()) OR (current_setting('app.bypass_rls'::text, true) = 'on'::text)
(org_id = current_org()) OR (COALESCE(current_setting('app.is_admin', true), 'false') = 'true')
(org_id = current_org()) OR ((auth.jwt() ->> 'is_admin')::boolean)
(org_id = current_org()) OR pg_has_role(CURRENT_USER, 'support'::name, 'member'::text)
(org_id = current_org()) OR (CURRENT_USER = 'postgres'::name)
(org_id = current_org()) OR (EXISTS ( SELECT 1 FROM admins a WHERE (a.user_id = auth.uid())))
(org_id = current_org()) OR (EXISTS ( SELECT 1 FROM users u WHERE ((u.id = auth.uid()) AND (u.role = 'super_admin'))))
(auth.uid() IS NOT NULL) AND (org_id = current_org())
(auth.role() = 'authenticated'::text) AND is_member(org_id)
(org_id = current_org()) AND ((status = 'open') OR is_public)
user_id = auth.uid()
( SELECT auth.uid() AS uid) = user_id
created_by = (current_setting('request.jwt.claim.sub', true))::uuid
(owner_email)::text = (auth.jwt() ->> 'email')
lower(owner_email) = lower(auth.email())
auth.uid() = ANY (member_ids)
owner = CURRENT_USER
org_id OPERATOR(pg_catalog.=) current_org()
(org_id)::text = (current_setting('app.org'))::text COLLATE "C"
org_id BETWEEN current_org() AND current_org()
org_id IS NOT DISTINCT FROM current_org()
NOT (org_id IS DISTINCT FROM current_org())
NOT (org_id <> current_org())
NOT (org_id <> ALL (my_orgs()))
NOT ((org_id <> current_org()) OR (deleted_at IS NOT NULL))
(org_id = current_org()) IS NOT DISTINCT FROM true
path ~~ ((current_setting('app.org'))::text || '/%')
(storage.foldername(name))[1] = (auth.uid())::text
false
