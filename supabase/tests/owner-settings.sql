-- What an owner may set, and what is refused before anything is written: addresses, labels, buttons, forms, hours, the bot's key.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
set local search_path = public, extensions;

create schema story;
grant usage on schema story to authenticated;
create function story.person(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '4' from 13) placing '8' from 17)::uuid
$$;
create function story.becomes(name text) returns void language sql as $$
  select set_config('role', 'authenticated', true),
    set_config('request.jwt.claims', jsonb_build_object('sub', story.person(name), 'role', 'authenticated')::text, true)
$$;
insert into auth.users (id, email, raw_user_meta_data)
select story.person(n), n || '@story.test', jsonb_build_object('display_name', initcap(n) || ' Story')
from unnest('{olga,adam,ana,ben,stranger}'::text[]) n;
insert into public.chatbots (id, owner_id, name) values
  ('10000000-0000-4000-8000-000000000001', story.person('olga'), 'Shop'),
  ('10000000-0000-4000-8000-000000000002', story.person('stranger'), 'Elsewhere');
insert into public.chatbot_members (chatbot_id, user_id, role) values
  ('10000000-0000-4000-8000-000000000001', story.person('adam'), 'admin'),
  ('10000000-0000-4000-8000-000000000001', story.person('ana'), 'agent'),
  ('10000000-0000-4000-8000-000000000001', story.person('ben'), 'agent');

select plan(85);
create function story.shop() returns uuid language sql immutable as $$ select '10000000-0000-4000-8000-000000000001'::uuid $$;
create function story.week(off date[] default '{}', shifts jsonb default '[["00:00","12:00"],["12:00","24:00"]]') returns jsonb language sql as $$
  select public.preview_office_hours(story.shop(), jsonb_build_object('is_enabled', true, 'time_zone', 'UTC', 'holidays', to_jsonb(off),
    'weekly', (select jsonb_object_agg(d, shifts) from generate_series(1, 7) as d)))
$$;
create temp table tomorrow as select (now() at time zone 'UTC')::date + 1 as day;
grant select on tomorrow to authenticated;
create function story.recipients() returns text[] language sql stable as $$
  select array_agg(email order by position) from public.escalation_recipients where chatbot_id = story.shop()
$$;
create function story.many(n int) returns text[] language sql as $$
  select array_agg('r' || i || '@team.test' order by i) from generate_series(1, n) i
$$;

select story.becomes('adam');
select is(public.save_human_support(story.shop(), '{}', array[' Ops@Team.test', 'ops@team.TEST', 'OLGA@story.test', '', 'two@team.test']) -> 'recipients',
  '["Ops@Team.test", "two@team.test"]', 'addresses are trimmed, kept as typed, each once; the owner takes no slot');
select is(public.save_human_support(story.shop(), '{}', array['two@team.test', 'OPS@team.test']) -> 'recipients', '["two@team.test", "OPS@team.test"]', 'their order and spelling follow the last save');
select is(public.save_human_support(story.shop(), '{"replace_followups":true}') -> 'recipients', '["two@team.test", "OPS@team.test"]', 'leaving them out leaves them');
select throws_ok(format('select public.save_human_support(story.shop(), ''{"positive_label":"Half"}'', array[''ok@team.test'', %L])', bad), 'RCPTA', null, 'not an address: ' || bad)
from unnest(array['plain', '@team.test', 'a@', 'a@b', 'a b@team.test', 'a@team..test', 'a@-team.test', '.a@team.test', 'Ann <a@team.test>', 'a@team.test,b@team.test', 'a@team.test' || chr(8238)]) bad;
select is((select positive_label from public.human_support_settings where chatbot_id = story.shop()), null, 'and nothing was half saved');
select is(story.recipients(), '{two@team.test,OPS@team.test}', 'not even a recipient');
select throws_like('select public.save_human_support(story.shop(), ''{}'', array[''broken@''])', '%broken@%', 'the refusal names the address');
select is(jsonb_array_length(public.save_human_support(story.shop(), '{}', story.many(10) || 'olga@story.test'::text || 'R3@team.test'::text) -> 'recipients'), 10, 'ten besides the owner');
select throws_ok('select public.save_human_support(story.shop(), ''{}'', story.many(11))', 'RCPTM', null, 'eleven are too many');
select is(cardinality(story.recipients()), 10, 'the ten stay');
select is(public.save_human_support(story.shop(), '{}', '{}') -> 'recipients', '[]', 'none is fine, too');

