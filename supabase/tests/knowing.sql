-- What the assistant knows, when it knows that it does not, how it hears that somebody wants a person, and whether one is there.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
select plan(80);

insert into auth.users (id, email) values ('00000000-0000-4000-8000-00000000cc01', 'owner-kno@shop.example');
create temp table k as select '00000000-0000-4000-8000-00000000ccc1'::uuid as bot;
insert into public.chatbots (id, owner_id, name) select bot, '00000000-0000-4000-8000-00000000cc01', 'Shop' from k;
insert into public.answers (chatbot_id, question, answer, is_enabled) select bot, q, a, e from k, (values
  ('What is your refund policy?', 'You can return items within 30 days for a full refund.', true),
  ('Where do you deliver?', 'We ship to Germany, France and Austria within 3 days.', true),
  ('How can I reset my password?', 'Open Account and choose Reset password.', true),
  ('What are your opening hours?', 'We are open from nine to five.', true),
  ('Wie lange dauert die Lieferung?', 'Drei Tage.', true),
  ('返品はできますか？', '30日以内なら返品できます。', true),
  ('如何退货？', '您可以在30天内退货。', true),
  ('반품할 수 있나요?', '30일 이내에 반품할 수 있습니다.', true),
  ('Do you sell gift cards?', 'Yes.', false)) as x (q, a, e);
create function pg_temp.best(asked text) returns text language sql as $$
  select case when f.is_confident then f.question end from private.find_answers((select bot from k), asked, 'en', 1) f
$$;

select is(pg_temp.best(x.asked), x.question, format('“%s” is answered', x.asked)) from (values
  ('When are your opening hours?', 'What are your opening hours?'), ('opening hours', 'What are your opening hours?'),
  ('refunds', 'What is your refund policy?'), ('forgot my password', 'How can I reset my password?'),
  ('do you ship to germany', 'Where do you deliver?'), ('WIE LANGE DAUERT EINE LIEFERUNG', 'Wie lange dauert die Lieferung?'),
  ('返品したい', '返品はできますか？'), ('怎么退货', '如何退货？'), ('반품할 수 있나요', '반품할 수 있나요?')) as x (asked, question);
select is(pg_temp.best(asked), null, format('“%s” is not', asked)) from unnest(array['What is the capital of France?', 'hello', 'what is the meaning of life',
  'Quelle est la capitale de la Mongolie ?', 'do you sell gift cards', '', '???', 'the of and a', repeat('x', 4000)]) as asked;
select is((select count(*) from private.find_answers(gen_random_uuid(), 'opening hours')), 0::bigint, 'another chatbot''s answers are not ours');

select ok(private.asks_for_person((select bot from k), said), format('“%s” asks for a person', said)) from unnest(array[
  'Can I talk to a human?', 'I WANT TO SPEAK WITH AN AGENT!!', 'Ich möchte bitte mit einem Menschen sprechen.', 'Je veux parler à quelqu''un',
  'Quiero hablar con una persona', 'Quero falar com um atendente', 'Vorrei parlare con un operatore', 'Kan ik met een medewerker spreken?',
  'Chcę porozmawiać z konsultantem', 'Müşteri temsilcisi istiyorum', '人間と話したいです', '请转人工', '상담원 연결해 주세요', 'मुझे किसी से बात करनी है',
  'أريد التحدث مع موظف', 'אני רוצה לדבר עם נציג']) as said;
select ok(not private.asks_for_person((select bot from k), said), format('“%s” does not', said)) from unnest(array[
  'Do you treat animals humanely?', 'How do I reset my password?', 'realperson', 'Menschen', 'I spoke to someone yesterday and it works now', '']) as said;
insert into public.intent_phrases (chatbot_id, language, phrase) select bot, 'en', 'Batman' from k;
select ok(private.asks_for_person((select bot from k), 'call batman!'), 'an owner''s own phrases are heard');
select ok(not private.asks_for_person((select bot from k), 'Can I talk to a human?'), 'in place of the built-in ones of that language');
select ok(private.asks_for_person((select bot from k), '请转人工'), 'and of no other');

-- How words are heard.
select is(pg_temp.best(x.asked), x.question, format('“%s”: %s', x.asked, x.because)) from (values
  ('Can I get my money back?', 'What is your refund policy?', 'a phrase means what it means, not its words'),
  ('refnud', 'What is your refund policy?', 'two letters that changed places'), ('delivry', 'Where do you deliver?', 'a letter too few'),
  ('Rückerstattung', 'What is your refund policy?', 'in another language, when the answer is only in ours'),
  ('what are your OPENING hours', 'What are your opening hours?', 'the very question, however it is written')) as x (asked, question, because);
