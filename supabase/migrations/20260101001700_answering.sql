-- The built-in bot: finding the answer to a question among a chatbot's own, in any language and without a key, and knowing
-- when it does not know. Words weigh by how rare they are among the answers and by what they mean; an answer is as good as the
-- share of the question's weight that it covers. It never makes anything up: it gives an owner's text or says that it has none.

-- One letter too many, too few or wrong, or two that changed places. Trigrams are too coarse for that in a short word.
create function private.is_slip(typed text, word text) returns boolean
  language plpgsql immutable parallel safe set search_path = '' as $$
declare
  longer text := case when length(typed) > length(word) then typed else word end;
  shorter text := case when length(typed) > length(word) then word else typed end;
  i integer := 1;
begin
  while i <= length(shorter) and substr(longer, i, 1) = substr(shorter, i, 1) loop
    i := i + 1;
  end loop;
  return case length(longer) - length(shorter)
    when 1 then substr(longer, i + 1) = substr(shorter, i)
    when 0 then (substr(longer, i + 1) = substr(shorter, i + 1) and length(word) > 6)
      or (substr(longer, i + 2) = substr(shorter, i + 2)
        and substr(longer, i, 1) = substr(shorter, i + 1, 1) and substr(longer, i + 1, 1) = substr(shorter, i, 1))
    else false end;
end $$;
comment on function private.is_slip is 'Whether a word was probably meant and mistyped in one place.';

-- Only the words of questions are worth guessing. The first letter is nearly always right, and asking for it keeps this to a
-- narrow part of the index.
create function private.nearest_word(chatbot_id uuid, word text, languages text[]) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  beyond text := left(word, 1) || U&'\FFFF';
begin
  return (
    select n.term from (
      select distinct t.term from private.answer_terms t
      where t.chatbot_id = nearest_word.chatbot_id and t.term >= left(word, 1) and t.term < beyond and t.weight = 1
      union
      select rtrim(w.pattern, '*') from private.concept_words w
      where not w.is_phrase and w.language = any (languages) and w.pattern >= left(word, 1) and w.pattern < beyond
    ) as n
    cross join lateral (
      select t.trigrams + case
        when t.trigrams < 0.2 or abs(length(n.term) - length(word)) > 1 then 0
        when private.is_slip(word, n.term) then 1 else 0 end as likeness
      from extensions.similarity(n.term, word) as t (trigrams)
    ) as s
    where length(n.term) between length(word) - 3 and length(word) + 3 and length(n.term) > 3 and s.likeness >= 0.54
    order by s.likeness desc, n.term limit 1);
end $$;
comment on function private.nearest_word is 'The known word that somebody probably meant to type.';

-- How much a word tells before anybody asks how rare it is. Pairs of characters overlap, and many are no words at all; hiragana is
-- mostly grammar.
create function private.word_weight(word text, concept text) returns real
  language plpgsql stable security definer set search_path = '' as $$
begin
  return case
    when concept is not null then (select m.weight from private.concepts m where m.name = concept)
    when word ~ '^[\u3040-\u309f]+$' then 0.1
    when word ~ '[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]' then 0.3
    when word ~ '^\d+$' then 0.4
    else least(0.9, 0.4 + length(word) / 10.0) end;
end $$;
comment on function private.word_weight is 'How much a word tells, before rarity.';

-- The ways in which a word of the question may be found: as it stands, as what was meant to be typed, by what it means, or by
-- something of the same family.
create function private.ways_to_find(chatbot_id uuid, query text, languages text[])
  returns table (place integer, term text, quality real, weight real)
  language plpgsql stable security definer set search_path = '' rows 30 as $$
begin
  return query
  with said as materialized (
    select t.place, t.word, t.forms, t.concept, c.correct, coalesce(t.concept, (
        select m.concept from private.concepts_of(array[c.correct], languages) m where c.correct is not null)) as meant
    from private.terms(query, languages, 40) t
    cross join lateral (select case
      when t.concept is null and t.word ~ '^[[:alpha:]]{4,}$' and t.word !~ '[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]'
        and not exists (
          select from private.answer_terms k where k.chatbot_id = ways_to_find.chatbot_id and k.term = any (t.forms))
      then private.nearest_word(ways_to_find.chatbot_id, (
        select f from unnest(t.forms) as f order by length(f), f limit 1), languages) end as correct) as c
  ), way as (
    select s.place, unnest(s.forms) as term, 1.0 as quality from said s
    union all
    select s.place, s.correct, 0.85 from said s where s.correct is not null
    union all
    select s.place, '=' || s.meant, 0.95 from said s where s.meant is not null
    union all
    select s.place, '=' || split_part(s.meant, '.', 1), 0.5 from said s where s.meant like '%.%'
  )
  select w.place, w.term, max(w.quality)::real, (
      select private.word_weight(s.word, s.meant) from said s where s.place = w.place)
  from way w group by w.place, w.term;
end $$;
comment on function private.ways_to_find is 'The terms to look up for a question, how well each stands for its word, and how much that tells.';