select is((public.save_human_support(story.shop(), '{"positive_label":"  Ja 👍 ","request_help_label":"","confirmation_message":"Line one\nLine two","intent_mode":"offer","show_escalation_cta":false}') -> 'settings')
  - '{updated_at,version,chatbot_id,reply_mail_enabled,reply_mail_wait_minutes,hold_seconds,first_reply_minutes,resolve_minutes,target_clock}'::text[],
  '{"positive_label":"Ja 👍","request_help_label":null,"confirmation_message":"Line one\nLine two","intent_mode":"offer","show_escalation_cta":false,"replace_followups":true}',
  'labels are trimmed, blank means the default, other keys stay');
select throws_ok(format('select public.save_human_support(story.shop(), %L)', bad), 'INVAL', null, 'refused: ' || bad)
from unnest(array['{"positive_label":"a\u0007b"}', '{"positive_label":"two\nlines"}', '{"positive_label":"\u202Eevil"}', '{"show_escalation_cta":"yes"}', '{"intent_mode":"maybe"}', '{"owner":"me"}', '[]',
  jsonb_build_object('positive_label', repeat('x', 201))::text, jsonb_build_object('confirmation_message', repeat('x', 501))::text]) bad;
select lives_ok(format('select public.save_human_support(story.shop(), %L)', jsonb_build_object('positive_label', repeat('x', 200))), 'a label may have 200 characters');

select is(public.save_appearance(story.shop(), '{"accent_color":"#ABCDEF","allowed_origins":["https://Shop.example.com/","https://shop.example.com:443","http://localhost:5173"," "]}') -> 'allowed_origins',
  '["https://shop.example.com", "http://localhost:5173"]', 'origins are kept as browsers send them');
select throws_ok(format('select public.save_appearance(story.shop(), %L)', bad), 'INVAL', null, 'refused: ' || bad)
from unnest(array['{"name":"  "}', '{"accent_color":"red"}', '{"position":"top"}', '{"language":"english"}', '{"allowed_origins":["example.com"]}', '{"allowed_origins":["https://a.test/path"]}']) bad;

select is((select array_agg(b ->> 'label') from jsonb_array_elements(public.save_followup_buttons(story.shop(),
  '[{"type":"escalate","label":"Talk"},{"type":"link","label":"Docs","value":"https://docs.example.com/a?b=c"},{"type":"message","label":"Hours","value":"When are you open?"}]')) b), '{Talk,Docs,Hours}', 'three buttons in order');
select throws_ok(format('select public.save_followup_buttons(story.shop(), %L)', bad), 'INVAL', null, 'refused: ' || left(bad, 60))
from unnest(array['[{"type":"link","label":"x","value":"http://a.example.com"}]', '[{"type":"link","label":"x","value":"javascript:alert(1)"}]', '[{"type":"link","label":"x","value":"https://user@a.example.com"}]',
  '[{"type":"message","label":"x"}]', '[{"type":"link","label":" ","value":"https://a.example.com"}]', '[{"type":"call","label":"x"}]',
  (select jsonb_agg(jsonb_build_object('type', 'escalate', 'label', 'x' || i)) from generate_series(1, 7) i)::text]) bad;
select is((select count(*) from public.followup_buttons where chatbot_id = story.shop()), 3::bigint, 'the three stay');

