-- Finding a case again: by any words of the transcript, in any script, by name, address, session and reference; a percent sign is a
-- percent sign; and a frequent word, a rare one and a filter give the rows that reading everything would give.
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

select plan(46);
create function story.shop() returns uuid language sql immutable as $$ select '10000000-0000-4000-8000-000000000001'::uuid $$;
select setseed(0.7);

-- Enough cases that rare words leave the first two thousand. The effects of messages are not the subject here.
alter table public.messages disable trigger user;
alter table public.escalations disable trigger user;
insert into public.conversations (id, chatbot_id, session_id, started_at, last_activity_at)
select story.person('s' || i), story.shop(), 'embed-session-' || i, now() - interval '1 minute' * i, now() - interval '1 minute' * i from generate_series(1, 2600) i;
insert into public.messages (conversation_id, chatbot_id, seq, role, text)
select story.person('s' || i), story.shop(), 1, 'visitor', case
    when i in (7, 2296, 2555) then 'Is there a Xylophone discount of 100% today?'
    when i in (8, 2301) then 'path C:\temp\new_file' when i = 2302 then '返品したいです' when i = 2303 then 'אפשר לדבר עם נציג?' when i = 2304 then 'هل يمكنني الإرجاع' when i = 2306 then 'it''s marked ~uw\'
    when i % 3 = 0 then 'where is my ORDER' else 'hello ' || i end
from generate_series(1, 2600) i;
insert into public.escalations (id, conversation_id, chatbot_id, number, trigger, escalated_at, status, resolved_at)
select story.person('e' || i), story.person('s' || i), story.shop(), 1, 'api', now() - interval '1 minute' * i,
  case when i % 4 = 0 then 'open' else 'resolved' end::public.escalation_status, case when i % 4 <> 0 then now() end
from generate_series(1, 2600) i where i % 50 <> 0;
update public.conversations c set escalation_id = e.id, escalation_status = e.status, escalated_at = e.escalated_at
from public.escalations e where e.conversation_id = c.id and c.chatbot_id = story.shop();
alter table public.messages enable trigger user;
alter table public.escalations enable trigger user;
insert into public.leads (conversation_id, chatbot_id, name, email, phone) values
  (story.person('s9'), story.shop(), 'Zoë O''Brien-Quill', 'zoe.quill@mail.test', '+46 70 555 12 34'), (story.person('s2404'), story.shop(), 'Anders Quill', null, null);
insert into public.conversations (chatbot_id, session_id, started_at) values ('10000000-0000-4000-8000-000000000002', 'embed-elsewhere-xylophone', now());

create function story.found(words text, filter text default 'all', sort text default 'newest', page_size int default 200) returns text[]
language plpgsql as $$
declare
  r record;
  found text[] := '{}';
  at timestamptz;
  last uuid;
  status public.escalation_status;
  got int;
begin
  loop
    got := 0;
    for r in select * from public.list_cases(story.shop(), filter, sort, 30, words, at, last, page_size, status) loop
      got := got + 1;
      found := found || substring(r.session_id from '[0-9]+$');
      at := case filter when 'population' then r.last_activity_at else r.escalated_at end;
      last := r.id;
      status := r.escalation_status;
    end loop;
    exit when got < page_size;
  end loop;
  return found;
end
$$;
create function story.numbered(condition text) returns text[] language plpgsql as $$
declare
  n text[];
begin
  execute 'select coalesce(array_agg(i::text order by i), ''{}'') from generate_series(1, 2600) i where ' || condition into n;
  return n;
end
$$;

