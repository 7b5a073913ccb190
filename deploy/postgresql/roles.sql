-- The roles of one registry; run once by a superuser, again without harm:
--   psql -v ON_ERROR_STOP=1 -v database=xeploai -v owner_password=… -v service_password=… -v reports_password=… -f roles.sql
-- Owner: `xeploai migrate`. Service: `xeploai serve`; it adds acts, changes none and makes no table. Reports: reads, and nothing of a file.
-- What the groups may do to each table is granted by `xeploai migrate` (db/connection/database_role.py).
\set QUIET on
SET client_min_messages = warning;

SELECT format('CREATE ROLE %I %s', wanted.name, wanted.kind)
FROM (VALUES (1, 'xeploai_owner', 'LOGIN'), (2, 'xeploai_service', 'NOLOGIN'), (3, 'xeploai_reports', 'NOLOGIN'),
             (4, 'xeploai_app', 'LOGIN IN ROLE xeploai_service'), (5, 'xeploai_reader', 'LOGIN IN ROLE xeploai_reports'))
     AS wanted (place, name, kind)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name)
ORDER BY wanted.place
\gexec

ALTER ROLE xeploai_owner PASSWORD :'owner_password';
ALTER ROLE xeploai_app PASSWORD :'service_password';
ALTER ROLE xeploai_reader PASSWORD :'reports_password';

-- Settings of the session that PgBouncer does not pass on.
ALTER ROLE xeploai_app SET jit = off;
ALTER ROLE xeploai_app SET statement_timeout = '30s';
ALTER ROLE xeploai_app SET lock_timeout = '10s';
ALTER ROLE xeploai_app SET idle_in_transaction_session_timeout = '30s';
ALTER ROLE xeploai_reader SET default_transaction_read_only = on;
ALTER ROLE xeploai_reader SET statement_timeout = '10min';

SELECT format('CREATE DATABASE %I OWNER xeploai_owner', :'database')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database')
\gexec

REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO xeploai_service, xeploai_reports;

\connect :"database"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO xeploai_owner;
GRANT USAGE ON SCHEMA public TO xeploai_service, xeploai_reports;
