-- What happened to a case stands in a chain that nobody can rewrite without its being seen, and seals keep its end from being cut off.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
select plan(31);
-- The clock's own chainer and sealer stay away until this is rolled back.
select pg_advisory_xact_lock(hashtextextended('chainer', 0));

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-00000000cc01', 'owner-chn@shop.example'), ('00000000-0000-4000-8000-00000000cc02', 'stranger-chn@shop.example');
create temp table k as select '00000000-0000-4000-8000-00000000ccb1'::uuid as bot,
  '00000000-0000-4000-8000-00000000cca1'::uuid as a, '00000000-0000-4000-8000-00000000cca2'::uuid as b;
grant select on k to authenticated;
insert into public.chatbots (id, owner_id, name) select bot, '00000000-0000-4000-8000-00000000cc01', 'Shop' from k;
insert into public.conversations (id, chatbot_id) select a, bot from k union all select b, bot from k;
insert into public.messages (conversation_id, chatbot_id, role, text)
  select a, bot, 'visitor', 'Where is “order 41”? \ ' || chr(1) || chr(8232) || ' 🧦' from k;

create function pg_temp.entries(c uuid) returns setof private.chain_entries language sql as $$
  select * from private.chain_entries e where e.conversation_id = c order by e.seq
$$;
-- As a stranger would count, from the bodies alone.
create function pg_temp.broken(c uuid) returns setof integer language sql as $$
  select e.seq from pg_temp.entries(c) e
  left join private.chain_entries p on p.conversation_id = e.conversation_id and p.seq = e.seq - 1
  where e.hash <> sha256(coalesce(p.hash, sha256(convert_to('handoff-chain-1:' || c, 'UTF8'))) || convert_to(e.seq || E'\n' || e.body, 'UTF8'))
$$;
create function pg_temp.as_member(who uuid, query text) returns text language plpgsql as $$
declare
  answer text;
begin
  perform set_config('request.jwt.claims', jsonb_build_object('sub', who, 'role', 'authenticated')::text, true);
  set local role authenticated;
  execute query into answer;
  reset role;
  return answer;
exception when others then
  reset role;
  return sqlstate;
end $$;

select isnt_empty($$ select from private.chain_notes n join k on k.a = n.conversation_id $$, 'whoever writes leaves a note');
select is((select count(*)::integer from pg_temp.entries((select a from k))), 0, 'and has not waited for the chain');
select ok(private.extend_chains() >= 1, 'the chainer carries over what is new');
select is_empty($$ select from private.chain_notes n join k on k.a = n.conversation_id $$, 'its note is gone then');
select is((select array_agg(kind order by kind) from pg_temp.entries((select a from k))), '{message,timeline}', 'a message, and that the conversation began');
select is(private.extend_chain((select a from k)), 0, 'what is in the chain is not carried over again');

insert into public.escalations (conversation_id, trigger) select a, 'inline_cta' from k;
insert into public.messages (conversation_id, chatbot_id, role, text) select a, bot, 'visitor', 'Hello?' from k;
select ok(private.extend_chain((select a from k)) >= 4, 'an escalation, those who are told of it and another message');
select isnt_empty($$ select from pg_temp.entries((select a from k)) where kind = 'receipt' and body::jsonb ->> 'purpose' = 'alert' $$, 'who is told is in the chain');
select isnt_empty($$ select from pg_temp.entries((select a from k)) where kind = 'timeline' and body::jsonb ->> 'type' = 'conversation.escalated' $$, 'so is the escalation');
select is_empty($$ select pg_temp.broken((select a from k)) $$, 'every hash goes over the one before it');
select is((select array_agg(seq) from pg_temp.entries((select a from k))), (select array_agg(i) from generate_series(1, (select count(*)::integer from pg_temp.entries((select a from k)))) i), 'without a gap');
select is_empty($$ select from pg_temp.entries((select a from k)) where body ~ 'order 41|shop\.example' $$, 'no word and no address stands in it');
select is_empty($$
  select from pg_temp.entries((select a from k)) e join public.messages m on m.id::text = e.source_id
  where e.body::jsonb ->> 'digest' <> encode(sha256(e.salt || convert_to(m.text, 'UTF8')), 'hex') $$, 'but the hash of salt and words');