select is(public.save_lead_form(story.shop(), '{"timing":"before_escalation","fields":[{"key":"email","is_required":true},{"key":"custom_order","label":"Order"}]}') #>> '{fields,1,label}', 'Order', 'a form with a field of one''s own');
select throws_ok(format('select public.save_lead_form(story.shop(), %L)', bad), 'INVAL', null, 'refused: ' || bad)
from unnest(array['{"fields":[{"key":"password"}]}', '{"fields":[{"key":"custom_x"}]}', '{"fields":[{"key":"name"},{"key":"name"}]}', '{"fields":[]}', '{"timing":"later"}']) bad;
select throws_ok(format('select public.save_office_hours(story.shop(), %L)', bad), 'INVAL', null, 'refused: ' || bad)
from unnest(array['{"time_zone":"Mars/Olympus"}', '{"weekly":{"8":[]}}', '{"weekly":{"1":[["9:00","17:00"]]}}', '{"weekly":{"1":[["09:00","09:00"]]}}', '{"holidays":["2026-13-01"]}']) bad;
select is(public.save_intent_phrases(story.shop(), 'en', array['Real person', ' real  PERSON! ', '', 'agent']), '["Real person", "agent"]', 'phrases that read the same are one');

-- Tried before it is saved: hours all week, in two stretches that meet, and a day off tomorrow.
select is(public.preview_office_hours(story.shop(), '{"is_enabled":false}') -> 'away', 'null', 'without hours nobody is ever away');
select is(story.week() -> 'away', 'null', 'nor around the clock, in stretches that meet');
select results_eq($$ select x ->> 'away_at_local', (x #>> '{away,back_at}')::timestamptz, x #>> '{away,is_available}' from story.week((select array[day] from tomorrow)) x $$,
  $$ select to_char(day, 'YYYY-MM-DD"T"HH24:MI:SS'), (day + 1)::timestamp at time zone 'UTC', 'false' from tomorrow $$, 'before a day off everybody leaves at midnight, and is back a day later');
select is(story.week('{}', '[]') #> '{away,back_at}', 'null', 'who is never there is never back');
select throws_ok('select public.preview_office_hours(story.shop(), ''{"weekly":{"1":[["09:00","09:00"]]}}'')', 'INVAL', null, 'what could not be saved cannot be tried');
select results_eq('select is_enabled, weekly, holidays from public.office_hours where chatbot_id = story.shop()', $$ values (false, '{}'::jsonb, '{}'::date[]) $$, 'and trying saves nothing');
select is(public.try_intent_phrases(story.shop(), 'en', '{"call batman"," "}', said) ->> 'phrase', heard, said) from (values
  ('Call Bátman!', 'call batman'), ('A real person', null), ('Bitte mit einem Menschen sprechen', 'mit einem menschen sprechen')) t (said, heard);
select is(public.try_intent_phrases(story.shop(), 'en', '{}', 'a human agent, please') ->> 'phrase', 'human agent', 'with none on trial the built-in ones count again');
select is(public.try_intent_phrases(story.shop(), 'de', '{}', 'a real person') ->> 'offer', 'Natürlich. Jemand aus unserem Team kann Ihnen helfen.', 'offered in the language on trial');
select throws_ok(call, 'INVAL', null, call) from unnest(array[
  'select public.try_intent_phrases(story.shop(), ''tlh'', ''{}'', ''x'')',
  'select public.try_intent_phrases(story.shop(), ''en'', array_fill(''x''::text, array[201]), ''x'')']) call;
select throws_ok('select public.try_intent_phrases(story.shop(), ''en'', ''{}'', '''')', 'TXTLN', null, 'nothing said is nothing to try');
select is((select array_agg(phrase order by phrase) from public.intent_phrases where chatbot_id = story.shop()), '{"Real person",agent}', 'and no phrase was saved');

-- The bot's key.
select is(public.save_bot(story.shop(), '{"kind":"openai","base_url":"https://api.example.com/v1","model":"m","api_key":"sk-secret"}') ->> 'has_api_key', 'true', 'a key is stored');
select is(public.save_bot(story.shop(), '{"model":"n"}') ->> 'has_api_key', 'true', 'and stays');
select is(public.save_bot(story.shop(), '{"base_url":"https://collector.example.net/v1"}') ->> 'has_api_key', 'false', 'but does not follow to another host');
select throws_ok('select public.save_bot(story.shop(), ''{"base_url":"http://169.254.169.254/v1"}'')', 'URLBD', null, 'nor into the cloud''s own network');

-- Roles.
select story.becomes('ana');
select throws_ok(call, 'FORBD', null, 'an agent may not ' || call) from unnest(array[
  'select public.save_human_support(story.shop())', 'select public.save_appearance(story.shop(), ''{}'')', 'select public.save_bot(story.shop(), ''{}'')',
  'select public.preview_office_hours(story.shop(), ''{}'')', 'select public.try_intent_phrases(story.shop(), ''en'', ''{}'', ''x'')']) call;
select story.becomes('stranger');
select throws_ok('select public.save_human_support(story.shop())', 'NTFND', null, 'for a stranger there is nothing to set');

select * from finish();
rollback;