select story.becomes('ana');
select is(story.found('xylophone'), '{7,2296,2555}', 'a rare word is found however far down, whatever its case');
select is(story.found('xylophone', page_size => 1), '{7,2296,2555}', 'one at a time, too');
select is(story.found('100%'), '{7,2296,2555}', 'a percent sign is no wildcard');
select is(story.found('100_ today'), '{}', 'nor is an underscore');
select is(story.found('new_file'), '{8,2301}', 'an underscore finds an underscore');
select is(story.found('C:\temp'), '{8,2301}', 'a backslash finds a backslash');
select is(story.found('  Xylophone  discount'), '{}', 'inner spaces count');
select is(story.found('  Xylophone '), '{7,2296,2555}', 'outer ones do not');
select is(story.found('返品'), '{2302}', 'two Japanese characters are enough');
select is(story.found('נציג'), '{2303}', 'Hebrew is found');
select is(story.found('الإرجاع'), '{2304}', 'and Arabic');
select is(story.found('quill'), '{9,2404}', 'a lead is found by name');
select is(story.found('zoë o''brien'), '{9}', 'with accent and apostrophe');
select is(story.found('ZOE.quill@MAIL'), '{9}', 'by address');
select is(story.found('555 12 34'), '{9}', 'by telephone');
select is(story.found('embed-session-2511'), '{2511}', 'by session');
select is(story.found((select reference from public.conversations where session_id = 'embed-session-2512')), '{2512}', 'by the short reference');
select is(story.found(lower((select reference from public.conversations where session_id = 'embed-session-2512'))), '{2512}', 'in small letters, too');
select is(story.found('elsewhere'), '{}', 'never in somebody else''s chatbot');
select is(story.found(''), story.numbered('i % 50 <> 0'), 'an empty search is none');
select is(story.found('order'), story.numbered('i % 3 = 0 and i % 50 <> 0 and i not in (2301, 2304)'), 'a frequent word gives every case, page by page');
select is(story.found('order', 'unresolved'), story.numbered('i % 3 = 0 and i % 4 = 0 and i % 50 <> 0 and i not in (2304)'), 'within the filter');
select is(story.found('order', 'population'), story.numbered('i % 3 = 0 and i not in (2301, 2304)'), 'also where nobody escalated');
select is(story.found('xylophone', 'unresolved', 'waiting'), '{2296}', 'and with the longest waiting first');
select is(story.found('xylophone', 'all', 'waiting'), '{2296,7,2555}', 'open before resolved');
select is(story.found('xylophone', 'all', 'waiting', 1), '{2296,7,2555}', 'page by page as well');
select is(cardinality(story.found('o')), (select count(*)::int from generate_series(1, 2600) i where i % 50 <> 0), 'one letter walks everything');
select is(story.found('~'), '{2306}', 'one character that stands nowhere else is found however far down');
select is(story.found('~', 'population'), '{2306}', 'among all conversations, too');
select is(story.found('UW'), '{2306}', 'and two letters');
select is(story.found('w\'), '{2306}', 'one of which may be a backslash');
select is(story.found('uw\'), '{2306}', 'at the end of three as well');
select is(story.found('t''s m'), '{2306}', 'an apostrophe is no quote');
select is(story.found('¿¿'), '{}', 'two that stand nowhere find nothing');
select is(story.found('%%%'), '{}', 'three wildcards find nothing');
select is((select count(*) from public.export_cases(story.shop(), 'all', search => 'xylophone')), 3::bigint, 'the CSV of a search has its rows');

reset role;
select ok((select bool_and(private.windows(story.shop(), t) @@ private.windows_query(story.shop(), substr(t, i, n)))
  from unnest(array[E'It''s 100% \\ done: Größe ÅSA', E'返品 a\n\tb ''x'' \x01y & | ! ( ) <-> :*']) t, generate_series(1, 30) i, generate_series(1, 6) n
  where btrim(substr(t, i, n), E' \t\r\n') <> ''), 'no stretch of a text, of whatever characters, is missed by the index');
select is(private.like_pattern('50%_\'), '%50\%\_\\%', 'wildcards are escaped');
select is(private.like_pattern(E' \n '), null, 'nothing is searched for nothing');
update public.conversations set visitor_name = 'Renamed Visitor' where session_id = 'embed-session-2599';
select story.becomes('ana');
select is(story.found('renamed'), '{2599}', 'a new name is found at once');
select is(story.found(repeat('very long ', 500)), '{}', 'a long search is just a search');
select throws_ok('select * from public.list_cases(''10000000-0000-4000-8000-000000000002'', search => ''xylophone'')', 'NTFND', null, 'a stranger''s chatbot cannot be searched');

-- Why a row was found, and where else there is something.
reset role;
select is(private.excerpt('Is there a Xylophone discount?', 'xylophone'), 'Is there a Xylophone discount?', 'a short text is shown whole');
select matches(private.excerpt(repeat('Many words before. ', 20) || E'The\n\nxylophone 😀 ' || repeat('and after. ', 40), 'Xylophone'), '^….{0,31}xylophone 😀 and after\..*', 'of a long one the words around what was found, on one line');
select ok(length(private.excerpt(repeat('Many words before. ', 20) || 'xylophone ' || repeat('and after. ', 40), 'xylophone')) <= 165, 'and no more than a row holds');
select story.becomes('ana');
select is(public.triage_overview(story.shop(), 'unresolved', 'newest', 30, 'Xylophone') -> 'matches' ->> 'all', cardinality(story.found('Xylophone'))::text, 'the overview says how many cases a search finds under the other pills');
reset role;

select * from finish();
rollback;
