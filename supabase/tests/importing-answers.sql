-- Importing answers: what stands already is told before, the same question is the same however it is written, and nothing is replaced
-- that was not seen as it is.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
set local search_path = public, extensions;
select plan(13);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000073a1', 'olga@import.test'), ('00000000-0000-4000-8000-0000000073a2', 'stranger@import.test');
insert into public.chatbots (id, owner_id, name) values ('00000000-0000-4000-8000-0000000073c1', '00000000-0000-4000-8000-0000000073a1', 'Shop');
create function pg_temp.shop() returns uuid language sql immutable as $$ select '00000000-0000-4000-8000-0000000073c1'::uuid $$;
create function pg_temp.imported(variadic entries text[]) returns jsonb language sql as $$
  select public.import_answers(pg_temp.shop(), (select jsonb_agg(e::jsonb order by n) from unnest(entries) with ordinality i (e, n)))
$$;
create function pg_temp.answer_to(asked text) returns text language sql as $$
  select answer from public.answers where chatbot_id = pg_temp.shop() and question = asked
$$;
select set_config('role', 'authenticated', true), set_config('request.jwt.claims', '{"sub":"00000000-0000-4000-8000-0000000073a1","role":"authenticated"}', true);

select is(pg_temp.imported('{"question":"İade nasıl?","answer":"Kolay."}', '{"question":"ΠΟΣΟΣ χρόνος;","answer":"Λίγος."}', '{"question":"Welche Straße?","answer":"Diese."}'),
  '{"added":3,"updated":0,"skipped":[]}', 'new questions are added');
select is((select array_agg(c #>> '{existing,answer}' order by n) from jsonb_array_elements(public.compare_answers(pg_temp.shop(),
    '["iade nasıl?", "ποσος χρόνος;", "WELCHE STRASSE?", "Something else?"]')) with ordinality i (c, n)),
  '{Kolay.,Λίγος.,Diese.,null}', 'the same questions in other letters are known');
select is(count(distinct c ->> 'key')::int, 1, format('%s has one key', pair)) from unnest(array[
    '["İade?", "iade?", "İADE?"]', '["ΠΟΣΟΣ", "ποσος", "ποσοσ"]', '["Straße", "STRASSE", "  strasse  "]']) pair,
  jsonb_array_elements(public.compare_answers(pg_temp.shop(), pair::jsonb)) c group by pair;
select is(pg_temp.imported('{"question":"iade nasıl?","answer":"Zor."}') #>> '{skipped,0,reason}', 'This question has another answer by now. Compare again to see it.',
  'an answer that was not seen is not replaced');
select is(pg_temp.answer_to('İade nasıl?'), 'Kolay.', 'and stays as it was');
select is(pg_temp.imported(jsonb_build_object('question', 'WELCHE STRASSE?', 'answer', 'Jene.', 'seen', md5('Diese.'))::text), '{"added":0,"updated":1,"skipped":[]}',
  'one that was seen is');
select is(pg_temp.answer_to('Welche Straße?'), 'Jene.', 'and its question keeps its letters');
select is(pg_temp.imported(jsonb_build_object('question', 'Welche Straße?', 'answer', 'Keine.', 'seen', md5('Diese.'))::text) ->> 'updated', '0',
  'nor is one that has changed since it was seen');
select is(pg_temp.imported('{"question":"Twice?","answer":"First."}', '{"question":"TWICE?","answer":"Second."}') - 'skipped', '{"added":1,"updated":0}',
  'of two entries with one question the first is taken');
select is(pg_temp.imported('{"question":"Gone?","answer":"Yes.","seen":"whatever"}') ->> 'added', '1', 'what was deleted meanwhile is added again');
select set_config('request.jwt.claims', '{"sub":"00000000-0000-4000-8000-0000000073a2","role":"authenticated"}', true);
select throws_ok('select public.compare_answers(pg_temp.shop(), ''["Twice?"]'')', 'NTFND', null, 'a stranger learns nothing');
reset role;

select * from finish();
rollback;