select is_empty($$ select from pg_temp.entries((select a from k)) where body <> private.canonical_json(body::jsonb) or body ~ ': |, "' $$, 'bodies are canonical');
select is(private.canonical_json('{"b": 10, "a": "\u0001\"\\\n€/", "c": null}'), '{"a":"\u0001\"\\\n€/","b":10,"c":null}', 'as RFC 8785 writes them');

select throws_ok($$ update private.chain_entries set body = '{}' where conversation_id = (select a from k) $$, 'CONFL', null, 'an entry cannot be changed');
select throws_ok($$ update private.chain_entries set salt = null, hash = sha256('') where conversation_id = (select a from k) $$, 'CONFL', null, 'not even with its salt');
select throws_ok($$ delete from private.chain_entries where conversation_id = (select a from k) $$, 'CONFL', null, 'nor removed');
select lives_ok($$ update private.chain_entries set salt = null where conversation_id = (select a from k) and seq = 1 $$, 'only its salt may go, with the words');
select is_empty($$ select pg_temp.broken((select a from k)) $$, 'which breaks nothing');

insert into public.messages (conversation_id, chatbot_id, role, text) select b, bot, 'visitor', 'Another' from k;
select private.extend_chain((select b from k));
select is(private.seal((select bot from k)), 1, 'a seal over both chains');
select is((select body::jsonb ->> 'root' from private.seals where chatbot_id = (select bot from k)), (
    select encode(sha256('\x01' || private.merkle_leaf(x.conversation_id, x.seq, x.hash) || private.merkle_leaf(y.conversation_id, y.seq, y.hash)), 'hex')
    from private.chain_heads x, private.chain_heads y where x.conversation_id = (select a from k) and y.conversation_id = (select b from k)),
  'its root is that of the tree over their ends');
select is(private.seal((select bot from k)), null, 'nothing is sealed twice');
insert into public.messages (conversation_id, chatbot_id, role, text) select b, bot, 'visitor', 'More' from k;
select private.extend_chain((select b from k));
select is(private.seal((select bot from k)), 2, 'what grows is sealed again');
select is((select body::jsonb ->> 'before' from private.seals where chatbot_id = (select bot from k) and number = 2),
  (select encode(sha256(convert_to(body, 'UTF8')), 'hex') from private.seals where chatbot_id = (select bot from k) and number = 1),
  'and names the seal before');
select is_empty($$
  select n, i from generate_series(1, 17) n, generate_series(1, 17) i,
    lateral (select array_agg(sha256(convert_to(x::text, 'UTF8')) order by x) as leaves from generate_series(1, n) x) l
  where i <= n and private.merkle_root(leaves) <> (
    with recursive up as (
      select 0 as step, leaves[i] as hash
      union all
      select u.step + 1, case split_part(p.path[u.step + 1], ':', 1)
        when 'left' then sha256('\x01' || decode(split_part(p.path[u.step + 1], ':', 2), 'hex') || u.hash)
        else sha256('\x01' || u.hash || decode(split_part(p.path[u.step + 1], ':', 2), 'hex')) end
      from up u, (select private.merkle_path(leaves, i) as path) p where u.step < cardinality(p.path)
    ) select hash from up order by step desc limit 1) $$, 'from every leaf of trees of one to seventeen leaves its path leads to the root');

select is(pg_temp.as_member('00000000-0000-4000-8000-00000000cc02', $$ select public.case_proof((select a from k)) $$), 'NTFND', 'a stranger gets no proof');
select is(pg_temp.as_member('00000000-0000-4000-8000-00000000cc02', $$ select public.read_seals((select bot from k)) $$), 'NTFND', 'and no seals');
select matches(pg_temp.as_member('00000000-0000-4000-8000-00000000cc01', $$ select public.case_proof((select a from k)) ->> 'entries' $$), 'hash', 'a member does');
select is(jsonb_array_length(pg_temp.as_member('00000000-0000-4000-8000-00000000cc01', $$ select public.case_proof((select b from k)) -> 'seals' $$)::jsonb), 2, 'with every seal over the case');

delete from public.chatbots where id = (select bot from k);
select is_empty($$ select from private.chain_entries where conversation_id = (select a from k) $$, 'a chatbot that is deleted takes its chains with it');

select * from finish();
rollback;
