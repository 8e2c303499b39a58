-- Conditions of row policies on a table `files` of a tenant `org_id`, one a line: each shows a session rows of others.
true
(1 = 1)
NOT false
('a' = 'a')
org_id IS NOT NULL
NOT (org_id IS NULL)
(org_id IS NULL) = false
org_id = org_id
(org_id)::text = (org_id)::text
COALESCE(org_id = current_org(), true)
(org_id = current_org()) IS NOT FALSE
(org_id = current_org()) IS NOT NULL
(org_id = current_org()) IS DISTINCT FROM false
NOT is_member(org_id)
is_member(org_id) = false
is_member(org_id) IS NOT NULL
org_id <> current_org()
org_id <> ALL (my_orgs())
org_id NOT IN ( SELECT m.org_id FROM members m WHERE m.user_id = auth.uid())
NOT (EXISTS ( SELECT 1 FROM members m WHERE m.org_id = files.org_id AND m.user_id = auth.uid()))
org_id >= current_org()
org_id = other_org_id
user_id = user_id
user_id IS NOT NULL
auth.uid() IS NOT NULL
( SELECT auth.uid() AS uid) IS NOT NULL
auth.uid() IS DISTINCT FROM NULL
auth.uid() = auth.uid()
auth.role() = 'authenticated'::text
( SELECT auth.role() AS role) = 'authenticated'::text
auth.role() = ANY (ARRAY['authenticated'::text, 'service_role'::text])
auth.role() IN ('anon', 'authenticated')
auth.role() <> 'anon'::text
(auth.jwt() ->> 'role') = 'authenticated'
(auth.jwt() -> 'app_metadata' ->> 'role') = ANY (ARRAY['admin'::text, 'user'::text])
(auth.jwt() ->> 'aud') = 'authenticated'
(auth.jwt() ->> 'aal') = 'aal2'
((auth.jwt() ->> 'is_anonymous')::boolean) IS FALSE
CURRENT_USER = 'authenticated'::name
CURRENT_USER IS NOT NULL
current_setting('app.org', true) IS NOT NULL
current_setting('app.org', true) <> ''
length(current_setting('app.org', true)) > 0
is_authenticated()
auth.email() = 'boss@example.org'::text
(auth.jwt() ->> 'email') = 'boss@example.org'
auth.uid() = '00000000-0000-4000-8000-000000000001'::uuid
auth.email() ~~ '%@example.org'
org_id = '00000000-0000-4000-8000-000000000001'::uuid
org_id = ANY (ARRAY['00000000-0000-4000-8000-000000000001'::uuid, '00000000-0000-4000-8000-000000000002'::uuid])
org_id IN ('00000000-0000-4000-8000-000000000001')
user_id = '00000000-0000-4000-8000-000000000011'::uuid
org_id = (NULLIF('00000000-0000-4000-8000-000000000001', ''))::uuid
org_id = ANY (ARRAY[org_id])
org_id IN ( SELECT orgs.id FROM orgs)
org_id IN ( SELECT m.org_id FROM members m)
org_id = ANY (ARRAY( SELECT m.org_id FROM members m))
EXISTS ( SELECT 1 FROM orgs o WHERE (o.id = files.org_id))
EXISTS ( SELECT 1 FROM members m WHERE (m.user_id = auth.uid()))
EXISTS ( SELECT 1 FROM members m WHERE ((m.user_id = auth.uid()) AND (m.org_id = m.org_id)))
EXISTS ( SELECT 1 FROM members m WHERE ((m.user_id = auth.uid()) AND (m.role = 'admin'::text)))
EXISTS ( SELECT 1 FROM members m WHERE ((m.org_id = files.org_id) OR (m.user_id = auth.uid())))
EXISTS ( SELECT 1 FROM members m WHERE ((m.org_id = files.org_id) AND (m.user_id <> auth.uid())))
EXISTS ( SELECT 1 FROM members m WHERE ((m.org_id = files.org_id) AND (m.user_id = m.user_id)))
EXISTS ( SELECT 1 FROM members m, teams t WHERE ((m.user_id = auth.uid()) AND (t.org_id = files.org_id)))
EXISTS ( SELECT 1 FROM members m LEFT JOIN users u ON ((u.id = m.user_id) AND (u.id = auth.uid())) WHERE m.org_id = files.org_id)
EXISTS ( SELECT count(*) AS count FROM members m WHERE ((m.org_id = files.org_id) AND (m.user_id = auth.uid())))
(( SELECT count(*) AS count FROM members m WHERE ((m.org_id = files.org_id) AND (m.user_id = auth.uid()))) >= 0)
(( SELECT count(*) AS count FROM members m WHERE (m.user_id = auth.uid())) > 0)
auth.uid() IN ( SELECT members.user_id FROM members)
auth.uid() = ( SELECT m.user_id FROM members m WHERE m.user_id = auth.uid())
org_id IN ( SELECT m.org_id FROM members m WHERE m.user_id = auth.uid() UNION SELECT orgs.id FROM orgs)
folder_id IN ( SELECT f.id FROM open_folders f)
is_member(org_id) OR true
is_member(org_id) OR (1 = 1)
is_member(org_id) OR (auth.role() = 'authenticated'::text)
is_member(org_id) OR (auth.uid() IS NOT NULL)
is_member(org_id) OR (org_id IS NOT NULL)
is_member(org_id) OR (org_id IN ( SELECT orgs.id FROM orgs))
is_member(org_id) OR (auth.email() = 'boss@example.org'::text)
is_member(org_id) OR (user_id = user_id)
is_member(org_id) OR NOT is_member(org_id)
is_member(org_id) OR (EXISTS ( SELECT 1 FROM members m WHERE (m.user_id = auth.uid())))
(org_id = current_org()) OR (current_org() IS NULL)
(COALESCE(current_setting('app.org', true), '') = '') OR ((org_id)::text = current_setting('app.org', true))
(NULLIF(current_setting('app.org', true), '') IS NULL) OR (org_id = (current_setting('app.org', true))::uuid)
org_id = COALESCE((NULLIF(current_setting('app.org', true), ''))::uuid, org_id)
COALESCE((NULLIF(current_setting('app.org', true), ''))::uuid, org_id) = org_id
org_id = COALESCE((NULLIF(current_setting('app.org', true), ''))::uuid, '00000000-0000-4000-8000-000000000001')
org_id = CASE WHEN (current_setting('app.org', true) = '') THEN org_id ELSE (current_setting('app.org'))::uuid END
CASE WHEN (current_setting('app.org', true) IS NULL) THEN true ELSE (org_id = (current_setting('app.org'))::uuid) END
CASE WHEN (auth.role() = 'authenticated'::text) THEN true ELSE is_member(org_id) END
CASE WHEN is_member(org_id) THEN true ELSE true END
(org_id)::text ~~ (COALESCE(current_setting('app.org', true), '') || '%')
(org_id)::text ~~ '%'
org_id = ((auth.jwt() -> 'user_metadata') ->> 'tenant_id')::uuid
org_id = (auth.jwt() #>> '{user_metadata,tenant_id}'::text[])::uuid
org_id = ((current_setting('request.headers', true))::json ->> 'x-tenant')::uuid
note = 'x'
deleted_at IS NULL
is_public
region = current_setting('app.region')
id > 0
id = 7
