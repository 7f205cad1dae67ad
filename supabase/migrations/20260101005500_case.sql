-- One case as a person reads it: the conversation with its details, timeline and receipts in one call, the transcript in
-- pages. Reading changes nothing; opening is a call of its own, because it stamps the escalation and tells the team.

create function private.require_case(p_conversation_id uuid) returns public.conversations
language plpgsql stable set search_path = '' as $$
declare
  conversation public.conversations;
begin
  select * into conversation from public.conversations c where c.id = p_conversation_id and c.started_at is not null;
  perform private.require_role(conversation.chatbot_id, 'agent');
  return conversation;
end
$$;

-- Of a case that somebody has asked about without end, the latest five hundred receipts and entries are read. Whoever may not open
-- the webhooks is told the host alone: what follows in such an address is often a secret.
create function private.receipts(p_conversation_id uuid, p_is_admin boolean) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(
    to_jsonb(d) - '{lease_token,leased_until,body}'::text[] || jsonb_build_object(
      'endpoint_url', case when p_is_admin then w.url else regexp_replace(w.url, '^(https?://)(?:[^/?#]*@)?([^/?#]*).*$', '\1\2') end,
      'event_type', ev.type,
      'channel_kind', ch.kind,
      'attempts', (
        select coalesce(jsonb_agg(to_jsonb(a) - '{chatbot_id,delivery_id,request}'::text[] order by a.number), '[]')
        from public.delivery_attempts a where a.delivery_id = d.id
      )
    ) order by d.created_at, d.id), '[]')
  from (
    select * from public.deliveries x
    -- A mail to the visitor that is only a possibility so far, or was never needed, is none of what was sent.
    where x.conversation_id = p_conversation_id and (x.recipient is not null or x.kind <> 'email')
      and not (x.purpose in ('acknowledge', 'resolve') and x.status = 'skipped')
    order by x.created_at desc, x.id desc limit 500
  ) d
  left join public.webhook_endpoints w on w.id = d.endpoint_id
  left join public.events ev on ev.id = d.event_id
  left join public.alert_channels ch on ch.id = d.channel_id
$$;

-- By the index of the ids and by no other, whatever the table's size says: its rows are few, and large.
create function private.list_exports_of(p_chatbot_id uuid, p_conversation_id uuid) returns setof private.list_exports
language sql stable rows 10 set search_path = '' set enable_seqscan = off as $$
  with found as materialized (
    select * from private.list_exports x where x.conversation_ids @> array[p_conversation_id]
  )
  select * from found where chatbot_id = p_chatbot_id order by id desc limit 500
$$;

create function private.timeline(p_chatbot_id uuid, p_conversation_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(
    to_jsonb(t) || jsonb_build_object('actor_name', private.name_of(t.actor_id)) order by t.created_at, t.id), '[]')
  from (
    select * from (
      (select * from public.timeline_entries x where x.conversation_id = p_conversation_id order by x.id desc limit 500)
      union all
      select l.id, l.chatbot_id, p_conversation_id, null, 'conversation.exported', l.actor_id, '{"kind": "list"}', l.created_at
      from private.list_exports_of(p_chatbot_id, p_conversation_id) l
    ) e order by e.id desc limit 500
  ) t
$$;

create function private.team(p_chatbot_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'user_id', m.user_id, 'display_name', private.name_of(m.user_id), 'email', p.email, 'role', m.role
  ) order by m.role, p.email), '[]')
  from public.chatbot_members m
  join public.profiles p on p.user_id = m.user_id
  where m.chatbot_id = p_chatbot_id
$$;

-- Where a reply has got to, with the time at which it got there.
create function private.receipt_json(r public.reply_receipts) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return case when r.message_id is not null then jsonb_build_object(
    'message_id', r.message_id, 'seq', r.seq, 'status', r.status, 'reason', r.reason, 'delivery_id', r.delivery_id,
    'at', case r.status
      when 'read' then r.read_at when 'fetched' then r.fetched_at when 'mailed' then r.mailed_at when 'delivered' then r.delivered_at
      when 'bounced' then r.bounced_at when 'unreachable' then r.unreachable_at else r.created_at end) end;
end
$$;

create function private.reply_receipts(p_conversation_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(private.receipt_json(r) order by r.seq), '[]')
  from (
    select * from public.reply_receipts x where x.conversation_id = p_conversation_id order by x.seq desc limit 500
  ) r
$$;

-- What is known before somebody answers: whether the visitor would hear of it, and how.
create function private.reach_json(c public.conversations) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'page_open', private.is_page_open(c), 'address', a.address,
    'mail_on', (select s.reply_mail_enabled from public.human_support_settings s where s.chatbot_id = c.chatbot_id),
    'is_own_bot', private.is_own_bot(c.id), 'suppressed', private.takes_no_replies(a.address),
    'contact_text', (select b.contact_text from public.chatbots b where b.id = c.chatbot_id))
  from (select private.visitor_address(c) as address) a
$$;

