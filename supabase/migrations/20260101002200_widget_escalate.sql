-- A visitor asking for a person, and what the widget reads while waiting. The conversation's row is locked first and the
-- decision made under it, so five hundred taps make one episode. Asking is never refused for rate; repeats fold into the
-- open episode, and a repeated request finds its old answer for ever.

create function private.save_lead(c public.conversations, lead jsonb) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  given public.leads;
begin
  if lead is null or lead = 'null' then
    return;
  end if;
  given.name := nullif(btrim(lead ->> 'name'), '');
  given.email := nullif(btrim(lead ->> 'email'), '');
  given.phone := nullif(btrim(lead ->> 'phone'), '');
  given.custom := coalesce(nullif(lead -> 'custom', 'null'), '{}');
  if (given.email is not null and not private.is_email(given.email)) or jsonb_typeof(given.custom) <> 'object'
    or length(given.name) > 200 or length(given.phone) > 60 or length(given.custom::text) > 24000 then
    perform private.refuse('INVAL', 'The contact details aren’t valid.');
  end if;
  insert into public.leads as l (conversation_id, chatbot_id, name, email, phone, custom)
  values (c.id, c.chatbot_id, given.name, given.email, given.phone, given.custom)
  on conflict (conversation_id) do update set
    name = coalesce(excluded.name, l.name), email = coalesce(excluded.email, l.email),
    phone = coalesce(excluded.phone, l.phone), custom = l.custom || excluded.custom
  where (l.name, l.email, l.phone, l.custom) is distinct from (
    coalesce(excluded.name, l.name), coalesce(excluded.email, l.email),
    coalesce(excluded.phone, l.phone), l.custom || excluded.custom);
end $$;
comment on function private.save_lead is 'Adds contact details to the conversation''s lead; what was given before stays unless given anew.';

create function private.escalate(
  c public.conversations, request_id uuid, trigger public.escalation_trigger, message_id uuid, tapped_at timestamptz,
  lead jsonb, out e public.escalations, out is_new boolean
)
  language plpgsql security definer set search_path = '' as $$
begin
  perform from public.conversations x where x.id = c.id for no key update;
  is_new := false;
  select x.* into e from private.escalation_requests r join public.escalations x on x.id = r.escalation_id
  where r.conversation_id = c.id and r.request_id = escalate.request_id;
  if e.id is null then
    update public.escalations x set ask_count = x.ask_count + 1
    where x.conversation_id = c.id and x.status = 'open'
    returning x.* into e;
    is_new := e.id is null;
    if is_new then
      insert into public.escalations (conversation_id, trigger, message_id, tapped_at, request_id)
      values (
        c.id, escalate.trigger,
        -- A message we do not know must not cost anybody their request.
        (select m.id from public.messages m where m.id = escalate.message_id and m.conversation_id = c.id),
        escalate.tapped_at, escalate.request_id)
      returning * into e;
    else
      insert into private.escalation_requests (conversation_id, request_id, escalation_id)
      values (c.id, escalate.request_id, e.id);
    end if;
  end if;
  perform private.save_lead(c, lead);
end $$;
comment on function private.escalate is 'The episode that answers a request: a new one, the open one asked again, or the one it got before.';

-- Once in a conversation, with the confirmation of the first request: a visitor who does not want to say it is left in peace. Where no
-- inbound mailbox is configured, mail is not set up.
create function private.needs_address(c public.conversations, e public.escalations) returns boolean
  language sql stable security definer set search_path = '' as $$
  select e.number = 1 and e.ask_count = 1 and e.status = 'open'
    and private.is_email(lower(btrim(private.setting('inbound_address'))))
    and (select s.reply_mail_enabled from public.human_support_settings s where s.chatbot_id = c.chatbot_id)
    and not exists (
      select from public.lead_forms f where f.chatbot_id = c.chatbot_id and f.timing <> 'off' and f.fields @> '[{"key": "email"}]')
    and private.visitor_address(c) is null
$$;
comment on function private.needs_address is
  'Whether the widget asks this visitor where to answer: no address is known, no form of the owner asks for one, and one would be used.';

create function public.widget_escalate(
  p_token_hash text, p_request_id uuid, p_trigger public.escalation_trigger, p_message_id uuid, p_tapped_at timestamptz,
  p_lead jsonb, p_origin text
) returns jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations := private.require_conversation(p_token_hash);
  b public.chatbots := private.require_chatbot(c.chatbot_id, p_origin);
  lead jsonb := p_lead;
  asked record;
  e public.escalations;
