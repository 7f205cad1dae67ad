-- How the assistant reads: a text becomes terms, and every answer is learnt as the terms it has. A term is a word as it stands, its
-- stem, or a concept; scripts without spaces give pairs of characters. Questions go through the very same door, so that what
-- is asked and what is known always compare. Nothing here judges; that is the next chapter.

create function private.language_of(plain_text text, otherwise text) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return case
    when plain_text ~ '[\u3040-\u30ff]' then 'ja'
    when plain_text ~ '[\uac00-\ud7af]' then 'ko'
    when plain_text ~ '[\u3400-\u9fff]' then 'zh'
    when plain_text ~ '[\u0590-\u05ff]' then 'he'
    when plain_text ~ '[\u0600-\u06ff]' then 'ar'
    when plain_text ~ '[\u0900-\u097f]' then 'hi'
    else coalesce((
      select w.language from string_to_table(plain_text, ' ') as t (word)
      join private.stop_words w on w.word = t.word
      group by w.language order by count(*) desc, w.language = otherwise desc, w.language limit 1), otherwise) end;
end $$;
comment on function private.language_of is 'The language a text is written in, by its script or its little words.';

-- Snowball has no Polish; there the commonest endings go. Hebrew writes articles and prepositions onto the word.
create function private.stem(word text, language text, dictionary text) returns text
  language plpgsql stable parallel safe set search_path = '' as $$
begin
  return coalesce(case
    when dictionary is not null then (ts_lexize(dictionary::regdictionary, word))[1]
    when language = 'pl' and length(word) > 4
      then regexp_replace(word, '(ami|ach|ego|emu|ymi|imi|owi|iem|ow|om|em|ie|ia|iu|a|e|y|i|u|o)$', '')
    when language = 'he' and length(word) > 3 then regexp_replace(word, '^[\u05d4\u05d1\u05dc\u05de\u05e9\u05d5\u05db]', '')
  end, word);
end $$;
comment on function private.stem is 'A word without its ending, as the language has it; the word itself where we know no better.';

-- Phrases go first, the longest before the others, and leave their concept in their place: "money back" is not about "back".
create function private.with_concepts(plain_text text, languages text[]) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  text_so_far text := ' ' || regexp_replace(plain_text, '([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+)', ' \1 ', 'g') || ' ';
  phrase record;
begin
  for phrase in
    select w.needle, w.concept from private.concept_words w
    where w.is_phrase and w.language = any (languages) and strpos(text_so_far, w.needle) > 0
    order by length(w.needle) desc, w.needle
  loop
    text_so_far := replace(text_so_far, phrase.needle, ' =' || phrase.concept || ' ');
  end loop;
  return text_so_far;
end $$;
comment on function private.with_concepts is 'A plain text in which every phrase we know has become its concept, such as "=returns.refund".';

-- A word of another language counts when it is long enough not to be one of this by chance: Italian "perso" is no person.
create function private.concepts_of(words text[], languages text[])
  returns table (word text, concept text)
  language plpgsql stable security definer set search_path = '' rows 5 as $$
begin
  return query
  select distinct on (k.word) k.word, w.concept
  from (
    select o as word, o as pattern from unnest(words) as o
    union all
    select o, left(o, i) || '*' from unnest(words) as o cross join generate_series(2, least(length(o), 16)) as i
  ) as k
  join private.concept_words w on w.pattern = k.pattern and not w.is_phrase
    and (w.language = any (languages) or length(w.pattern) > 6)
  order by k.word, w.language = any (languages) desc, length(w.pattern) desc, w.language;
end $$;
comment on function private.concepts_of is 'What people commonly mean by words, for those that have a concept.';

create function private.terms(source text, languages text[], max_words integer)
  returns table (place integer, word text, forms text[], concept text)
  language plpgsql stable security definer set search_path = '' rows 12 as $$