select ok(private.is_slip('retrun', 'return') and private.is_slip('shiping', 'shipping') and private.is_slip('warrenty', 'warranty'), 'slips of the finger are heard');
select ok(not private.is_slip('hiring', 'hiking') and not private.is_slip('boat', 'boot') and not private.is_slip('x', 'shipping'), 'short words that differ are different words');
select is(private.language_of('ich habe eine frage', 'en'), 'de', 'little words tell the language');
select is(private.language_of('klettergurt', 'en'), 'en', 'without them it is what the page says');
select isnt_empty($$ select from private.answer_terms t where t.chatbot_id = (select bot from k) and t.term = 'password' $$, 'an answer is learnt when it is written');
update public.answers set is_enabled = false where chatbot_id = (select bot from k) and question like '%password%';
select is(pg_temp.best('forgot my password'), null, 'and forgotten when it is switched off');
delete from public.answers where chatbot_id = (select bot from k) and question like '%opening%';
select is_empty($$ select from private.known_answers n where n.chatbot_id = (select bot from k) and n.plain_question like '%opening%' $$, 'or deleted');
insert into public.answers (chatbot_id, question, answer) select bot, 'What are your opening hours?', 'We are open from nine to five.' from k;
select is(private.related_to((select id from public.answers where question = '如何退货？' and chatbot_id = (select bot from k))), '{}', 'nothing is suggested that has nothing to do with the answer');

-- What follows from it.
create temp table talk as select public.widget_start_session(bot, 'de', null, null, repeat('c1', 32), null, null) from k;
create function pg_temp.say(said text) returns jsonb language sql as $$
  select public.widget_post_message(repeat('c1', 32), gen_random_uuid(), said, null, null)
$$;
select is(pg_temp.say('Jemand von euch: mit einem Menschen sprechen') -> 'intent', 'null', 'off by default');
update public.human_support_settings set intent_mode = 'offer' where chatbot_id = (select bot from k);
select results_eq($$ select x ->> 'intent', x #>> '{reply,suggest_human}', x #>> '{reply,text}' from pg_temp.say('Bitte mit einem Menschen sprechen') x $$,
  $$ values ('offer', 'true', 'Natürlich. Jemand aus unserem Team kann Ihnen helfen.') $$, 'offered, in the visitor''s language');
update public.human_support_settings set intent_mode = 'escalate' where chatbot_id = (select bot from k);
select results_eq($$ select x ->> 'intent', x ->> 'reply' from pg_temp.say('Bitte mit einem Menschen sprechen') x $$, $$ values ('escalate', null) $$,
  'or escalated, and then the confirmation is the answer');
select is(pg_temp.say('Opening hours?') -> 'intent', 'null', 'other words mean nothing of the kind');
select is((select count(*) from private.languages), 15::bigint, 'the assistant has its sentences in all fifteen languages');
select is((select count(distinct language) from public.intent_phrases where chatbot_id is null), 15::bigint, 'and its phrases');

-- Whether a person is there. Monday to Sunday around now, so that the test does not mind the day.
create function pg_temp.there(hours jsonb, zone text default 'UTC', off date[] default '{}') returns jsonb language sql as $$
  update public.office_hours set is_enabled = true, time_zone = zone, holidays = off,
    weekly = (select jsonb_object_agg(d, hours) from generate_series(1, 7) as d) where chatbot_id = (select bot from k);
  select private.person_available(b) from public.chatbots b where b.id = (select bot from k)
$$;
delete from private.senders where true;
insert into private.senders (kind, last_sweep_at) values ('email', now());
select is((select private.person_available(b) ->> 'is_available' from public.chatbots b, k where b.id = k.bot), 'true', 'without office hours somebody is always there');
select is(pg_temp.there('[["00:00", "24:00"]]') ->> 'is_available', 'true', 'open all day is open');
select results_eq($$ select x ->> 'is_available', x ->> 'back_at' from pg_temp.there('[]') x $$, $$ values ('false', null) $$, 'never open is closed, and nobody says when it ends');
select is((pg_temp.there('[["00:00", "24:00"]]', 'UTC', array[(now() at time zone 'UTC')::date]) ->> 'back_at')::timestamptz,
  ((now() at time zone 'UTC')::date + 1)::timestamp at time zone 'UTC', 'after a holiday somebody is back at midnight');