begin
  -- Contact details that come too often are left out; the request they came with is not refused for them.
  begin
    perform private.limit_rate('leads', case when lead <> 'null' then c.id::text end);
  exception when sqlstate 'TOOMY' then
    lead := null;
  end;
  select * into asked from private.escalate(c, p_request_id, p_trigger, p_message_id, p_tapped_at, lead);
  e := asked.e;
  return jsonb_build_object(
    'escalation_id', e.id, 'reference', c.reference, 'number', e.number, 'status', e.status, 'ask_count', e.ask_count,
    'confirmation_message', (select s.confirmation_message from public.human_support_settings s where s.chatbot_id = b.id),
    'language', c.language, 'contact_text', b.contact_text, 'is_sender_stopped', private.is_sender_stopped(),
    'is_new', asked.is_new, 'needs_address', private.needs_address(c, e));
end $$;
comment on function public.widget_escalate is 'Asks for a person on behalf of a visitor. Everything is committed when this returns.';

create function public.widget_save_lead(p_token_hash text, p_lead jsonb, p_origin text) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations := private.require_conversation(p_token_hash);
begin
  perform private.require_chatbot(c.chatbot_id, p_origin);
  perform private.limit_rate('leads', c.id::text);
  perform from public.conversations x where x.id = c.id for no key update;
  perform private.save_lead(c, p_lead);
end $$;
comment on function public.widget_save_lead is 'Keeps what the lead form was given.';

-- A conversation that is being written to at this moment is left alone: the next read is soon enough.
create function private.keep_seen(c public.conversations) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  if coalesce(c.visitor_seen_at < now() - interval '30 seconds', true) then
    update public.conversations x set visitor_seen_at = now()
    where x.id = (select y.id from public.conversations y where y.id = c.id for no key update skip locked);
    if found and c.escalation_id is not null and not private.is_page_open(c) then
      perform private.hint(private.topic_of(c.chatbot_id), 'visitor.returned', jsonb_build_object('conversation_id', c.id), true);
    end if;
  end if;
end $$;
comment on function private.keep_seen is
  'Remembers, to half a minute, that the visitor has the page open; and tells the dashboards when they have come back.';

create function public.widget_read(p_token_hash text, p_after bigint, p_origin text) returns jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations := private.require_conversation(p_token_hash);
  b public.chatbots := private.require_chatbot(c.chatbot_id, p_origin);
  e public.escalations;
  page record;
  has_more boolean;
begin
  perform private.keep_seen(c);
  -- A page of many long texts is shorter: whatever it holds is parsed by one call, and taken in by one turn of the visitor's browser.
  select coalesce(jsonb_agg(private.message_json(m.message) order by m.seq), '[]') as messages, max(m.seq) as last_seq
  into page
  from (
    select x as message, x.seq, sum(length(x.text)) over (order by x.seq) - length(x.text) as length_before
    from public.messages x where x.conversation_id = c.id and x.seq > p_after order by x.seq limit 500
  ) as m
  where m.length_before < 100000;
  has_more := exists (select from public.messages x where x.conversation_id = c.id and x.seq > page.last_seq);
  select * into e from public.escalations x where x.id = c.escalation_id;
  return jsonb_build_object(
    'conversation_id', c.id, 'messages', page.messages,
    -- A full page ends where its last message does: the next read goes on from there.
    'last_seq', case when has_more then page.last_seq else c.last_seq end, 'has_more', has_more,
    'escalation', case when e.id is not null then jsonb_build_object(
      'escalation_id', e.id, 'reference', c.reference, 'number', e.number, 'status', e.status, 'ask_count', e.ask_count,
      'escalated_at', e.escalated_at, 'first_opened_at', e.first_opened_at) end,
    'handled_by', case when c.assistant_muted_until > now() then private.first_name(c.handled_by) end,
    'is_assistant_muted', coalesce(c.assistant_muted_until > now(), false),
    'has_lead', exists (select from public.leads l where l.conversation_id = c.id),
    'config_version', (select s.version::text from public.human_support_settings s where s.chatbot_id = b.id));
end $$;
comment on function public.widget_read is 'What is new in a visitor''s conversation after a place, and who handles it.';

create function public.widget_seen(p_token_hash text, p_read_seq bigint, p_typing boolean) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations := private.require_conversation(p_token_hash);
begin
  perform private.limit_rate('seen', c.id::text);
  update public.conversations x set visitor_read_seq = greatest(x.visitor_read_seq, least(p_read_seq, x.last_seq))
  where x.id = c.id;
  if p_typing then
    perform private.hint(private.topic_of(c.chatbot_id), 'visitor.typing', jsonb_build_object('conversation_id', c.id), true);
  end if;
end $$;
comment on function public.widget_seen is 'How far a visitor has read; and a word to the dashboards while the visitor types.';

revoke execute on function public.widget_escalate, public.widget_save_lead, public.widget_read, public.widget_seen
  from public, anon, authenticated;
grant execute on function public.widget_escalate, public.widget_save_lead, public.widget_read, public.widget_seen
  to service_role;
