-- How a change is heard: a notice for open dashboards, a hint for the visitor's widget, and a ring at the dispatcher's
-- door. All three only make things faster. They carry ids and versions, never text, and a failure here must never undo
-- what happened: that is why each stands in its own exception block.

create function private.setting(name text) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select s.decrypted_secret from vault.decrypted_secrets s where s.name = setting.name);
end $$;
comment on function private.setting is 'A value from Vault by name: project_url, app_url, dispatch_key, webhook_allow_loopback.';

create function private.deep_link(chatbot_id uuid, conversation_id uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return rtrim(coalesce(private.setting('app_url'), ''), '/') || '/dashboard/chatbots/' || chatbot_id
    || '/human-support?conv=' || conversation_id;
end $$;
comment on function private.deep_link is 'Where a person opens this conversation in the dashboard.';

-- Realtime asks for rights when a channel is joined, not when it is spoken to. So the team moves to another topic whenever
-- somebody leaves it: who may not follow hears nothing more, whatever their browser does. What is under way at that moment
-- may still go to the old topic; those who have moved read everything again when they arrive.
create table private.audiences (
  chatbot_id uuid primary key references public.chatbots (id) on delete cascade,
  move_count integer not null default 1
);
comment on table private.audiences is 'How often a team''s private topic has moved; no row before the first time.';

create function private.topic_of(chatbot_id uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return 'chatbot:' || topic_of.chatbot_id || coalesce(
    (select '.' || a.move_count from private.audiences a where a.chatbot_id = topic_of.chatbot_id), '');
end $$;
comment on function private.topic_of is 'Where the members of a chatbot''s team are told what happens.';

create function private.move_topic(chatbot_id uuid) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  insert into private.audiences as a (chatbot_id)
  select b.id from public.chatbots b where b.id = move_topic.chatbot_id
  on conflict on constraint audiences_pkey do update set move_count = a.move_count + 1;
end $$;
comment on function private.move_topic is 'Leaves behind whoever is no longer a member.';

create function private.notify(chatbot_id uuid, type public.event_type, payload jsonb) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  perform realtime.send(payload || jsonb_build_object('at', now()), type::text, private.topic_of(chatbot_id), true);
exception when others then
  raise warning 'A notice was lost: %', sqlerrm;
end $$;
comment on function private.notify is 'Tells every open dashboard of a chatbot that something changed.';

create function private.hint(topic text, event text, payload jsonb, is_private boolean default false) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  perform realtime.send(payload || jsonb_build_object('at', now()), event, topic, is_private);
exception when others then
  raise warning 'A hint was lost: %', sqlerrm;
end $$;
comment on function private.hint is 'Says on a topic, public unless told otherwise, that there is something to look at.';

-- One ring per transaction is enough: the dispatcher reads the whole queue, and pg_net sends after the commit.
create function private.ring_doorbell() returns void
  language plpgsql security definer set search_path = '' as $$
declare
  project_url text;
  dispatch_key text;
begin
  if current_setting('handoff.has_rung', true) = 'yes' then
    return;
  end if;
  perform set_config('handoff.has_rung', 'yes', true);
  select max(s.decrypted_secret) filter (where s.name = 'project_url'),
    max(s.decrypted_secret) filter (where s.name = 'dispatch_key')
  into project_url, dispatch_key
  from vault.decrypted_secrets s where s.name in ('project_url', 'dispatch_key');
  if project_url is not null and dispatch_key is not null then
    perform net.http_post(
      url := rtrim(project_url, '/') || '/functions/v1/dispatch',
      body := '{}'::jsonb,
      headers := jsonb_build_object('Content-Type', 'application/json', 'x-dispatch-key', dispatch_key),
      timeout_milliseconds := 8000);
  end if;
exception when others then
  raise warning 'The doorbell is broken: %', sqlerrm;
end $$;
comment on function private.ring_doorbell is 'Asks the dispatcher to sweep soon; the scheduled sweep comes anyway.';

-- Everything worth telling about a conversation is on its timeline, so the timeline is where notices come from: one
-- for each conversation and type, however many rows a statement adds.
create function private.tg_timeline_entries__notify() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform private.notify(n.chatbot_id, n.type, jsonb_strip_nulls(jsonb_build_object(
    'conversation_id', n.conversation_id, 'escalation_id', n.escalation_id, 'user_id', n.actor_id,
    -- An entry about earlier messages names the first of them, so that a transcript is read again from there on.
    'version', c.version, 'seq', coalesce((n.data ->> 'seq')::bigint, c.last_seq))))
  from (
    select distinct on (a.conversation_id, a.type) a.* from added a
    order by a.conversation_id, a.type, a.id desc
  ) as n
  join public.conversations c on c.id = n.conversation_id;
  return null;
end $$;
comment on function private.tg_timeline_entries__notify is 'Announces new entries on the chatbot''s topic.';
create trigger _500_notify after insert on public.timeline_entries
  referencing new table as added for each statement execute function private.tg_timeline_entries__notify();

create function private.tg_timeline_entries__refuse() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  -- Deeper than one means a foreign key is clearing up after a deleted chatbot or conversation.
  if pg_trigger_depth() = 1 then
    perform private.refuse('CONFL', 'The timeline is append-only.');
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
comment on function private.tg_timeline_entries__refuse is 'Keeps history from being rewritten.';
create trigger _200_append_only before update or delete on public.timeline_entries
  for each row execute function private.tg_timeline_entries__refuse();
create trigger _200_append_only before update or delete on private.list_exports
  for each row execute function private.tg_timeline_entries__refuse();