-- School holidays: every day from yesterday on.
create function pg_temp.back_after(days int, hours jsonb default '[["09:00", "17:00"]]') returns timestamptz language sql as $$
  select (pg_temp.there(hours, 'UTC', (select array_agg((now() at time zone 'UTC')::date + i) from generate_series(-1, days - 1) as i)) ->> 'back_at')::timestamptz
$$;
select is(pg_temp.back_after(days), ((now() at time zone 'UTC')::date + days + time '09:00') at time zone 'UTC', format('after %s days off somebody is back', days)) from unnest(array[15, 42, 60]) as days;
select is(pg_temp.back_after(61), null, 'further than that nobody looks');
select is(pg_temp.there('[]', 'Asia/Tokyo') ->> 'time_zone', 'Asia/Tokyo', 'the team''s clock is named');
select is(pg_temp.there('[["12:00", "11:59"]]') ->> 'is_available', (case when (now() at time zone 'UTC')::time >= '11:59' and (now() at time zone 'UTC')::time < '12:00' then 'false' else 'true' end),
  'hours may run past midnight');
select throws_ok($$ select pg_temp.there('[]', 'Mars/Olympus') $$, 'INVAL', null, 'there is no such time zone');
update private.senders set last_sweep_at = now() - interval '181 seconds' where true;
select results_eq($$ select x ->> 'is_sender_stopped', x ->> 'is_available' from pg_temp.there('[["00:00", "24:00"]]') x $$, $$ values ('true', 'false') $$,
  'while the sender has stopped nobody is promised');

-- How long it usually takes, as somebody reads it who asks at that moment.
create function pg_temp.answered(moments timestamptz[], wait interval) returns void language plpgsql as $$
declare
  moment timestamptz;
  conversation uuid;
begin
  foreach moment in array moments loop
    insert into public.conversations (chatbot_id) select bot from k returning id into conversation;
    insert into public.escalations (conversation_id, trigger, escalated_at, first_replied_at) values (conversation, 'api', moment, moment + wait);
  end loop;
end $$;
create function pg_temp.wait_at(moment timestamptz) returns text language sql as $$
  select private.person_available(b, h, moment) ->> 'expected_wait_hours'
  from public.chatbots b join public.office_hours h on h.chatbot_id = b.id where b.id = (select bot from k)
$$;
select pg_temp.answered(array_fill(now() - interval '14 days', array[4]), '90 minutes');
select is(pg_temp.wait_at(now()), null, 'four samples say nothing about the wait');
select pg_temp.answered(array[now() - interval '7 days'], '3 hours');
select is(pg_temp.wait_at(now()), '1.50', 'five do: the median');

-- Berlin's clocks were put back on 26 October 2025 at three, and forward on 29 March 2026 at two.
update public.office_hours set time_zone = 'Europe/Berlin' where chatbot_id = (select bot from k);
select pg_temp.answered('{2025-10-27 09:10 Europe/Berlin, 2025-10-27 09:50 Europe/Berlin, 2025-10-20 09:00 Europe/Berlin, 2025-10-13 09:59 Europe/Berlin, 2025-10-06 09:30 Europe/Berlin}', '2 hours');
select pg_temp.answered('{2025-10-20 10:10 Europe/Berlin, 2025-10-20 10:20 Europe/Berlin, 2025-10-13 10:10 Europe/Berlin, 2025-10-13 10:20 Europe/Berlin, 2025-10-06 10:10 Europe/Berlin, 2025-10-20 08:59 Europe/Berlin}', '20 hours');
select is(pg_temp.wait_at('2025-11-03 09:20 Europe/Berlin'), '2.00', 'nine o''clock is nine o''clock on the team''s clock, before the clocks changed and after');
select pg_temp.answered('{2025-10-19 02:30 Europe/Berlin, 2025-10-26 02:10+02, 2025-10-26 02:50+02, 2025-10-26 02:10+01, 2025-10-26 02:50+01}', '3 hours');
select pg_temp.answered('{2025-10-26 01:40+02, 2025-10-26 01:50+02, 2025-10-26 01:59+02, 2025-10-26 03:00+01, 2025-10-26 03:10+01, 2025-10-26 03:20+01}', '30 hours');
select is(pg_temp.wait_at('2025-11-02 02:30 Europe/Berlin'), '3.00', 'an hour that a night had twice counts twice, and no other with it');
select pg_temp.answered(array_fill('2026-03-29 03:10 Europe/Berlin'::timestamptz, array[5]), '4 hours');
select is(pg_temp.wait_at('2026-04-05 02:30 Europe/Berlin'), null, 'nor does the next stand in for an hour that a night did not have');

select * from finish();
rollback;
