-- The schemas a hosted project starts with, the extensions it has installed already, its publication, and the default
-- privileges it gives new objects in `public`. Those defaults are generous and about to change on hosted projects, so every
-- migration of ours revokes first and then grants by name.

create schema extensions authorization postgres;
grant usage on schema extensions to public;
create schema vault authorization supabase_admin;
grant usage on schema vault to postgres, service_role;
create schema graphql_public authorization supabase_admin;
grant usage on schema graphql_public to postgres, anon, authenticated, service_role;

create extension pgcrypto with schema extensions;
create extension "uuid-ossp" with schema extensions;
create extension pg_stat_statements with schema extensions;
create extension supabase_vault with schema vault;

grant usage on schema public to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on tables to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on sequences to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on functions to anon, authenticated, service_role;

create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;