-- How a mail stands beside its message; the whole of it is a row that members may read.
create function private.mail_json(m public.inbound_mails) returns jsonb
language sql immutable set search_path = '' as $$
  select to_jsonb(m) - '{text,whole,provider_message_id,chatbot_id,conversation_id}'::text[]
    || jsonb_build_object('has_whole', m.whole is not null, 'length', length(m.text))
$$;

-- Mail that did not become a message: nobody but the team sees it. Of a flood the latest fifty.
create function private.inbound_mails(p_conversation_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(private.mail_json(m) || jsonb_build_object('text', left(m.text, 4000)) order by m.received_at, m.id), '[]')
  from (
    select * from public.inbound_mails x where x.conversation_id = p_conversation_id and x.status <> 'taken'
    order by x.received_at desc, x.id desc limit 50
  ) m
$$;

create function private.read_case(p_conversation_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  conversation public.conversations := private.require_case(p_conversation_id);
begin
  return jsonb_build_object(
    'conversation', private.case_json(conversation.id),
    'lead', (select to_jsonb(l) from public.leads l where l.conversation_id = conversation.id),
    'escalations', (
      select coalesce(jsonb_agg(to_jsonb(e) order by e.number), '[]')
      from public.escalations e where e.conversation_id = conversation.id
    ),
    'timeline', private.timeline(conversation.chatbot_id, conversation.id),
    'reply_receipts', private.reply_receipts(conversation.id),
    'deliveries', private.receipts(conversation.id, conversation.chatbot_id in (select private.my_admin_chatbot_ids())),
    'inbound_mails', private.inbound_mails(conversation.id),
    'members', private.team(conversation.chatbot_id)
  );
end
$$;

-- What every action answers with, so that the page need not ask again: the conversation, whose claim it is by name, and how
-- far the person asking has read.
create function private.case_json(p_conversation_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select to_jsonb(c) || jsonb_build_object(
    'claimed_by_name', private.name_of(c.claimed_by),
    'handled_by_name', private.name_of(c.handled_by),
    'is_assistant_muted', coalesce(c.assistant_muted_until > now(), false),
    'reach', private.reach_json(c),
    'last_read_seq', coalesce((
      select r.last_read_seq from public.conversation_reads r
      where r.conversation_id = c.id and r.user_id = (select auth.uid())
    ), 0)
  )
  from public.conversations c where c.id = p_conversation_id
$$;

create function private.read_messages(
  p_conversation_id uuid, p_before_seq bigint, p_after_seq bigint, p_max_rows integer
) returns table (
  id uuid, seq bigint, role public.message_role, text text, event text, author_id uuid, author_name text,
  feedback text, followups text[], suggest_human boolean, answer_id uuid, created_at timestamptz, receipt jsonb,
  via public.message_via, mail jsonb
)
language plpgsql stable security definer set search_path = '' as $$
declare
  row_limit integer := least(greatest(coalesce(p_max_rows, 200), 1), 1000);
begin
  perform private.require_case(p_conversation_id);
  return query
    select m.id, m.seq, m.role, m.text, m.event, m.author_id,
      case when m.author_id is not null then private.name_of(m.author_id) end, m.feedback,
      m.followups, m.suggest_human, m.answer_id, m.created_at, private.receipt_json(r),
      m.via, case when m.via = 'mail' then (select private.mail_json(i) from public.inbound_mails i where i.message_id = m.id) end
    from (
      (select * from public.messages f
       where p_after_seq is not null and f.conversation_id = p_conversation_id and f.seq > p_after_seq
         and f.seq < coalesce(p_before_seq, 9223372036854775807)
       order by f.seq limit row_limit)
      union all
      (select * from public.messages b
       where p_after_seq is null and b.conversation_id = p_conversation_id
         and b.seq < coalesce(p_before_seq, 9223372036854775807)
       order by b.seq desc limit row_limit)
    ) m
    left join public.reply_receipts r on r.message_id = m.id and m.role = 'agent'
    order by m.seq;
end
$$;

create function public.read_case(conversation_id uuid) returns jsonb
language sql stable set search_path = '' as $$ select private.read_case($1) $$;
comment on function public.read_case is
  'A conversation with its lead, escalations, timeline, receipts and team. Changes nothing.';

create function public.read_messages(
  conversation_id uuid, before_seq bigint default null, after_seq bigint default null, max_rows integer default 200
) returns table (
  id uuid, seq bigint, role public.message_role, text text, event text, author_id uuid, author_name text,
  feedback text, followups text[], suggest_human boolean, answer_id uuid, created_at timestamptz, receipt jsonb,
  via public.message_via, mail jsonb
)
language sql stable set search_path = '' as $$
  select * from private.read_messages($1, $2, $3, $4)
$$;
comment on function public.read_messages is
  'Part of a transcript, oldest first: the newest page, the page before before_seq, or what came after after_seq.';

revoke execute on function private.require_case, private.receipts, private.list_exports_of, private.timeline, private.team,
  private.receipt_json, private.reply_receipts, private.reach_json, private.mail_json, private.inbound_mails, private.read_case,
  private.case_json, private.read_messages, public.read_case, public.read_messages
  from public, anon, authenticated;
grant execute on function private.read_case, private.read_messages, public.read_case, public.read_messages to authenticated;
