-- A visitor and the assistant talking. One call of ours serves one request of the widget: it checks the token, stores the
-- visitor's words, and with the built-in bot stores the answer too. Repeating a call answers what was answered before. The
-- assistant is silent while a person handles the conversation, also when the person came in between.

create function private.give_answer(c public.conversations, m public.messages, intent public.intent_mode)
  returns public.messages
  language plpgsql security definer set search_path = '' as $$
declare
  found record;
  sentences private.languages;
  given public.messages;
begin
  select * into found from private.find_answers(c.chatbot_id, m.text, c.language, 1);
  given.text := case when found.is_confident then found.answer end;
  if given.text is null then
    -- Asked for a person, the assistant does not talk about what it cannot answer; when the owner wants the hand-off at
    -- once, the confirmation is the answer.
    if intent = 'escalate' then
      return null;
    end if;
    select * into sentences from private.languages l where l.code in (c.language, 'en') order by l.code = 'en' limit 1;
    given.text := case when intent = 'offer' then sentences.can_connect else sentences.no_answer end;
  end if;
  insert into public.messages (conversation_id, role, text, answer_id, in_reply_to, followups, suggest_human)
  values (c.id, 'assistant', given.text,
    case when found.is_confident then found.answer_id end, m.id,
    case when found.is_confident then private.related_to(found.answer_id)
      else private.related_questions(c.chatbot_id, m.text, c.language) end,
    not coalesce(found.is_confident, false) or intent = 'offer')
  returning * into given;
  return given;
end $$;
comment on function private.give_answer is 'Stores the built-in bot''s answer to a message, or that it has none.';

create function private.bot_json(c public.conversations, m public.messages) returns jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  bot public.bots;
begin
  select * into bot from public.bots b where b.chatbot_id = c.chatbot_id;
  if bot.kind is distinct from 'openai' then
    return jsonb_build_object('kind', 'built_in', 'base_url', null, 'model', null, 'api_key', null,
      'instructions', null, 'history', '[]'::jsonb, 'candidates', '[]'::jsonb, 'followups', '[]'::jsonb);
  end if;
  return jsonb_build_object(
    'kind', 'openai', 'base_url', bot.base_url, 'model', bot.model, 'instructions', bot.instructions,
    'api_key', (select s.decrypted_secret from vault.decrypted_secrets s where s.id = bot.api_key_secret_id),
    'history', (
      select coalesce(jsonb_agg(jsonb_build_object('role', h.role, 'text', h.text) order by h.seq), '[]')
      from (
        select x.role, x.text, x.seq from public.messages x
        where x.conversation_id = c.id and x.seq <= m.seq and x.role <> 'system'
        order by x.seq desc limit 20
      ) as h),
    'candidates', (
      select coalesce(jsonb_agg(jsonb_build_object('answer_id', f.answer_id, 'question', f.question,
        'answer', f.answer, 'score', f.score, 'is_confident', f.is_confident) order by f.score desc), '[]')
      from private.find_answers(c.chatbot_id, m.text, c.language, 5) f),
    'followups', to_jsonb(private.related_questions(c.chatbot_id, m.text, c.language)));
end $$;
comment on function private.bot_json is 'What the edge function needs to ask the owner''s own model; the key goes no further than that.';

create function public.widget_post_message(p_token_hash text, p_id uuid, p_text text, p_origin text, p_client text)
  returns jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations := private.require_conversation(p_token_hash);
  m public.messages;
  reply public.messages;
  intent public.intent_mode := 'off';
  is_muted boolean;
  bot jsonb;
