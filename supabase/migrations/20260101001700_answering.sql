-- The built-in bot: finding the answer to a question among a chatbot's own, in any language and without a key, and knowing
-- when it does not know. Words weigh by how rare they are among the answers; a long question that shares only its little
-- words with an answer is not answered by it. It never makes anything up: it gives an owner's text or says that it has none.

create table private.languages (
  code text primary key,
  dictionary text,
  no_answer text not null,
  can_connect text not null
);
comment on table private.languages is 'The widget''s languages: what the assistant says when it has no answer or is asked for a person.';
insert into private.languages (code, dictionary, no_answer, can_connect) values
  ('en', 'pg_catalog.english_stem', 'I don’t have an answer to that. Would you like to talk to a person?', 'Of course. A person from our team can help you.'),
  ('de', 'pg_catalog.german_stem', 'Darauf habe ich keine Antwort. Möchten Sie mit einem Menschen sprechen?', 'Natürlich. Jemand aus unserem Team kann Ihnen helfen.'),
  ('fr', 'pg_catalog.french_stem', 'Je n’ai pas de réponse à cette question. Souhaitez-vous parler à quelqu’un ?', 'Bien sûr. Une personne de notre équipe peut vous aider.'),
  ('es', 'pg_catalog.spanish_stem', 'No tengo una respuesta para eso. ¿Quiere hablar con una persona?', 'Por supuesto. Una persona de nuestro equipo puede ayudarle.'),
  ('pt', 'pg_catalog.portuguese_stem', 'Não tenho resposta para isso. Deseja falar com uma pessoa?', 'Claro. Uma pessoa da nossa equipa pode ajudar.'),
  ('it', 'pg_catalog.italian_stem', 'Non ho una risposta a questa domanda. Vuole parlare con una persona?', 'Certamente. Una persona del nostro team può aiutarla.'),
  ('nl', 'pg_catalog.dutch_stem', 'Daar heb ik geen antwoord op. Wilt u met een medewerker spreken?', 'Natuurlijk. Iemand van ons team kan u helpen.'),
  ('pl', null, 'Nie znam odpowiedzi na to pytanie. Czy chcesz porozmawiać z człowiekiem?', 'Oczywiście. Ktoś z naszego zespołu może Ci pomóc.'),
  ('tr', 'pg_catalog.turkish_stem', 'Buna bir yanıtım yok. Bir yetkiliyle görüşmek ister misiniz?', 'Elbette. Ekibimizden biri size yardımcı olabilir.'),
  ('ja', null, '申し訳ありませんが、お答えできません。担当者におつなぎしましょうか？', 'かしこまりました。担当者がご案内できます。'),
  ('zh', null, '抱歉，我无法回答这个问题。需要为您转接人工客服吗？', '好的，我们的工作人员可以为您提供帮助。'),
  ('ko', null, '죄송하지만 답변을 찾지 못했습니다. 상담원과 이야기하시겠어요?', '네, 상담원이 도와드릴 수 있습니다.'),
  ('hi', 'pg_catalog.hindi_stem', 'मेरे पास इसका उत्तर नहीं है। क्या आप किसी व्यक्ति से बात करना चाहेंगे?', 'ज़रूर। हमारी टीम का कोई सदस्य आपकी मदद कर सकता है।'),
  ('ar', 'pg_catalog.arabic_stem', 'ليس لدي إجابة عن ذلك. هل تودّ التحدث إلى أحد أعضاء فريقنا؟', 'بالتأكيد. يمكن لأحد أعضاء فريقنا مساعدتك.'),
  ('he', null, 'אין לי תשובה על כך. האם לדבר עם נציג אנושי?', 'בוודאי. מישהו מהצוות שלנו יכול לעזור.');

-- Snowball's dictionaries answer a little word with no stem at all; that list is theirs. Polite words it does not know.
create function private.is_little_word(word text, language text) returns boolean
  language sql stable set search_path = '' as $$
  select word = any ('{hello,hi,hey,please,thanks,thank,want,need,know,tell,help,like,would,could,hallo,bitte,danke,bonjour,merci,hola,gracias,ola,obrigado,ciao,grazie}'::text[])
    or exists (
      select from private.languages l
      where l.code in (is_little_word.language, 'en') and l.dictionary is not null
        and ts_lexize(l.dictionary::regdictionary, word) = '{}')
