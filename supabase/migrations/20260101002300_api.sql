-- The door for people who have their own bot. A key names its chatbot; every function asks for it first and sees nothing
-- beyond that chatbot. What is written here passes the same triggers as everything else.

create function private.require_api_key(key_hash text, is_limited boolean default true) returns public.chatbots
  language plpgsql security definer set search_path = '' as $$
declare
  k public.api_keys;
  b public.chatbots;
begin
  if key_hash is null then
    perform private.refuse('KEYMS', 'An API key is required.');
  end if;
  if key_hash ~ '\A[0-9a-fA-F]{64}\Z' then
    select * into k from public.api_keys x
    where x.key_hash = decode(require_api_key.key_hash, 'hex') and x.revoked_at is null;
  end if;
  if k.id is null then
    perform private.refuse('KEYIV', 'This API key isn’t valid or was revoked.');
  end if;
  if is_limited then
    perform private.limit_rate('api', k.id::text);
  end if;
  -- To the minute is exact enough, and keeps busy keys from rewriting their row with every call.
  update public.api_keys x set last_used_at = now()
  where x.id = k.id and coalesce(x.last_used_at < now() - interval '1 minute', true);
  select * into b from public.chatbots x where x.id = k.chatbot_id;
  return b;
end $$;
comment on function private.require_api_key is 'The chatbot of a key; refuses with KEYMS, KEYIV or TOOMY.';

-- A session id is the caller's own choice, so it names a conversation of the caller's chatbot alone.
create function private.api_conversation(b public.chatbots, session_id text) returns public.conversations
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations;
begin
  if session_id is null or session_id !~ '\Aembed-[A-Za-z0-9_-]{1,122}\Z' then
    perform private.refuse('INVAL', 'A session id is "embed-" and up to 122 letters, digits, "_" or "-".');
  end if;
  insert into public.conversations (chatbot_id, session_id, language)
  values (b.id, api_conversation.session_id, coalesce(b.language, 'en'))
  on conflict on constraint conversations_chatbot_id_session_id_key do nothing;
  select * into c from public.conversations x
  where x.session_id = api_conversation.session_id and x.chatbot_id = b.id for no key update;
  return c;
end $$;
comment on function private.api_conversation is 'The conversation a caller names, made when it is new, and locked.';

create function public.api_append_message(p_key_hash text, p_session_id text, p_role text, p_id uuid, p_text text)
  returns jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  b public.chatbots := private.require_api_key(p_key_hash);
  c public.conversations;
  m public.messages;
  is_new boolean;
begin
  if coalesce(p_role, '') not in ('visitor', 'assistant') then
    perform private.refuse('INVAL', 'The role must be visitor or assistant.');
  elsif p_text is null or length(p_text) not between 1 and 4000 then
    perform private.refuse('TXTLN', 'The text must be between 1 and 4,000 characters.');
  end if;
  c := private.api_conversation(b, p_session_id);
  insert into public.messages (id, conversation_id, role, text, via)
  values (coalesce(p_id, gen_random_uuid()), c.id, p_role::public.message_role, p_text, 'api')
  returning * into m;
  is_new := m.id is not null;
  if is_new and m.role = 'visitor' then
    perform private.escalate_intent(c, m);
  end if;
  if not is_new then
    select * into m from public.messages x where x.id = p_id;
  end if;
  return jsonb_build_object('id', m.id, 'conversation_id', c.id, 'seq', m.seq, 'role', m.role, 'text', m.text,
    'created_at', m.created_at, 'is_new', is_new);
end $$;
comment on function public.api_append_message is 'Stores what was said in a conversation of somebody''s own bot.';

create function private.require_api_session(b public.chatbots, session_id text) returns public.conversations
  language plpgsql stable security definer set search_path = '' as $$
declare
  c public.conversations;
