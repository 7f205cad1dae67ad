-- An owner names who is told. The rules hold in the database, whoever writes the rows.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
select plan(37);

insert into auth.users (id, email) values ('00000000-0000-4000-8000-00000000aa01', 'owner-rcp@shop.example');
insert into public.chatbots (id, owner_id, name) values ('00000000-0000-4000-8000-00000000aac1', '00000000-0000-4000-8000-00000000aa01', 'Shop');
create function pg_temp.add(email text) returns void language sql as $$
  insert into public.escalation_recipients (chatbot_id, email) values ('00000000-0000-4000-8000-00000000aac1', email)
$$;
create temp view listed as select email from public.escalation_recipients where chatbot_id = '00000000-0000-4000-8000-00000000aac1';

select ok(private.is_email(e), format('%s is an address', e)) from unnest(array['a@b.co', 'ana.silva+support@mail.shop.example',
  'o''neil@shop.example', 'x@xn--bcher-kva.example', '1@2.example', repeat('a', 64) || '@shop.example']) as e;
select ok(not private.is_email(e), format('%L is not', e)) from unnest(array['a@', '@b.co', 'a', 'a b@c.d', 'a@b.c,d@e.f', 'a@b.co;c@d.co',
  E'a@b.co\n', E'a\n@b.co', 'a@b', 'a@b.c', '.a@b.co', 'a.@b.co', 'a..b@c.co', 'a@b..co', 'a@.b.co', 'a@-b.co', 'a@b-.co', 'a@b.co.',
  E'a\u202e@b.co', 'Ana <a@b.co>', '"a"@b.co', repeat('a', 65) || '@b.co', 'a@' || repeat('b.', 130) || 'co', '']) as e;
select is(private.is_email(null), false, 'nothing is not an address either');

select pg_temp.add('  Ana@Shop.example ');
select results_eq('select email from listed', array['Ana@Shop.example'], 'blanks around it are dropped, its case is kept');
select throws_ok($$ select pg_temp.add('ana@shop.EXAMPLE') $$, '23505', null, 'the same in another case is the same');
select pg_temp.add('OWNER-rcp@shop.example');
select is((select count(*) from listed), 1::bigint, 'the owner''s own address takes no slot');
select throws_ok($$ select pg_temp.add('ana@') $$, 'RCPTA', '“ana@” isn’t a valid e-mail address.', 'an error names the address');
select pg_temp.add('r' || i || '@shop.example') from generate_series(2, 10) as i;
select throws_ok($$ select pg_temp.add('eleventh@shop.example') $$, 'RCPTM', null, 'an eleventh is refused');
select is((select version > 1 from public.human_support_settings where chatbot_id = '00000000-0000-4000-8000-00000000aac1'), true,
  'open widgets can tell that settings have changed');

select * from finish();
rollback;
