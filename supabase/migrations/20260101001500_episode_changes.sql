-- What follows from a change of an episode: opened, claimed, resolved, taken back, reopened, asked again. Functions only
-- update the row; here it is judged and announced. To change a row that others change too, take the case's lock first
-- (conversation, then episode), always in that order. Each entry on the timeline names the version that its change made.

create function private.lock_case(escalation_id uuid) returns public.escalations
  language plpgsql security definer set search_path = '' as $$
declare
  e public.escalations;
begin
  perform from public.conversations c
  where c.id = (select x.conversation_id from public.escalations x where x.id = lock_case.escalation_id)
  for no key update;
  select * into e from public.escalations x where x.id = lock_case.escalation_id for no key update;
  return e;
end $$;
comment on function private.lock_case is 'The episode, held together with its conversation until the transaction ends.';

-- Taking a resolve back clears `undo_until` in the same update; opening without that is a reopening.
create function private.tg_escalations__judge_change() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  -- New due times are the settings' doing, not somebody's, and so is being followed by another episode: nobody's act is overtaken by that.
  if (new.first_reply_due_at, new.first_reply_warn_at, new.resolve_due_at, new.resolve_warn_at, new.is_superseded)
    is distinct from (old.first_reply_due_at, old.first_reply_warn_at, old.resolve_due_at, old.resolve_warn_at, old.is_superseded) then
    return new;
  end if;
  new.version := old.version + 1;
  if new.claimed_by is distinct from old.claimed_by then
    new.claimed_at := case when new.claimed_by is not null then now() end;
  end if;
  if new.first_opened_at is not null and old.first_opened_at is null then
    new.first_opened_by := coalesce(new.first_opened_by, (select auth.uid()));
  end if;
  if new.seen_at is null and (
    new.first_opened_at is not null or new.claimed_by is not null or new.first_replied_at is not null or new.status = 'resolved')
  then
    new.seen_at := now();
    new.seen_by := coalesce((select auth.uid()), new.first_opened_by, new.first_replied_by, new.claimed_by, new.resolved_by);
  end if;
  if old.status = 'open' and new.status = 'resolved' then
    new.resolved_at := coalesce(new.resolved_at, now());
    new.resolved_by := coalesce(new.resolved_by, (select auth.uid()));
    new.undo_until := coalesce(new.undo_until, now() + interval '10 seconds');
  elsif old.status = 'resolved' and new.status = 'open' then
    if exists (select from public.escalations n where n.conversation_id = old.conversation_id and n.number > old.number) then
      perform private.refuse('CONFL', 'The visitor has asked again since. Only the latest request can be reopened.');
    end if;
    if new.undo_until is null and old.undo_until is not null then
      -- By when it was asked for: five hundred at once take their time.
      if now() > old.undo_until then
        perform private.refuse('TOOLT', 'It’s too late to undo this.');
      end if;
    else
      new.reopen_count := old.reopen_count + 1;
    end if;
    new.undo_until := null;
    new.resolved_at := null;
    new.resolved_by := null;
  end if;
  return new;
end $$;
comment on function private.tg_escalations__judge_change is 'Fills in what follows from a change and refuses impossible ones.';
create trigger _200_judge_change before update on public.escalations
  for each row execute function private.tg_escalations__judge_change();

-- Nothing leaves the house during the ten seconds, and what was taken back within them is never said. Once they are over a
-- resolve counts as said, whether or not the sender has come to it: what follows is then told as well, in its order.
create function private.unsay_resolved(e public.escalations) returns boolean
  language plpgsql security definer set search_path = '' as $$
declare
  said uuid;
begin
  -- Whoever is sending it just now has written that down when this lock is given.
  perform from public.deliveries d
  where d.event_id in (select x.id from public.events x where x.escalation_id = e.id and x.type = 'conversation.resolved')
  order by d.id for no key update;
  update public.events v set available_at = 'infinity'
  where v.id = (
    select x.id from public.events x where x.escalation_id = e.id and x.type = 'conversation.resolved'
    order by x.place desc limit 1)
    and v.seq is null and v.available_at >= now() and v.available_at <> 'infinity'
    and not exists (select from public.deliveries d where d.event_id = v.id and d.attempt_count > 0)
  returning v.id into said;
  update public.deliveries d set status = 'skipped', reason = 'undone', finished_at = now(), next_attempt_at = null
  where d.event_id = said and d.status = 'queued' and d.attempt_count = 0;
  if found then
    -- What has happened since was waiting behind it.
    perform private.ring_doorbell();
  end if;
  return said is not null;