begin
  return query
  with token as (
    select t.token, t.place from string_to_table(private.with_concepts(private.plain(source), languages), ' ')
      with ordinality as t (token, place)
    where t.token <> ''
  ), piece as (
    select t.token as word, t.place, 0 as i from token t
    where t.token !~ '[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]' or length(t.token) = 1
    union all
    select substr(t.token, i, 2), t.place, i from token t cross join generate_series(1, length(t.token) - 1) as i
    where t.token ~ '[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]'
  ), once as materialized (
    select left(p.word, 60) as word, row_number() over (order by min(p.place), min(p.i)) as place
    from piece p
    where not exists (select from private.stop_words w where w.word = p.word and w.language = any (languages))
    group by left(p.word, 60) order by 2 limit max_words
  ), meant as (
    select m.word, m.concept from private.concepts_of(array(select o.word from once o), languages) m
  )
  select o.place::integer, o.word,
    case when o.word like '=%' then '{}' else
      array(select o.word union select private.stem(o.word, l.code, l.dictionary) from private.languages l where l.code = any (languages)) end,
    case when o.word like '=%' then substr(o.word, 2) else m.concept end
  from once o left join meant m on m.word = o.word order by 1;
end $$;
comment on function private.terms is 'The words of a text that say something, each once and in order: its forms and what it means.';

create table private.known_answers (
  answer_id uuid primary key references public.answers (id) on delete cascade,
  chatbot_id uuid not null,
  language text not null,
  plain_question text not null,
  term_count integer not null
);
comment on table private.known_answers is 'The answers that are switched on, as they were learnt; term_count is of the question.';
create index known_answers_chatbot_id_idx on private.known_answers (chatbot_id, left(plain_question, 200));

create table private.answer_terms (
  chatbot_id uuid not null,
  term text collate "C" not null,
  answer_id uuid not null references public.answers (id) on delete cascade,
  weight real not null,
  primary key (chatbot_id, term, weight, answer_id)
);
comment on table private.answer_terms is 'Which answers have which term: weight 1 in the question, less in the text below it.';
create index answer_terms_answer_id_idx on private.answer_terms (answer_id);

-- Addresses say nothing; of a very long text the beginning is enough to find it by.
create function private.learn_answer(a public.answers) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  plain_question text := private.plain(a.question);
  body text := regexp_replace(left(a.answer, 4000), '\(?https?://[^\s)]*\)?', ' ', 'g');
  spoken text := private.language_of(plain_question || ' ' || private.plain(left(body, 300)),
    coalesce((select b.language from public.chatbots b where b.id = a.chatbot_id), 'en'));
begin
  delete from private.known_answers k where k.answer_id = a.id;
  delete from private.answer_terms t where t.answer_id = a.id;
  if not a.is_enabled then
    return;
  end if;
  with heard as materialized (
    select t.forms, t.concept, 1.0 as weight from private.terms(a.question, array[spoken], 100) t
    union all
    select t.forms, t.concept, 0.4 from private.terms(body, array[spoken], 200) t
  ), known as (
    insert into private.known_answers (answer_id, chatbot_id, language, plain_question, term_count)
    values (a.id, a.chatbot_id, spoken, plain_question, (select count(*) from heard h where h.weight = 1))
  )
  insert into private.answer_terms (chatbot_id, term, answer_id, weight)
  select a.chatbot_id, f.term, a.id, max(h.weight)
  from heard h
  cross join lateral (
    select unnest(h.forms) as term
    union select '=' || h.concept where h.concept is not null
    union select '=' || split_part(h.concept, '.', 1) where h.concept is not null
  ) as f
  group by f.term;
end $$;
comment on function private.learn_answer is 'Learns an answer anew, or forgets it when it is switched off.';

create function private.tg_answers__learn() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform private.learn_answer(new);
  return null;
end $$;
comment on function private.tg_answers__learn is 'Keeps what the assistant knows equal to the answers.';
create trigger _600_learn after insert or update of question, answer, is_enabled, chatbot_id on public.answers
  for each row execute function private.tg_answers__learn();
