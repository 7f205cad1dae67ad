-- Asking for a human, the promise this product makes. Inserting a row into escalations does everything in the same
-- transaction: episode, summary, timeline, one delivery per recipient and per endpoint, the event, the notice. Both or
-- neither. No HTTP is made here, no counter is shared between visitors, and the conversation's row is the only lock.

create function private.tg_escalations__fill_in() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations;
begin
  select * into c from public.conversations where id = new.conversation_id for no key update;
  if not found then
    perform private.refuse('NTFND', 'This conversation doesn’t exist.');
  end if;
  -- A resolved one, as an import writes it, would hide the open one from every list.
  if c.escalation_status = 'open' then
    perform private.refuse('CONFL', 'This conversation already has an open escalation.', c.escalation_id::text);
  end if;
  if new.message_id is not null
    and not exists (select from public.messages m where m.id = new.message_id and m.conversation_id = c.id) then
    perform private.refuse('INVAL', 'The message belongs to another conversation.');
  end if;
  new.chatbot_id := c.chatbot_id;
  new.number := c.escalation_count + 1;
  new.seen_at := coalesce(new.seen_at, least(new.first_opened_at, new.claimed_at, new.first_replied_at, new.resolved_at));
  new.seen_by := coalesce(new.seen_by, new.first_opened_by, new.claimed_by, new.first_replied_by, new.resolved_by);
  if new.question = '' then
    new.question := coalesce((
      select m.text from public.messages m where m.conversation_id = c.id and m.role = 'visitor'
      order by m.seq desc limit 1), '');
  end if;
  return new;
end $$;
comment on function private.tg_escalations__fill_in is 'Fills in chatbot, number, question and who has seen it, and lets none follow one that is open.';
create trigger _100_fill_in before insert on public.escalations
  for each row execute function private.tg_escalations__fill_in();

-- Every address gets a row, also those that get no mail: the receipt says why. The owner comes from the owner's profile,
-- and somebody who is listed although being the owner is told once.
create function private.addressees(chatbot_id uuid) returns table (email text, reason text, place integer)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  with owner as (
    select p.email, p.notify_escalation from public.chatbots b join public.profiles p on p.user_id = b.owner_id
    where b.id = addressees.chatbot_id
  ), wanted as (
    select o.email, 0 as place, case when not o.notify_escalation then 'kill_switch' end as reason from owner o
    union all
    select r.email, r.position + 1, case
        when lower(r.email) = lower(o.email) then 'duplicate_of_owner'
        when not (private.member_behind(r.chatbot_id, r.email)).notify_escalation then 'kill_switch' end
    from public.escalation_recipients r cross join owner o where r.chatbot_id = addressees.chatbot_id
  )
  select w.email, case
      when w.reason is not null then w.reason
      -- Recipients were checked when they were saved; an account may have signed up without an address.
      when w.place = 0 and not private.is_email(w.email) then 'no_address'
      when exists (select from private.suppressed_addresses s where s.email = lower(w.email)) then 'suppressed'
    end, w.place
  from wanted w order by w.place;
end $$;
comment on function private.addressees is 'Who is told about a chatbot''s escalations, and why somebody is not.';

-- The form opens when the request has been recorded, and the alert does not wait for it: who was told before the visitor gave
-- an address is told that once, too. An alert that nobody has taken yet carries it itself; one that is just being taken may not. A
-- channel is told that there are details, never which; an incident is not opened anew for them.
create function private.queue_contact(c public.conversations) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  if c.escalation_status is distinct from 'open' then
    return;
  end if;
  with untaken as materialized (
    select a.id from public.deliveries a
    where a.escalation_id = c.escalation_id and a.purpose in ('alert', 'reminder') and a.status = 'queued' and a.attempt_count = 0
    for no key update skip locked
  )
  insert into public.deliveries (chatbot_id, conversation_id, kind, purpose, recipient, channel_id, channel_name)
  select distinct on (w.who) a.chatbot_id, a.conversation_id, a.kind, 'contact'::public.delivery_purpose, a.recipient, a.channel_id, a.channel_name
  from public.deliveries a
  left join public.alert_channels h on h.id = a.channel_id left join private.channel_kinds k on k.kind = h.kind
  cross join lateral (select coalesce(a.channel_id::text, lower(a.recipient)) as who) w
  where a.escalation_id = c.escalation_id and a.purpose in ('alert', 'reminder') and a.status in ('queued', 'sent', 'delivered')
    and (a.kind = 'email' or a.kind = 'channel' and not k.has_incidents)
    and a.id not in (select u.id from untaken u)
    and not exists (
      select from public.deliveries t where t.conversation_id = c.id and t.purpose = 'contact'
        and coalesce(t.channel_id::text, lower(t.recipient)) = w.who and t.created_at >= a.created_at)
  order by w.who, a.created_at;
end $$;
comment on function private.queue_contact is
  'Queues the mail that says how to reach the visitor, and the message that it is known now, for those whose alert could not say it.';

create function private.escalation_data(e public.escalations, c public.conversations) returns json
  language plpgsql stable security definer set search_path = '' as $$
begin
  return json_build_object(
    'conversation_id', c.id, 'session_id', c.session_id, 'chatbot_id', c.chatbot_id,
    'escalated_at', private.utc_text(e.escalated_at), 'last_message', e.question, 'message_count', c.message_count,
    'escalation_id', e.id, 'escalation_number', e.number, 'trigger', e.trigger,
    'url', private.deep_link(c.chatbot_id, c.id));
end $$;
comment on function private.escalation_data is 'What conversation.escalated says: six fields that are promised for ever, and four of ours.';

create function private.tg_escalations__emit() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations;
  is_first boolean;
begin
  select conversations.started_at is null into is_first from public.conversations
  where conversations.id = new.conversation_id;
  update public.conversations set
    escalation_id = new.id, escalation_status = new.status, escalated_at = new.escalated_at,
    escalation_count = new.number, claimed_by = new.claimed_by,
    unseen_since = case when new.seen_at is null then now() end,
    started_at = coalesce(started_at, new.escalated_at),
    last_activity_at = greatest(last_activity_at, new.escalated_at),
    version = version + 1
  where id = new.conversation_id
  returning * into c;
  insert into private.escalation_requests (conversation_id, request_id, escalation_id)
  values (new.conversation_id, new.request_id, new.id) on conflict do nothing;
  if is_first then
    perform private.start_conversation(c);
  end if;
  insert into public.timeline_entries (chatbot_id, conversation_id, escalation_id, type, data)
  values (new.chatbot_id, c.id, new.id, 'conversation.escalated', jsonb_strip_nulls(jsonb_build_object(
    'number', new.number, 'trigger', new.trigger, 'message_id', new.message_id, 'tapped_at', new.tapped_at)));
  perform private.queue_alerts(new);
  perform private.say_resolved(new);
  perform private.emit_event('conversation.escalated', c, new.id, private.escalation_data(new, c));
  return null;
end $$;
comment on function private.tg_escalations__emit is 'All that follows from a new episode, in its transaction.';
create trigger _500_emit after insert on public.escalations
  for each row execute function private.tg_escalations__emit();
