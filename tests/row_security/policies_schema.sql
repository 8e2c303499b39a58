-- The tables and functions that the conditions in right_policies.sql and wrong_policies.sql read.
-- Org 1 has the user 11, org 2 the user 12, who is the boss; nobody is staff.
CREATE SCHEMA auth; CREATE SCHEMA app; CREATE SCHEMA private; CREATE SCHEMA storage;
CREATE FUNCTION n(i int) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid;
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE
    RETURN coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE RETURN (auth.jwt() ->> 'sub')::uuid;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE RETURN auth.jwt() ->> 'role';
CREATE FUNCTION auth.email() RETURNS text LANGUAGE sql STABLE RETURN auth.jwt() ->> 'email';
CREATE FUNCTION current_org() RETURNS uuid LANGUAGE sql STABLE
    RETURN nullif(current_setting('app.org', true), '')::uuid;
CREATE FUNCTION app.current_org() RETURNS uuid LANGUAGE sql STABLE RETURN public.current_org();
CREATE FUNCTION auth.default_org() RETURNS uuid LANGUAGE sql STABLE RETURN public.current_org();
CREATE TABLE orgs (id uuid PRIMARY KEY);
CREATE TABLE users (id uuid PRIMARY KEY, auth_id uuid, role text);
CREATE TABLE admins (user_id uuid);
CREATE TABLE profiles (id uuid PRIMARY KEY, org_id uuid);
CREATE TABLE teams (id uuid, team_id uuid, org_id uuid, owner_id uuid);
CREATE TABLE members (org_id uuid, user_id uuid, team_id uuid, role text);
CREATE TABLE folders (id uuid, org_id uuid, is_open boolean);
CREATE TABLE open_folders (id uuid);
CREATE TABLE files (
    id int PRIMARY KEY, org_id uuid NOT NULL, folder_id uuid, user_id uuid, created_by uuid, owner_email text,
    member_ids uuid[], owner name, path text, name text, status text, is_public boolean, deleted_at date,
    note text, region text, other_org_id uuid);
INSERT INTO orgs SELECT n(i) FROM generate_series(1, 2) i;
INSERT INTO users SELECT n(10 + i), n(10 + i), 'user' FROM generate_series(1, 2) i;
INSERT INTO profiles SELECT n(10 + i), n(i) FROM generate_series(1, 2) i;
INSERT INTO teams SELECT n(20 + i), n(20 + i), n(i), n(10 + i) FROM generate_series(1, 2) i;
INSERT INTO members SELECT n(i), n(10 + i), n(20 + i), 'admin' FROM generate_series(1, 2) i;
INSERT INTO folders SELECT n(30 + i), n(i), true FROM generate_series(1, 2) i;
INSERT INTO open_folders SELECT id FROM folders;
INSERT INTO files
    SELECT 6 + i, n(i), n(30 + i), n(10 + i), n(10 + i), 'user' || i || '@example.org', ARRAY[n(10 + i)],
           'forms_user' || i, n(i) || '/x', n(10 + i) || '/x', 'open', true, NULL, 'x', 'north', n(i)
    FROM generate_series(1, 2) i;
CREATE FUNCTION is_member(o uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    RETURN EXISTS (SELECT 1 FROM public.members m WHERE m.user_id = auth.uid() AND m.org_id = o);
CREATE FUNCTION my_orgs() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
    RETURN ARRAY(SELECT m.org_id FROM public.members m WHERE m.user_id = auth.uid());
CREATE FUNCTION private.my_orgs() RETURNS SETOF uuid LANGUAGE sql STABLE AS 'SELECT unnest(public.my_orgs())';
CREATE FUNCTION private.has_org_role(o uuid, r text) RETURNS boolean LANGUAGE sql STABLE
    RETURN public.is_member(o);
CREATE FUNCTION private.org_role(o uuid) RETURNS text LANGUAGE sql STABLE
    RETURN CASE WHEN public.is_member(o) THEN 'owner' END;
CREATE FUNCTION may_read(f files) RETURNS boolean LANGUAGE sql STABLE RETURN public.is_member(f.org_id);
CREATE FUNCTION has_access(f int, u uuid) RETURNS boolean LANGUAGE sql STABLE RETURN n(4 + f) = u;
CREATE FUNCTION is_superadmin() RETURNS boolean LANGUAGE sql STABLE RETURN false;
CREATE FUNCTION is_authenticated() RETURNS boolean LANGUAGE sql STABLE RETURN auth.uid() IS NOT NULL;
CREATE FUNCTION storage.foldername(path text) RETURNS text[] LANGUAGE sql RETURN string_to_array(path, '/');
CREATE ROLE forms_user1; CREATE ROLE support;
GRANT USAGE ON SCHEMA public, auth, app, private, storage TO forms_user1;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO forms_user1;
ALTER TABLE folders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON folders USING (is_member(org_id));
ALTER TABLE files ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON files FOR SELECT TO PUBLIC USING (false);