end $$;
comment on function private.unsay_resolved is 'Takes back the announcement of a resolve; false when its ten seconds are over or somebody has heard it.';

-- Only the latest episode can be opened again, so a new one ends what is left of the ten seconds.
create function private.say_resolved(e public.escalations) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  ids uuid[];
begin
  with said as (
    update public.events v set available_at = now()
    where v.escalation_id = (
        select x.id from public.escalations x where x.conversation_id = e.conversation_id and x.number = e.number - 1)
      and v.type = 'conversation.resolved'
      and v.available_at > now() and v.available_at < 'infinity'
    returning v.id
  )
  select array_agg(s.id) into ids from said s;
  update public.deliveries d set next_attempt_at = now()
  where d.event_id = any (ids) and d.status = 'queued' and d.attempt_count = 0;
  if found then
    perform private.ring_doorbell();
  end if;
end $$;
comment on function private.say_resolved is 'Announces at once that the episode before this one is resolved: that can no longer be taken back.';

create function private.change_data(e public.escalations, c public.conversations, at timestamptz) returns json
  language plpgsql stable security definer set search_path = '' as $$
begin
  return json_build_object(
    'conversation_id', c.id, 'session_id', c.session_id, 'chatbot_id', c.chatbot_id,
    'escalation_id', e.id, 'escalation_number', e.number, 'trigger', e.trigger,
    'escalated_at', private.utc_text(e.escalated_at),
    case e.status when 'resolved' then 'resolved_at' else 'reopened_at' end, private.utc_text(at),
    'message_count', c.message_count, 'url', private.deep_link(c.chatbot_id, c.id));
end $$;
comment on function private.change_data is 'What conversation.resolved and conversation.reopened say.';

create function private.tg_escalations__follow_status() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations;
  is_undo boolean := new.status = 'open' and new.reopen_count = old.reopen_count;
  is_unsaid boolean := new.status = 'open' and private.unsay_resolved(new);
  handling jsonb := '{}';
begin
  if is_undo and not is_unsaid then
    perform private.refuse('TOOLT', 'It’s too late to undo this.');
  end if;
  -- Resolving ends the handling and writes down what it ended, so that taking it back gives back just that.
  if new.status = 'resolved' then
    select jsonb_strip_nulls(jsonb_build_object('handled_by', x.handled_by, 'assistant_muted_until', x.assistant_muted_until))
    into handling from public.conversations x where x.id = new.conversation_id;
  elsif is_undo then
    select t.data into handling from public.timeline_entries t
    where t.escalation_id = new.id and t.type = 'conversation.resolved' order by t.id desc limit 1;
  end if;
  update public.conversations set
    escalation_status = case escalation_id when new.id then new.status else escalation_status end,
    -- Who has answered since then goes before who did until then.
    handled_by = case when new.status = 'open' then coalesce(handled_by, (handling ->> 'handled_by')::uuid) end,
    assistant_muted_until = case when new.status = 'open' then
      coalesce(assistant_muted_until, (handling ->> 'assistant_muted_until')::timestamptz) end,
    version = version + 1
  where id = new.conversation_id
  returning * into c;
  perform private.see_case(c.id, coalesce((select auth.uid()), new.resolved_by));
  if new.status = 'resolved' then
    perform private.tell_incidents(new, 'resolve', new.undo_until);
  else
    update public.deliveries d set status = 'skipped', reason = 'undone', next_attempt_at = null, finished_at = now()
    where d.escalation_id = new.id and d.purpose = 'resolve' and d.status = 'queued' and d.attempt_count = 0;
  end if;
  insert into public.timeline_entries (chatbot_id, conversation_id, escalation_id, type, actor_id, data)
  values (new.chatbot_id, c.id, new.id, case
    when new.status = 'resolved' then 'conversation.resolved'
    when is_undo then 'resolve.undone'
    else 'conversation.reopened' end::public.event_type, coalesce((select auth.uid()), new.resolved_by),
    case new.status when 'resolved' then handling else '{}' end || jsonb_build_object('version', new.version));
  if new.status = 'resolved' then
    perform private.emit_event('conversation.resolved', c, new.id, private.change_data(new, c, new.resolved_at), new.undo_until);
  elsif not is_undo and not is_unsaid then
    -- Whoever never heard of the resolve need not hear that it is over.
    perform private.emit_event('conversation.reopened', c, new.id, private.change_data(new, c, now()));
  end if;
  perform private.hint('visitor:' || c.id, 'changed', jsonb_build_object('seq', c.last_seq));
  return null;
