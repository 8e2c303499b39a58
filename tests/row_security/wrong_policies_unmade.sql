-- More conditions as in wrong_policies.sql, over tables and functions that no test makes.
(SELECT m.org_id FROM members m WHERE m.user_id = auth.uid()) IS NOT NULL
org_id = current_org() OR (SELECT m.org_id FROM members m WHERE m.user_id = auth.uid()) IS NULL
org_id = COALESCE(current_setting('app.org', true)::uuid, (SELECT o.id FROM orgs o LIMIT 1))
(org_id)::text = ANY (string_to_array(COALESCE(current_setting('app.orgs', true), (org_id)::text), ','))
current_setting('app.org', true) IN ('', org_id::text)
EXISTS (SELECT 1 FROM members m WHERE m.user_id = auth.uid() AND m.org_id IS NOT NULL)
EXISTS (SELECT 1 FROM members m WHERE m.user_id = auth.uid() AND files.org_id IS NOT NULL)
EXISTS (SELECT 1 FROM members m WHERE m.org_id = files.org_id AND auth.uid() IS NOT NULL)
EXISTS (SELECT 1 FROM members m WHERE m.org_id = files.org_id AND m.role = auth.role())
EXISTS (SELECT 1 FROM members m JOIN users u ON u.id = m.user_id WHERE m.org_id = files.org_id)
auth.uid() IN (SELECT u.id FROM users u)
auth.uid() IS NOT NULL AND org_id IS NOT NULL
(auth.role() = 'authenticated') AND (deleted_at IS NULL)
get_my_role() IN ('admin','member')
is_member(org_id) OR auth.role() IN ('authenticated', 'service_role')
is_member(org_id) OR COALESCE(auth.role(), 'anon') <> 'anon'
COALESCE(is_member(org_id), true)
COALESCE(org_id = current_org(), org_id IS NOT NULL)
NULLIF(is_member(org_id), true) IS NULL
(CASE WHEN org_id = current_org() THEN 1 ELSE 1 END) = 1
(org_id = current_org()) = (org_id = current_org())
(org_id = current_org()) OR (org_id <> current_org())
org_id IN (current_org(), org_id)
org_id = ANY (ARRAY[current_org(), org_id])
GREATEST(org_id, current_org()) = org_id
ARRAY[org_id] <@ ARRAY(SELECT o.id FROM orgs o)
org_id IN (SELECT all_orgs.id FROM (SELECT o.id FROM orgs o) all_orgs)
org_id IN (SELECT m.org_id FROM members m WHERE m.user_id IS NOT NULL)
org_id IN (SELECT m.org_id FROM members m WHERE m.role = 'admin')
org_id IN (SELECT m.org_id FROM members m WHERE m.user_id = m.user_id)
org_id IN (SELECT m.org_id FROM members m WHERE m.user_id = auth.uid() OR true)
org_id IN (SELECT m.org_id FROM members m WHERE NOT (m.user_id = auth.uid()))
org_id IN (SELECT m.org_id FROM members m LEFT JOIN users u ON u.id = auth.uid())
EXISTS (SELECT 1 FROM users u WHERE u.id = auth.uid())
EXISTS (SELECT 1 FROM profiles p WHERE p.id = auth.uid() AND p.role = 'admin')
(SELECT p.org_id FROM profiles p WHERE p.id = auth.uid()) IN (SELECT o.id FROM orgs o)
org_id::text <> ''
length(org_id::text) = 36
org_id::text ~ '^[0-9a-f-]+$'
id IS NOT NULL
now() > '2020-01-01'
random() >= 0
created_at <= now()
name IS NOT NULL OR name IS NULL
org_id IS DISTINCT FROM current_org()
org_id IS NOT DISTINCT FROM org_id
(auth.jwt() ->> 'sub') IS NOT NULL
(auth.jwt()) IS NOT NULL
(auth.jwt() ->> 'org_id') <> ''
(current_setting('request.jwt.claims', true))::json ->> 'role' = 'authenticated'
current_setting('role') <> 'none'
CURRENT_USER = ANY (ARRAY['authenticated'::name, 'app'::name])
(org_id = 'aaaaaaaa-0000-4000-8000-000000000001'::uuid) OR (org_id = current_org())
user_id IN ('aaaaaaaa-0000-4000-8000-000000000001'::uuid, auth.uid())
owner_email = 'boss@example.org'
true = true
NOT (1 = 2)
(SELECT true)
(SELECT true FROM orgs LIMIT 1)
EXISTS (SELECT 1)
EXISTS (SELECT 1 FROM orgs)
EXISTS (SELECT 1 FROM members TABLESAMPLE SYSTEM (10))
((files.*)::text <> '')
files IS NOT NULL
words @@ to_tsquery('x')
ip << '10.0.0.0/8'::inet
