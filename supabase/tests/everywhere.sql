-- What holds for every table and every function, so that a new one is covered the day it appears.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
select plan(17);

create temp view our_tables as
select c.oid, n.nspname as schema, c.relname as name, c.relrowsecurity
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'private') and c.relkind in ('r', 'p');

create temp view our_functions as
select p.oid, n.nspname as schema, p.oid::regprocedure::text as name, p.prosecdef, p.proconfig, p.prorettype
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname in ('public', 'private') and p.prokind in ('f', 'p')
  and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e');

select isnt_empty('select name from our_tables', 'there are tables to look at');
select is_empty($$ select name from our_tables where schema = 'public' and not relrowsecurity $$,
  'every table of the Data API has row-level security');
select is_empty($$
  select t.name, g.grantee, g.privilege_type
  from our_tables t, aclexplode((select relacl from pg_class where oid = t.oid)) as g
  where g.grantee in (0, 'anon'::regrole) $$, 'visitors and the public have no right on any table');
select is_empty($$
  select t.name, g.privilege_type
  from our_tables t, aclexplode((select relacl from pg_class where oid = t.oid)) as g
  where g.grantee = 'authenticated'::regrole and (t.schema = 'private' or g.privilege_type <> 'SELECT') $$,
  'people may read tables and nothing else, and none of the private ones');
select is_empty($$
  select t.name from our_tables t, aclexplode((select relacl from pg_class where oid = t.oid)) as g
  where t.schema = 'private' and g.grantee = 'service_role'::regrole $$,
  'the secret key reads no private table either');
select is_empty($$
  select tablename, cmd, count(*) from pg_policies where schemaname = 'public' group by 1, 2 having count(*) > 1 $$,
  'there is at most one policy for each table and verb');
select is_empty($$
  select tablename, policyname from pg_policies
  where schemaname = 'public' and (roles <> '{authenticated}' or policyname !~ '^[A-Z].* .* ') $$,
  'every policy is for signed-in people and reads as a sentence');
select is_empty($$
  select tablename, policyname from pg_policies
  where schemaname = 'public'
    and regexp_replace(coalesce(qual, '') || coalesce(with_check, ''), '\( SELECT (auth|private)\.', '', 'g') ~ '(auth\.uid|private\.[a-z_]+)\(\)' $$,
  'policies ask who you are once per statement, not once per row');
select is_empty($$
  select t.name from our_tables t where t.schema = 'public'
    and has_table_privilege('authenticated', t.oid, 'select')
    and not exists (select from pg_policy p where p.polrelid = t.oid) $$,
  'what people may select has a policy');
select is_empty($$ select name from our_functions where proconfig is null or not 'search_path=""' = any (proconfig) $$,
  'every function sets an empty search_path');
select is_empty($$
  select f.name from our_functions f
  where has_function_privilege('anon', f.oid, 'execute') $$, 'visitors and the public may execute no function');
select is_empty($$
  select f.name from our_functions f
  where f.schema = 'public' and f.prosecdef and has_function_privilege('authenticated', f.oid, 'execute') $$,
  'no function that people call through the Data API runs with our rights');
select is_empty($$
  select f.name from our_functions f
  where f.schema = 'public' and f.name !~ '^(private\.)?tg_'
    and not has_function_privilege('authenticated', f.oid, 'execute')
    and not has_function_privilege('service_role', f.oid, 'execute') $$, 'every public function may be called by somebody');
select is_empty($$
  select t.name, k.conname from our_tables t join pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
  where not exists (
    select from pg_index i where i.indrelid = t.oid and i.indisvalid
      and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey) $$, 'every foreign key is indexed');
select is_empty($$
  select t.name, a.attname from our_tables t join pg_attribute a on a.attrelid = t.oid
  where t.schema = 'public' and a.attname in ('chatbot_id', 'user_id') and not a.attisdropped
    and not exists (select from pg_index i where i.indrelid = t.oid and i.indkey[0] = a.attnum) $$,
  'every column that a policy filters by leads an index');
select is_empty($$
  select name from our_tables where obj_description(oid, 'pg_class') is null
  union all select name from our_functions where schema = 'public' and obj_description(oid, 'pg_proc') is null $$,
  'every table and every public function says what it is for');
select is_empty($$
  select t.name, g.tgname from our_tables t join pg_trigger g on g.tgrelid = t.oid
  where not g.tgisinternal and g.tgname !~ '^_[1256][0-9]{2}_[a-z_]+$' $$, 'triggers are numbered by what they do');

select * from finish();
rollback;