end $$;
comment on function private.tg_escalations__follow_status is 'Summary, timeline, events and hints of resolving, undoing and reopening.';
create trigger _500_follow_status after update on public.escalations
  for each row when (old.status <> new.status) execute function private.tg_escalations__follow_status();

create function private.tg_escalations__follow_people() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  caller uuid := (select auth.uid());
begin
  update public.conversations set
    claimed_by = case escalation_id when new.id then new.claimed_by else claimed_by end,
    last_activity_at = case when new.ask_count > old.ask_count then greatest(last_activity_at, now()) else last_activity_at end,
    version = version + 1
  where id = new.conversation_id;
  insert into public.timeline_entries (chatbot_id, conversation_id, escalation_id, type, actor_id, data)
  select new.chatbot_id, new.conversation_id, new.id, n.type::public.event_type, n.actor_id,
    n.data || jsonb_build_object('version', new.version)
  from (
    values
      -- Asking is never refused, so telling of it has a measure: once a minute, with the exact count.
      ('escalation.asked_again', null::uuid, jsonb_build_object('ask_count', new.ask_count),
        new.ask_count > old.ask_count and not exists (
          select from public.timeline_entries t where t.escalation_id = new.id and t.type = 'escalation.asked_again'
            and t.created_at > now() - interval '1 minute')),
      ('escalation.opened', new.first_opened_by, '{}', old.first_opened_at is null and new.first_opened_at is not null),
      (case
          when new.claimed_by is null then 'escalation.released'
          when old.claimed_by is null and coalesce(caller, new.claimed_by) = new.claimed_by then 'escalation.claimed'
          else 'escalation.assigned' end,
        coalesce(caller, new.claimed_by), jsonb_build_object('user_id', coalesce(new.claimed_by, old.claimed_by)),
        new.claimed_by is distinct from old.claimed_by)
  ) as n (type, actor_id, data, has_happened)
  where n.has_happened;
  -- Letting go of a case is done for those who leave, too, and so proves no look at it.
  if new.claimed_by is not null and new.claimed_by is distinct from old.claimed_by
    or old.first_opened_at is null and new.first_opened_at is not null
    or old.first_replied_at is null and new.first_replied_at is not null then
    perform private.see_case(new.conversation_id, coalesce(caller, new.first_opened_by, new.first_replied_by, new.claimed_by));
  elsif new.ask_count > old.ask_count and new.status = 'open' then
    update public.conversations c set unseen_since = now() where c.id = new.conversation_id and c.unseen_since is null;
    if found then
      perform private.climb_again(new.id);
    end if;
  end if;
  if new.claimed_by is not null and new.claimed_by is distinct from old.claimed_by and caller is not null then
    perform private.tell_member('assigned', c, new.claimed_by, caller) from public.conversations c where c.id = new.conversation_id;
  end if;
  if old.first_opened_at is null and new.first_opened_at is not null then
    perform private.hint('visitor:' || new.conversation_id, 'changed', '{}');
  end if;
  return null;
end $$;
comment on function private.tg_escalations__follow_people is 'Summary and timeline of asking again, opening, claiming, assigning and releasing.';
create trigger _600_follow_people after update on public.escalations
  for each row when (
    old.claimed_by is distinct from new.claimed_by
    or new.ask_count > old.ask_count
    or (old.first_opened_at is null and new.first_opened_at is not null)
    or (old.first_replied_at is null and new.first_replied_at is not null))
  execute function private.tg_escalations__follow_people();
