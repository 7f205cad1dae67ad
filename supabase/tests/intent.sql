-- Whoever writes that they want a person is heard, in every language of the widget; whoever writes that they want none is not.
begin;
create extension if not exists pgtap with schema extensions;
select plan(9);

insert into auth.users (id, email) values ('00000000-0000-4000-8000-00000000aa01', 'owner-int@shop.example');
create temp table k as select '00000000-0000-4000-8000-00000000aac1'::uuid as bot;
insert into public.chatbots (id, owner_id, name) select bot, '00000000-0000-4000-8000-00000000aa01', 'Shop' from k;

create temp table said (language text, asks boolean, words text);
insert into said values
  ('en', true, 'I want to talk to a human'), ('en', false, 'I do not want to talk to a person'), ('en', false, 'I don''t want to talk to a human!'),
  ('en', true, 'I don''t want a bot, I want to talk to a human'), ('en', true, 'This does not work. Talk to a human please'), ('en', false, 'No need to speak to someone'),
  ('de', true, 'Ich möchte mit einem Menschen sprechen'), ('de', false, 'Ich möchte nicht mit einem Menschen sprechen'), ('de', false, 'Mit einem Menschen sprechen will ich nicht'),
  ('de', true, 'Das geht nicht. Ich will mit einem Menschen sprechen'),
  ('fr', true, 'Je veux parler à un humain'), ('fr', false, 'Je ne veux pas parler à un humain'),
  ('es', true, 'Quiero hablar con una persona'), ('es', false, 'No quiero hablar con una persona'), ('es', true, 'No funciona, quiero hablar con una persona'),
  ('pt', true, 'Quero falar com uma pessoa'), ('pt', false, 'Não quero falar com uma pessoa'),
  ('it', true, 'Voglio parlare con una persona'), ('it', false, 'Non voglio parlare con una persona'),
  ('nl', true, 'Ik wil met een mens praten'), ('nl', false, 'Ik wil niet met een mens praten'),
  ('pl', true, 'Chcę rozmawiać z człowiekiem'), ('pl', false, 'Nie chcę rozmawiać z człowiekiem'),
  ('tr', true, 'Bir insanla konuşmak istiyorum'), ('tr', false, 'Bir insanla konuşmak istemiyorum'),
  ('ja', true, '人と話したい'), ('ja', true, '担当者と話したいです'), ('ja', false, '担当者と話したくない'), ('ja', false, '担当者と話す必要はありません'),
  ('zh', true, '请转人工'), ('zh', false, '我不想转人工'), ('zh', false, '不用找人工'),
  ('ko', true, '사람과 대화하고 싶어요'), ('ko', false, '사람과 대화하고 싶지 않아요'),
  ('hi', true, 'मुझे इंसान से बात करनी है'), ('hi', false, 'मुझे इंसान से बात नहीं करनी'), ('hi', false, 'इंसान से बात करने की ज़रूरत नहीं है'),
  ('ar', true, (select 'أريد ' || phrase from public.intent_phrases where language = 'ar' and chatbot_id is null order by phrase limit 1)),
  ('ar', false, (select 'لا أريد ' || phrase from public.intent_phrases where language = 'ar' and chatbot_id is null order by phrase limit 1)),
  ('he', true, (select 'אני רוצה ' || phrase from public.intent_phrases where language = 'he' and chatbot_id is null order by phrase limit 1)),
  ('he', false, (select 'אני לא רוצה ' || phrase from public.intent_phrases where language = 'he' and chatbot_id is null order by phrase limit 1));
select is((select count(distinct language) from said), 15::bigint, 'fifteen languages');
select is_empty('select language, words from said where asks and not private.asks_for_person((select bot from k), words)', 'who asks for a person is heard');
select is_empty('select language, words, private.heard_phrase((select bot from k), words) from said where not asks and private.asks_for_person((select bot from k), words)',
  'who wants none is not taken at the opposite');
select is_empty($$ select b.code from private.languages b where not exists (select from private.negations n where n.language = b.code) $$, 'every language has its negations');
-- A phrase of the built-in list is heard behind every negation of its language only as what it is.
select is_empty($$
  select p.language, n.words, p.phrase from public.intent_phrases p join private.negations n on n.language = p.language
  where p.chatbot_id is null and private.says_phrase(private.without_refusals(
    private.plain(case when n.is_after then p.phrase || ' ' || n.words else n.words || ' ' || p.phrase end), p.plain_phrase, p.language), p.plain_phrase)
  limit 5 $$, 'every negation turns every phrase');

-- The server decides, for own bots too.
insert into public.api_keys (chatbot_id, name, prefix, key_hash) select bot, 'bot', 'hk_x', decode(repeat('ab', 32), 'hex') from k;
update public.human_support_settings set intent_mode = 'escalate' where chatbot_id = (select bot from k);
create temp table ids as select gen_random_uuid() as a;
select public.api_append_message(repeat('ab', 32), 'embed-intent', 'visitor', a, 'I do not want to talk to a person') from ids;
select is_empty('select id from public.escalations where chatbot_id = (select bot from k)', 'a refusal never escalates');
update ids set a = gen_random_uuid();
select public.api_append_message(repeat('ab', 32), 'embed-intent', 'visitor', a, 'I want to talk to a person') from ids;
select results_eq('select trigger::text, message_id from public.escalations where chatbot_id = (select bot from k)', 'select $$intent$$, a from ids',
  'at once means at once: no call of a widget is needed');
select public.api_append_message(repeat('ab', 32), 'embed-intent', 'visitor', a, 'I want to talk to a person') from ids;
select is((select ask_count from public.escalations where chatbot_id = (select bot from k)), 1, 'the same message again asks once');
update public.human_support_settings set intent_mode = 'offer' where chatbot_id = (select bot from k);
select public.api_append_message(repeat('ab', 32), 'embed-intent-2', 'visitor', gen_random_uuid(), 'I want to talk to a person');
select is((select count(*) from public.escalations where chatbot_id = (select bot from k)), 1::bigint, 'an offer is not an escalation');

select * from finish();
rollback;