$$;
comment on function private.is_little_word is 'Whether a word says nothing about what a question is about.';

-- How much a word tells, from 0 to 1, before rarity. Pairs of characters stand for scripts without spaces: hiragana is
-- mostly grammar there, kanji and katakana carry the meaning.
create function private.word_weight(word text, language text) returns real
  language sql stable set search_path = '' as $$
  select case
    when word ~ '[\u3040-\u30ff\u3400-\u9fff]'
      then greatest(0.1, length(regexp_replace(word, '[\u3040-\u309f]', '', 'g')) / 2.0)
    when private.is_little_word(word, language) then 0.05
    else least(1.0, 0.4 + length(word) / 8.0)
  end::real
$$;
comment on function private.word_weight is 'How much a word tells, before rarity.';

-- Longer words also match without their last two letters: a plural or a case ending must not hide an answer.
create function private.word_query(word text) returns tsquery
  language sql immutable set search_path = '' as $$
  select case
    when length(word) >= 4 and word !~ '[\u3040-\u30ff\u3400-\u9fff]'
      then quote_literal(left(word, greatest(4, length(word) - 2))) || ':*'
    else quote_literal(word) end::tsquery
$$;
comment on function private.word_query is 'The search for one word.';

create function private.find_answers(chatbot_id uuid, query text, language text default 'en', max_rows integer default 5)
  returns table (answer_id uuid, question text, answer text, score real, is_confident boolean)
  language sql stable security definer set search_path = '' as $$
  with asked as materialized (
    select w.word, private.word_query(w.word) as query, private.word_weight(w.word, find_answers.language) as weight
    from unnest(private.words(left(find_answers.query, 1000))) with ordinality as w (word, place)
    where w.place <= 40
  ), near as materialized (
    select a.id, a.question, a.answer, a.search, array_to_tsvector(private.words(a.question)) as question_search,
      extensions.similarity(private.plain(a.question), private.plain(left(find_answers.query, 1000))) as likeness
    from public.answers a
    where a.chatbot_id = find_answers.chatbot_id and a.is_enabled and (
      a.search @@ (select string_agg(q.query::text, ' | ')::tsquery from asked q)
      or private.plain(a.question) operator(extensions.%) private.plain(left(find_answers.query, 1000)))
  ), known as (
    select count(*) as answers from public.answers a where a.chatbot_id = find_answers.chatbot_id and a.is_enabled
  ), weighed as (
    -- A word that no answer has may be the visitor's own word for something that one has, so it counts half of a rare
    -- one; less in a script without spaces, where most pairs are no words at all.
    select q.word, q.query, q.weight * ln(1 + (k.answers + 1.5) / (greatest(count(n.id), 1) + 0.5))
      * case when count(n.id) > 0 then 1 when q.word ~ '[\u3040-\u30ff\u3400-\u9fff]' then 0.25 else 0.5 end as weight
    from asked q cross join known k left join near n on n.search @@ q.query
    group by q.word, q.query, q.weight, k.answers
  ), judged as (
    select n.id, n.question, n.answer, n.likeness,
      coalesce(sum(w.weight * case
        when n.question_search @@ w.query then 1.0
        when n.search @@ w.query then 0.65
        else 0 end) / nullif(sum(w.weight), 0), 0) as coverage
    from near n cross join weighed w
    group by n.id, n.question, n.answer, n.likeness
  )
  select j.id, j.question, j.answer, greatest(j.likeness, 0.8 * j.coverage + 0.2 * j.likeness)::real,
    j.coverage >= 0.5 or j.likeness >= 0.6
  from judged j
  where j.coverage > 0.1 or j.likeness > 0.2
  order by 4 desc, j.question
  limit find_answers.max_rows
$$;
comment on function private.find_answers is 'The answers nearest to a question, best first, and whether each really answers it.';

create function private.related_questions(chatbot_id uuid, near_to text, language text, but_not text[])
  returns text[]
  language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(f.question), '{}') from (
    select f.question from private.find_answers(chatbot_id, near_to, language, 8) f
    where f.question <> all (but_not)
    limit 3
  ) as f
$$;
comment on function private.related_questions is 'Up to three other questions that a visitor might ask next.';