begin
  perform private.require_chatbot(c.chatbot_id, p_origin);
  if p_text is null or length(p_text) not between 1 and 4000 then
    perform private.refuse('TXTLN', 'The text must be between 1 and 4,000 characters.');
  end if;
  select * into c from public.conversations x where x.id = c.id for no key update;
  select * into m from public.messages x where x.id = p_id and x.conversation_id = c.id;
  if m.role <> 'visitor' then
    perform private.refuse('CONFL', 'This id belongs to another message.');
  end if;
  select * into reply from public.messages x where x.in_reply_to = m.id;
  -- A message that has no answer yet asks for one, also when it comes again.
  if reply.id is null then
    perform private.limit_rate('messages', c.id::text);
    perform private.limit_rate('messages_by_client', p_client);
  end if;
  if m.id is null then
    insert into public.messages (id, conversation_id, role, text) values (p_id, c.id, 'visitor', p_text)
    returning * into m;
  end if;
  select s.intent_mode into intent from public.human_support_settings s where s.chatbot_id = c.chatbot_id;
  if intent <> 'off' and not private.asks_for_person(c.chatbot_id, m.text) then
    intent := 'off';
  elsif intent = 'escalate' then
    perform private.escalate_intent(c, m);
    select * into c from public.conversations x where x.id = c.id;
  end if;
  is_muted := coalesce(c.assistant_muted_until > now(), false);
  bot := private.bot_json(c, m);
  if reply.id is null and not is_muted and bot ->> 'kind' = 'built_in' then
    reply := private.give_answer(c, m, intent);
  end if;
  return jsonb_build_object(
    'message', private.message_json(m), 'reply', private.message_json(reply), 'is_muted', is_muted,
    'intent', nullif(intent, 'off'), 'bot', bot,
    'conversation', jsonb_build_object('id', c.id, 'chatbot_id', c.chatbot_id, 'language', c.language));
end $$;
comment on function public.widget_post_message is 'Stores a visitor''s message and, with the built-in bot, the answer to it.';

create function public.widget_store_reply(
  p_token_hash text, p_in_reply_to uuid, p_id uuid, p_text text, p_followups text[], p_suggest_human boolean, p_answer_id uuid
) returns jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations := private.require_conversation(p_token_hash);
  reply public.messages;
begin
  select * into c from public.conversations x where x.id = c.id for no key update;
  if not exists (select from public.messages x
      where x.id = p_in_reply_to and x.conversation_id = c.id and x.role = 'visitor') then
    perform private.refuse('NTFND', 'This message doesn’t exist.');
  end if;
  select * into reply from public.messages x where x.in_reply_to = p_in_reply_to;
  if reply.id is null and coalesce(c.assistant_muted_until <= now(), true) then
    insert into public.messages (id, conversation_id, role, text, answer_id, in_reply_to, followups, suggest_human)
    values (p_id, c.id, 'assistant',
      coalesce(nullif(btrim(p_text), ''), (
        select l.no_answer from private.languages l where l.code in (c.language, 'en') order by l.code = 'en' limit 1)),
      (select a.id from public.answers a where a.id = p_answer_id and a.chatbot_id = c.chatbot_id),
      p_in_reply_to, coalesce(p_followups, '{}'), coalesce(p_suggest_human, false))
    returning * into reply;
  end if;
  return private.message_json(reply);
end $$;
comment on function public.widget_store_reply is 'Stores what the owner''s own model answered; null when a person has taken over meanwhile.';

create function public.widget_feedback(p_token_hash text, p_message_id uuid, p_value text, p_origin text) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations := private.require_conversation(p_token_hash);
begin
  perform private.require_chatbot(c.chatbot_id, p_origin);
  if p_value is distinct from 'positive' then
    perform private.refuse('INVAL', 'Feedback is "positive" or not given.');
  end if;
  perform private.limit_rate('feedback', c.id::text);
  perform from public.conversations x where x.id = c.id for no key update;
  update public.messages m set feedback = p_value
  where m.id = p_message_id and m.conversation_id = c.id and m.role = 'assistant' and m.feedback is distinct from p_value;
  if not found and not exists (select from public.messages m
      where m.id = p_message_id and m.conversation_id = c.id and m.role = 'assistant') then
    perform private.refuse('NTFND', 'This answer doesn’t exist.');
  end if;
end $$;
comment on function public.widget_feedback is 'Keeps a thumbs-up on an answer of the assistant.';

revoke execute on function public.widget_post_message, public.widget_store_reply, public.widget_feedback
  from public, anon, authenticated;
grant execute on function public.widget_post_message, public.widget_store_reply, public.widget_feedback to service_role;
