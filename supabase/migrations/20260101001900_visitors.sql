-- What every call of a visitor goes through: the token names the conversation, the page's origin must be welcome, and nobody
-- may be hasty. A token is 256 random bits and we keep its hash, so finding the row is proof enough. Asking for a person
-- passes the first two and never the third.

insert into private.limits (scope, max_count, window_seconds) values
  ('sessions', 60, 60),
  -- A session that begins with a request for a person: an office behind one address never gets there, a flood does.
  ('sessions_to_escalate', 600, 60),
  ('messages', 30, 60),
  ('messages_by_client', 120, 60),
  ('feedback', 60, 60),
  ('leads', 20, 60),
  ('seen', 120, 60),
  ('invitations', 100, 86400),
  ('invitations_to_address', 5, 86400),
  ('api', 600, 60);

create function private.limit_rate(scope text, key text) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  allowed private.limits;
  admitted integer;
begin
  if key is null then
    return;
  end if;
  select * into allowed from private.limits l where l.scope = limit_rate.scope;
  insert into private.rate_limits as r (scope, key) values (allowed.scope, limit_rate.key)
  on conflict on constraint rate_limits_pkey do update set
    window_started_at = case
      when r.window_started_at <= now() - make_interval(secs => allowed.window_seconds) then now()
      else r.window_started_at end,
    count = case
      when r.window_started_at <= now() - make_interval(secs => allowed.window_seconds) then 1
      else r.count + 1 end
  where r.count < allowed.max_count
    or r.window_started_at <= now() - make_interval(secs => allowed.window_seconds)
  returning r.count into admitted;
  if admitted is null then
    perform private.refuse('TOOMY', 'Too many requests. Wait a moment, then try again.', json_build_object('retry_after', (
      select greatest(1, ceil(allowed.window_seconds - extract(epoch from now() - r.window_started_at)))::integer
      from private.rate_limits r where r.scope = limit_rate.scope and r.key = limit_rate.key))::text);
  end if;
end $$;
comment on function private.limit_rate is 'Counts one more in the present window by one atomic upsert; refuses with TOOMY when it is full. Without a key nothing is counted.';

-- The dashboard's own origin shows the live preview and is always welcome.
create function private.is_origin_allowed(b public.chatbots, origin text) returns boolean
  language sql stable security definer set search_path = '' as $$
  select cardinality(b.allowed_origins) = 0
    or exists (
      select from unnest(b.allowed_origins) as o (allowed)
      where rtrim(lower(o.allowed), '/') = lower(origin)
        or (o.allowed ~ '^[a-zA-Z]+://\*\.'
          and split_part(lower(origin), '://', 1) = split_part(lower(o.allowed), '://', 1)
          and right(split_part(lower(origin), '://', 2), length(split_part(rtrim(o.allowed, '/'), '://*', 2)))
            = split_part(rtrim(lower(o.allowed), '/'), '://*', 2)))
    or coalesce(lower(origin) = rtrim(lower(private.setting('app_url')), '/'), false)
$$;
comment on function private.is_origin_allowed is 'Whether a page may use the chatbot. Spam control, not authentication: only browsers tell the truth about their origin.';

create function private.require_chatbot(chatbot_id uuid, origin text) returns public.chatbots
  language plpgsql stable security definer set search_path = '' as $$
declare
  b public.chatbots;
begin
  select * into b from public.chatbots x where x.id = require_chatbot.chatbot_id;
  if b.id is null then
    perform private.refuse('NOBOT', 'This chatbot doesn’t exist.');
  end if;
  if not private.is_origin_allowed(b, origin) then
    perform private.refuse('ORIGN', 'This site isn’t allowed to use this chatbot.');
  end if;
  return b;
end $$;
comment on function private.require_chatbot is 'The chatbot a page names; refuses with NOBOT or ORIGN.';

create function private.require_conversation(token_hash text) returns public.conversations
  language plpgsql stable security definer set search_path = '' as $$
declare
  c public.conversations;
begin
  if token_hash is null then
    perform private.refuse('TOKMS', 'A conversation token is required. Start a session first.');
  end if;
  if token_hash ~ '\A[0-9a-fA-F]{64}\Z' then
    select x.* into c from private.conversation_tokens t join public.conversations x on x.id = t.conversation_id
    where t.token_hash = decode(require_conversation.token_hash, 'hex');
  end if;
  if c.id is null then
    perform private.refuse('TOKIV', 'This conversation token isn’t valid. Start a new session.');
  end if;
  return c;
end $$;
comment on function private.require_conversation is 'The conversation a token opens; refuses with TOKMS or TOKIV.';

create function private.first_name(user_id uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select nullif(split_part(btrim(p.display_name), ' ', 1), '') from public.profiles p where p.user_id = first_name.user_id);
end $$;
comment on function private.first_name is 'What a visitor may know of a person: the first name.';

create function private.message_json(m public.messages) returns jsonb
  language sql stable security definer set search_path = '' as $$
  select case when m.id is not null then jsonb_build_object(
    'id', m.id, 'seq', m.seq, 'role', m.role, 'text', m.text, 'event', m.event,
    'author_name', case
      when m.role = 'agent' then private.first_name(m.author_id)
      when m.event is not null then nullif(m.text, '') end,
    'feedback', m.feedback, 'followups', to_jsonb(m.followups), 'suggest_human', m.suggest_human,
    'in_reply_to', m.in_reply_to, 'created_at', m.created_at) end
$$;
comment on function private.message_json is 'A message as the widget reads it.';

create function private.is_sender_stopped() returns boolean
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(max(s.last_sweep_at) < now() - interval '3 minutes', true) from private.senders s);
end $$;
comment on function private.is_sender_stopped is 'Whether nobody has swept the outbox for three minutes, so that alerts do not go out.';