begin
  select * into c from public.conversations x where x.chatbot_id = b.id and x.session_id = require_api_session.session_id;
  if c.id is null then
    perform private.refuse('NTFND', 'This doesn’t exist, or you don’t have access to it.');
  end if;
  return c;
end $$;
comment on function private.require_api_session is 'The conversation a caller names; refuses with NTFND where nothing has been said yet.';

-- Reading up to here is what a bot does to hand a person's words on. In a conversation of the widget it proves nothing: the visitor is
-- elsewhere, and whoever reads may be an archive.
create function public.api_read_messages(p_key_hash text, p_session_id text, p_after bigint, p_limit integer) returns jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  b public.chatbots := private.require_api_key(p_key_hash);
  c public.conversations := private.require_api_session(b, p_session_id);
  listed jsonb;
  last_seq bigint;
begin
  select coalesce(jsonb_agg(jsonb_build_object(
      'id', m.id, 'seq', m.seq, 'role', m.role, 'event', m.event,
      'author', case when m.role = 'agent' or m.event is not null then private.first_name(m.author_id) end,
      'text', case when m.event is null then m.text else '' end, 'created_at', m.created_at) order by m.seq), '[]'),
    max(m.seq)
  into listed, last_seq
  from (
    select x.* from public.messages x where x.conversation_id = c.id and x.seq > coalesce(p_after, 0)
    order by x.seq limit least(greatest(coalesce(p_limit, 100), 1), 500)
  ) as m;
  if private.is_own_bot(c.id) and exists (
    select from public.reply_receipts r
    where r.conversation_id = c.id and r.seq <= last_seq and r.status not in ('read', 'fetched'))
  then
    perform from public.conversations x where x.id = c.id for no key update;
    perform private.take_replies(c.id, 0, last_seq, 'fetched');
  end if;
  return jsonb_build_object('messages', listed, 'next', coalesce(last_seq, p_after, 0));
end $$;
comment on function public.api_read_messages is
  'What was said in a conversation after a place, oldest first. What a person said is fetched with that, where a bot carries the conversation.';

create function public.api_mark_read(p_key_hash text, p_session_id text, p_seq bigint) returns jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  b public.chatbots := private.require_api_key(p_key_hash);
  c public.conversations := private.require_api_session(b, p_session_id);
begin
  update public.conversations x set visitor_read_seq = greatest(x.visitor_read_seq, least(p_seq, x.last_seq))
  where x.id = c.id
  returning * into c;
  return jsonb_build_object('conversation_id', c.id, 'session_id', c.session_id, 'read_seq', c.visitor_read_seq);
end $$;
comment on function public.api_mark_read is 'How far the visitor of somebody''s own bot has read.';

create function private.escalation_json(e public.escalations, c public.conversations) returns jsonb
  language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'escalation_id', e.id, 'reference', c.reference, 'number', e.number, 'status', e.status, 'ask_count', e.ask_count,
    'conversation_id', c.id, 'session_id', c.session_id, 'trigger', e.trigger, 'question', e.question,
    'escalated_at', e.escalated_at, 'resolved_at', e.resolved_at)
$$;
comment on function private.escalation_json is 'An episode as the API shows it.';

create function public.api_escalate(p_key_hash text, p_session_id text, p_request_id uuid, p_message_id uuid)
  returns jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  b public.chatbots := private.require_api_key(p_key_hash, is_limited => false);
  c public.conversations := private.api_conversation(b, p_session_id);
  asked record;
begin
  select * into asked
  from private.escalate(c, coalesce(p_request_id, gen_random_uuid()), 'api', p_message_id, null, null);
  return private.escalation_json(asked.e, c) || jsonb_build_object('is_new', asked.is_new);
end $$;
comment on function public.api_escalate is 'Asks for a person on behalf of somebody''s own bot; never refused for rate.';

create function public.api_list_escalations(p_key_hash text, p_status text, p_after text, p_limit integer) returns jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  b public.chatbots := private.require_api_key(p_key_hash);
  rows_wanted integer := least(greatest(coalesce(p_limit, 50), 1), 200);
  after_at timestamptz := 'infinity';
  after_id uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  listed jsonb;