-- Little is gained by a question that an answer covers by half: the other half is what was asked. Where two answers cover it
-- alike, neither is known to be meant, unless they say the same in two languages. Nobody is answered in a language that is
-- neither theirs nor the chatbot's.
create function private.find_answers(chatbot_id uuid, query text, language text default 'en', max_rows integer default 5)
  returns table (answer_id uuid, question text, answer text, score real, is_confident boolean)
  language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  asked text := private.plain(left(find_answers.query, 1000));
  spoken text := private.language_of(asked, find_answers.language);
  at_home text := coalesce((select b.language from public.chatbots b where b.id = find_answers.chatbot_id), 'en');
  languages text[] := array(select distinct unnest(array[spoken, find_answers.language, at_home]));
  known real := (select count(*) from private.known_answers k where k.chatbot_id = find_answers.chatbot_id);
begin
  return query
  with way as materialized (
    select w.* from private.ways_to_find(find_answers.chatbot_id, asked, languages) w
  ), hit as materialized (
    select w.place, t.answer_id, max(w.quality * t.weight) as found, max(w.weight) as weight,
      bool_or(t.weight = 1 and w.quality > 0.5) as is_in_question
    from way w
    join private.answer_terms t on t.chatbot_id = find_answers.chatbot_id and t.term = w.term
    group by w.place, t.answer_id
  ), weighed as materialized (
    -- A word that no answer has counts in full: it may be the very thing that was asked.
    select w.place, max(w.weight) * (0.55 + 0.45 * ln(1 + (known - h.spread + 0.5) / (h.spread + 0.5)) / ln(2 * known + 2)) as weight
    from way w
    cross join lateral (
      select least(coalesce(sum(h.found), 0), known) as spread from hit h where h.place = w.place
    ) as h
    group by w.place, h.spread
  ), judged as (
    select h.answer_id, sum(w.weight * h.found) / (select sum(x.weight) from weighed x) as coverage,
      count(*) filter (where h.is_in_question) as terms_found
    from hit h join weighed w on w.place = h.place
    group by h.answer_id
    union all
    select k.answer_id, 2, k.term_count from private.known_answers k
    where k.chatbot_id = find_answers.chatbot_id and left(k.plain_question, 200) = left(asked, 200) and k.plain_question = asked
  ), ranked as (
    select j.answer_id, k.language, max(j.coverage) as coverage,
      max(j.coverage * (0.85 + 0.15 * least(1, j.terms_found::real / greatest(k.term_count, 1)))
        * case when k.language = spoken then 1 when k.language = any (languages) then 0.9 else 0.6 end) as score
    from judged j join private.known_answers k on k.answer_id = j.answer_id
    group by j.answer_id, k.language
    order by score desc, j.answer_id limit greatest(find_answers.max_rows, 5)
  ), placed as (
    select r.*, row_number() over (order by r.score desc, r.answer_id) as rank,
      r.score - coalesce(lead(r.score) over (partition by r.language order by r.score desc, r.answer_id), 0) as ahead
    from ranked r
  )
  select a.id, a.question, a.answer, least(1, p.score)::real,
    p.rank = 1 and p.language = any (languages) and p.coverage >= 0.58 and (p.ahead >= 0.03 or p.coverage >= 0.8)
  from placed p join public.answers a on a.id = p.answer_id
  where p.score > 0.1
  order by p.rank limit find_answers.max_rows;
end $$;
comment on function private.find_answers is 'The answers nearest to a question, best first, and whether the first is sure enough to be given.';

-- What a visitor might ask next shares rare words with what was just answered, and at least one of both has them in its
-- question. Nothing is better than something that has nothing to do with it.
create function private.related_to(answer_id uuid) returns text[]
  language plpgsql stable security definer set search_path = '' as $$
declare
  given private.known_answers := (select k from private.known_answers k where k.answer_id = related_to.answer_id);
  asked text[] := array(select t.term from private.answer_terms t where t.answer_id = related_to.answer_id and t.weight = 1);
  told text[] := array(select t.term from private.answer_terms t where t.answer_id = related_to.answer_id and t.weight < 1);
  most real := (select greatest(3, ln(1 + count(*))) from private.known_answers k where k.chatbot_id = given.chatbot_id);
begin
  return array(
    with shared as (
      select s.*, count(*) over (partition by s.term) as spread
      from (
        select t.answer_id, t.term, t.weight from private.answer_terms t
        where t.chatbot_id = given.chatbot_id and t.term = any (asked)
        union all
        select t.answer_id, t.term, 0.4 from private.answer_terms t
        where t.chatbot_id = given.chatbot_id and t.term = any (told) and t.weight = 1
      ) as s
      where s.answer_id <> given.answer_id
    ), near as (
      select s.answer_id, sum(s.weight * power(1 - ln(1 + s.spread) / most, 2)) as closeness
      from shared s group by s.answer_id
    )
    select a.question from near n
    join private.known_answers k on k.answer_id = n.answer_id and k.language = given.language
    join public.answers a on a.id = n.answer_id
    where n.closeness >= 0.3 order by n.closeness desc, a.question limit 3);
end $$;
comment on function private.related_to is 'Up to three questions near an answer that has just been given.';

create function private.related_questions(chatbot_id uuid, near_to text, language text) returns text[]
  language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select f.question from private.find_answers(chatbot_id, near_to, language, 3) f where f.score >= 0.25 order by f.score desc);
end $$;
comment on function private.related_questions is 'Up to three questions near what a visitor said, for when nothing answers it.';
