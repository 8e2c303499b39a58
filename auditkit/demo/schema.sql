CREATE TABLE schema_migrations (id INTEGER PRIMARY KEY, applied_at TIMESTAMP);
CREATE TABLE plans (id INTEGER PRIMARY KEY, name TEXT NOT NULL, monthly_price REAL);
CREATE TABLE tenants (
    id INTEGER PRIMARY KEY, plan_id INTEGER REFERENCES plans (id), name TEXT NOT NULL, slug TEXT NOT NULL UNIQUE,
    domain TEXT NOT NULL UNIQUE, status TEXT, survey_retention TEXT, canary TEXT, ticket_count INTEGER, created_at TIMESTAMP,
    closed_at TIMESTAMP
);
CREATE TABLE users (
    id INTEGER PRIMARY KEY, tenant_id INTEGER REFERENCES tenants (id), role TEXT, email TEXT, email_verified BOOLEAN, full_name TEXT,
    phone TEXT, fax_number TEXT, street TEXT, postal_code TEXT, city TEXT, country TEXT, birth_date DATE, disability TEXT,
    password_hash TEXT, manager_id INTEGER, created_at TIMESTAMP, last_seen_at TIMESTAMP, deleted_at TIMESTAMP
);
CREATE TABLE memberships (
    id INTEGER PRIMARY KEY, tenant_id INTEGER REFERENCES tenants (id), user_id INTEGER REFERENCES users (id), role TEXT,
    started_at TIMESTAMP, ended_at TIMESTAMP
);
CREATE TABLE projects (
    id INTEGER PRIMARY KEY, tenant_id INTEGER REFERENCES tenants (id), name TEXT,
    owner_id INTEGER REFERENCES users (id), created_at TIMESTAMP
);
CREATE TABLE tickets (
    id INTEGER PRIMARY KEY, tenant_id INTEGER, project_id INTEGER REFERENCES projects (id), requester_id INTEGER, assignee_id INTEGER,
    subject TEXT, body TEXT, contact_email TEXT, status TEXT, legal_hold BOOLEAN, created_at TIMESTAMP, closed_at TIMESTAMP
);
CREATE TABLE comments (
    id INTEGER PRIMARY KEY, ticket_id INTEGER REFERENCES tickets (id), author_id INTEGER, body TEXT, source_ip TEXT, created_at TIMESTAMP
);
CREATE TABLE attachments (
    id INTEGER PRIMARY KEY, tenant_id INTEGER, ticket_id INTEGER, object_key TEXT, content_type TEXT, size_bytes INTEGER,
    created_at TIMESTAMP
);
CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY, tenant_id INTEGER, user_id INTEGER REFERENCES users (id), label TEXT, secret_hash TEXT,
    created_at TIMESTAMP, last_used_at TIMESTAMP, revoked_at TIMESTAMP
);
CREATE TABLE access_log (
    id INTEGER PRIMARY KEY, at TIMESTAMP, tenant_id INTEGER, user_id INTEGER, ip_address TEXT, method TEXT, route TEXT, object_id INTEGER,
    status INTEGER, error TEXT, session TEXT, header_tenant INTEGER, token_tenant INTEGER
);
CREATE TABLE templates (id INTEGER PRIMARY KEY, tenant_id INTEGER, title TEXT, body TEXT);
CREATE TABLE surveys (
    id INTEGER PRIMARY KEY, tenant_id INTEGER, submitted_at TIMESTAMP, age_band TEXT, gender TEXT, region TEXT, score INTEGER
);
CREATE TABLE mailings (
    id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), campaign TEXT, recipient TEXT, sent_at TIMESTAMP
);
CREATE TABLE withdrawals (
    id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), at TIMESTAMP, regiven_at TIMESTAMP
);
CREATE TABLE legal_holds (
    id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), matter TEXT, placed_at TIMESTAMP, reviewed_at TIMESTAMP,
    released_at TIMESTAMP
);
CREATE TABLE deletion_log (
    id INTEGER PRIMARY KEY, table_name TEXT, row_key INTEGER, period_start TIMESTAMP, deleted_at TIMESTAMP, reason TEXT
);
CREATE TABLE automations (id INTEGER PRIMARY KEY, tenant_id INTEGER, name TEXT, action TEXT, created_at TIMESTAMP);
CREATE TABLE article_vectors (id INTEGER PRIMARY KEY, tenant_id INTEGER, namespace TEXT, embedding TEXT);
CREATE TABLE query_log (id INTEGER PRIMARY KEY, role TEXT, query TEXT, calls INTEGER, logged_at TIMESTAMP);
CREATE TABLE contacts (
    email TEXT PRIMARY KEY, first_name TEXT, last_name TEXT, full_name TEXT, mobile TEXT, imported_at TIMESTAMP
);
CREATE TABLE invitations (id INTEGER PRIMARY KEY, contact_email TEXT, provider_response TEXT, sent_at TIMESTAMP);
CREATE TABLE survey_results (id INTEGER PRIMARY KEY, region TEXT, age_band TEXT, respondents INTEGER);
CREATE TABLE census (id INTEGER PRIMARY KEY, age_band TEXT, gender TEXT, region TEXT, people INTEGER);
CREATE TABLE study_visits (id INTEGER PRIMARY KEY, pseudonym TEXT, place TEXT, seen_at TIMESTAMP);
CREATE TABLE study_participants (id INTEGER PRIMARY KEY, pseudonym TEXT, user_id INTEGER, added_at TIMESTAMP);
CREATE TABLE usability_tests (id INTEGER PRIMARY KEY, pseudonym TEXT, score INTEGER, created_at TIMESTAMP);
CREATE TABLE users_2025_06 (
    id INTEGER PRIMARY KEY, tenant_id INTEGER, email TEXT, full_name TEXT, last_seen_at TIMESTAMP
);