begin
  if p_status is not null and p_status not in ('open', 'resolved') then
    perform private.refuse('INVAL', 'The status must be open or resolved.');
  end if;
  if p_after is not null then
    if p_after !~ '\A\d{1,20}\.[0-9a-f-]{36}\Z' then
      perform private.refuse('INVAL', '"after" is the "next" of the page before.');
    end if;
    after_at := 'epoch'::timestamptz + split_part(p_after, '.', 1)::bigint * interval '1 microsecond';
    after_id := split_part(p_after, '.', 2)::uuid;
  end if;
  select coalesce(jsonb_agg(private.escalation_json(p.e, p.c) order by (p.e).escalated_at desc, (p.e).id desc), '[]')
  into listed
  from (
    select e, c from public.escalations e join public.conversations c on c.id = e.conversation_id
    where e.chatbot_id = b.id and (p_status is null or e.status = p_status::public.escalation_status)
      and (e.escalated_at, e.id) < (after_at, after_id)
    order by e.escalated_at desc, e.id desc limit rows_wanted
  ) as p;
  return jsonb_build_object('escalations', listed, 'next', case when jsonb_array_length(listed) = rows_wanted then (
    select (extract(epoch from e.escalated_at) * 1000000)::bigint || '.' || e.id
    from public.escalations e where e.id = (listed -> -1 ->> 'escalation_id')::uuid) end);
exception when datetime_field_overflow or interval_field_overflow or invalid_text_representation or numeric_value_out_of_range then
  perform private.refuse('INVAL', '"after" is the "next" of the page before.');
end $$;
comment on function public.api_list_escalations is 'A chatbot''s escalations, newest first, page by page.';

create function public.api_read_events(p_key_hash text, p_after bigint, p_limit integer) returns jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  b public.chatbots := private.require_api_key(p_key_hash);
  listed jsonb;
begin
  perform private.number_events(b.id);
  select coalesce(jsonb_agg(e.body::jsonb || jsonb_build_object('seq', e.seq, 'id', e.id) order by e.seq), '[]') into listed
  from (
    select x.seq, x.id, x.body from public.events x
    where x.chatbot_id = b.id and x.seq > coalesce(p_after, 0)
    order by x.seq limit least(greatest(coalesce(p_limit, 100), 1), 1000)
  ) as e;
  return jsonb_build_object('events', listed, 'next', coalesce((listed -> -1 ->> 'seq')::bigint, coalesce(p_after, 0)));
end $$;
comment on function public.api_read_events is 'The webhook events of a chatbot after a number, oldest first, without gaps; `id` is their webhook-id.';

create function public.api_resolve(p_key_hash text, p_escalation_id uuid) returns jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  b public.chatbots := private.require_api_key(p_key_hash);
  e public.escalations;
  c public.conversations;
begin
  if not exists (select from public.escalations x where x.id = p_escalation_id and x.chatbot_id = b.id) then
    perform private.refuse('NTFND', 'This doesn’t exist, or you don’t have access to it.');
  end if;
  e := private.lock_case(p_escalation_id);
  if e.status = 'open' then
    update public.escalations x set status = 'resolved' where x.id = e.id returning * into e;
  end if;
  select * into c from public.conversations x where x.id = e.conversation_id;
  return private.escalation_json(e, c);
end $$;
comment on function public.api_resolve is 'Marks an episode resolved; harmless when it is.';

revoke execute on function public.api_append_message, public.api_read_messages, public.api_mark_read, public.api_escalate, public.api_list_escalations,
  public.api_read_events, public.api_resolve from public, anon, authenticated;
grant execute on function public.api_append_message, public.api_read_messages, public.api_mark_read, public.api_escalate, public.api_list_escalations,
  public.api_read_events, public.api_resolve to service_role;
