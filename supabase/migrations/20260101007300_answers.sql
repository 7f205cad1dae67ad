-- Answers and Bot: what the assistant knows, and who answers. Importing says for every entry what became of it, and one bad
-- entry never spoils the others.

create function private.answer_refusal(p_question text, p_answer text) returns text
language sql immutable set search_path = ''
return case
  when p_question is null or btrim(p_question) = '' then 'The question is missing.'
  when p_answer is null or btrim(p_answer) = '' then 'The answer is missing.'
  when length(btrim(p_question)) > 500 then 'The question is longer than 500 characters.'
  when length(btrim(p_answer)) > 20000 then 'The answer is longer than 20,000 characters.'
  when translate(p_question || p_answer, E'\t\r\n', '') ~ '[\u0001-\u001f\u007f-\u009f]' then 'It contains control characters.'
end;

create function private.save_answer(
  p_chatbot_id uuid, p_id uuid, p_question text, p_answer text, p_is_enabled boolean
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  refusal text := private.answer_refusal(p_question, p_answer);
  saved uuid;
begin
  perform private.require_role(p_chatbot_id, 'admin');
  if refusal is not null then
    perform private.refuse('INVAL', refusal);
  end if;
  if p_id is null then
    insert into public.answers (chatbot_id, question, answer, is_enabled)
    values (p_chatbot_id, btrim(p_question), btrim(p_answer), coalesce(p_is_enabled, true))
    returning id into saved;
  else
    update public.answers a set
      question = btrim(p_question), answer = btrim(p_answer), is_enabled = coalesce(p_is_enabled, a.is_enabled)
    where a.id = p_id and a.chatbot_id = p_chatbot_id
    returning id into saved;
    if saved is null then
      perform private.refuse('NTFND', 'This answer no longer exists.');
    end if;
  end if;
  return saved;
exception
  when unique_violation then
    perform private.refuse('CONFL', 'There is already an answer to this question.');
end
$$;

create function private.delete_answer(p_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_role((select a.chatbot_id from public.answers a where a.id = p_id), 'admin');
  delete from public.answers a where a.id = p_id;
end
$$;

-- What an import would meet. Whether two questions are the same only the database knows, so it tells each one's key: equal keys,
-- one question. `seen` names the answer as it stands, for import_answers.
create function private.compare_answers(p_chatbot_id uuid, p_questions jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_chatbot_id, 'admin');
  return (
    select coalesce(jsonb_agg(jsonb_build_object('key', private.fold(btrim(q)), 'existing',
      case when a.id is not null then jsonb_build_object(
        'question', a.question, 'answer', a.answer, 'is_enabled', a.is_enabled, 'seen', md5(a.answer)) end) order by n), '[]')
    from jsonb_array_elements_text(private.items_in(p_questions, 'Questions', 2000)) with ordinality i (q, n)
    left join public.answers a
      on a.chatbot_id = p_chatbot_id and private.fold(btrim(a.question)) = private.fold(btrim(q))
  );
end
$$;

-- The question is the key. An answer that stands already is replaced only by an entry that has `seen` it as it is now: whoever
-- imports was shown what goes.
create function private.import_answers(p_chatbot_id uuid, p_entries jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  entry record;
  refusal text;
  is_new boolean;
  added integer := 0;
  updated integer := 0;
  skipped jsonb := '[]';
begin
  perform private.require_role(p_chatbot_id, 'admin');
  for entry in
    select n - 1 as index, e ->> 'question' as question, e ->> 'answer' as answer, e ->> 'seen' as seen
    from jsonb_array_elements(private.items_in(p_entries, 'Entries', 2000)) with ordinality i (e, n) order by n
  loop
    refusal := private.answer_refusal(entry.question, entry.answer);
    if refusal is null then
      insert into public.answers as a (chatbot_id, question, answer)
      values (p_chatbot_id, btrim(entry.question), btrim(entry.answer))
      on conflict (chatbot_id, private.fold(btrim(question))) do update set answer = excluded.answer
        where md5(a.answer) = entry.seen
      returning a.xmax = 0 into is_new;
      if found then
        added := added + is_new::int;
        updated := updated + (not is_new)::int;
        continue;
      end if;
      refusal := 'This question has another answer by now. Compare again to see it.';
    end if;
    skipped := skipped || jsonb_build_object('index', entry.index, 'reason', refusal);
  end loop;
  return jsonb_build_object('added', added, 'updated', updated, 'skipped', skipped);
end
$$;

create function private.same_host(one text, other text) returns boolean
language sql immutable set search_path = ''
return lower(substring(one from '^https?://[^/?#]+')) is not distinct from lower(substring(other from '^https?://[^/?#]+'));

-- A stored key stays with the host it was given for. Otherwise whoever may edit the address could send the key to a server of
-- their own and read there what nobody may read here.
create function private.save_bot(p_chatbot_id uuid, p_bot jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  old public.bots;
  b public.bots;
  api_key text;
begin
  perform private.require_role(p_chatbot_id, 'admin');
  perform private.require_keys(p_bot, '{kind,base_url,model,instructions,api_key}');
  select * into old from public.bots t where t.chatbot_id = p_chatbot_id for update;
  b := old;
  b.kind := private.choice_in(p_bot, 'kind', b.kind::text, enum_range(null::public.bot_kind));
  b.base_url := private.words_in(p_bot, 'base_url', b.base_url, 500);
  b.model := private.words_in(p_bot, 'model', b.model, 200);
  b.instructions := private.words_in(p_bot, 'instructions', b.instructions, 8000, true);
  api_key := private.words_in(p_bot, 'api_key', null, 500);
  if b.base_url is not null then
    b.base_url := rtrim(private.check_webhook_url(b.base_url), '/');
  end if;
  if b.kind = 'openai' and (b.base_url is null or b.model is null) then
    perform private.refuse('INVAL', 'Your own model needs an address and a model name.');
  end if;
  if old.api_key_secret_id is not null
    and (p_bot ? 'api_key' or not private.same_host(b.base_url, old.base_url))
  then
    b.api_key_secret_id := null;
  end if;
  if api_key is not null then
    b.api_key_secret_id := vault.create_secret(api_key, null, 'Key of the bot of chatbot ' || p_chatbot_id);
  end if;
  update public.bots t set kind = b.kind, base_url = b.base_url, model = b.model, instructions = b.instructions,
    api_key_secret_id = b.api_key_secret_id
  where t.chatbot_id = p_chatbot_id returning * into b;
  return to_jsonb(b) - 'api_key_secret_id' || jsonb_build_object('has_api_key', b.api_key_secret_id is not null);
end
$$;

create function private.read_bot(p_chatbot_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_chatbot_id, 'admin');
  return (
    select to_jsonb(b) - 'api_key_secret_id' || jsonb_build_object('has_api_key', b.api_key_secret_id is not null)
    from public.bots b where b.chatbot_id = p_chatbot_id
  );
end
$$;

-- What the bot would say: the very search it uses.
create function private.search_answers(p_chatbot_id uuid, p_query text, p_language text)
returns table (answer_id uuid, question text, answer text, score real, is_confident boolean)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_chatbot_id, 'agent');
  return query select * from private.find_answers(p_chatbot_id, left(p_query, 4000), p_language, 10);
end
$$;

create function public.save_answer(chatbot_id uuid, id uuid, question text, answer text, is_enabled boolean default true)
returns uuid
language sql set search_path = '' as $$ select private.save_answer($1, $2, $3, $4, $5) $$;
comment on function public.save_answer is 'Adds an answer, or changes the one with this id.';
create function public.delete_answer(id uuid) returns void
language sql set search_path = '' as $$ select private.delete_answer($1) $$;
comment on function public.delete_answer is 'Deletes an answer; what it answered before stays in the transcripts.';
create function public.import_answers(chatbot_id uuid, entries jsonb) returns jsonb
language sql set search_path = '' as $$ select private.import_answers($1, $2) $$;
comment on function public.import_answers is
  'Adds or replaces up to 2,000 answers by their question, each that stands already only if `seen` is what compare_answers told of it; says which entries were skipped and why.';
create function public.compare_answers(chatbot_id uuid, questions jsonb) returns jsonb
language sql stable set search_path = '' as $$ select private.compare_answers($1, $2) $$;
comment on function public.compare_answers is
  'For each of up to 2,000 questions, in order: its key, equal for the same question, and the answer that it has already.';
create function public.search_answers(chatbot_id uuid, query text, language text default 'en')
returns table (answer_id uuid, question text, answer text, score real, is_confident boolean)
language sql stable set search_path = '' as $$ select * from private.search_answers($1, $2, $3) $$;
comment on function public.search_answers is 'The ten answers the built-in bot would weigh for a question, best first.';
create function public.save_bot(chatbot_id uuid, bot jsonb) returns jsonb
language sql set search_path = '' as $$ select private.save_bot($1, $2) $$;
comment on function public.save_bot is
  'Saves who answers. The key goes to Vault and is never read back; moving to another host forgets it.';
create function public.read_bot(chatbot_id uuid) returns jsonb
language sql stable set search_path = '' as $$ select private.read_bot($1) $$;
comment on function public.read_bot is 'Who answers, and whether a key is stored; never the key.';

revoke execute on function private.answer_refusal, private.save_answer, private.delete_answer, private.import_answers, private.compare_answers,
  private.search_answers, private.same_host, private.save_bot, private.read_bot, public.save_answer, public.delete_answer,
  public.import_answers, public.compare_answers, public.search_answers, public.save_bot, public.read_bot
  from public, anon, authenticated;
grant execute on function private.save_answer, private.delete_answer, private.import_answers, private.compare_answers, private.search_answers,
  private.save_bot, private.read_bot, public.save_answer, public.delete_answer, public.import_answers,
  public.compare_answers, public.search_answers, public.save_bot, public.read_bot
  to authenticated;
