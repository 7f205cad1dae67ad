-- Word to one member: a case was given to them, or a note names them. Whoever is at the desk sees that there, so the word waits for two
-- minutes, and is not sent when they have opened the case by then.

create function private.tell_member(
  purpose public.delivery_purpose, c public.conversations, member_id uuid, sender_id uuid, note text default null
) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  with told as (
    insert into public.deliveries (chatbot_id, conversation_id, kind, purpose, recipient, device_id, device_name, next_attempt_at)
    select c.chatbot_id, c.id, w.kind, tell_member.purpose, p.email, w.device_id, w.device_name, now() + interval '2 minutes'
    from public.profiles p
    cross join lateral (
      select 'email'::public.delivery_kind as kind, null::uuid as device_id, null::text as device_name
      where private.is_email(p.email) and not exists (select from private.suppressed_addresses s where s.email = lower(p.email))
      union all
      select 'push', g.id, g.label from public.push_devices g where g.user_id = p.user_id
    ) as w
    where p.user_id = tell_member.member_id and p.user_id is distinct from tell_member.sender_id and p.notify_escalation
      and not exists (
        select from public.deliveries d where d.conversation_id = c.id and d.purpose = tell_member.purpose
          and d.status = 'queued' and d.attempt_count = 0 and lower(d.recipient) = lower(p.email)
          and d.device_id is not distinct from w.device_id)
    returning id
  )
  insert into private.delivery_data (delivery_id, data)
  select t.id, jsonb_build_object('by', private.name_of(sender_id), 'note', note, 'reference', c.reference,
    'url', private.deep_link(c.chatbot_id, c.id))
  from told t;
end $$;
comment on function private.tell_member is 'Queues a mail to a member about a case and a notification for each of their devices, unless they did it themselves or it waits already.';

-- By the whole name, or by the first where nobody else on the team has it: @Ana Silva, @ana.
create function private.members_named(chatbot_id uuid, note text) returns setof uuid
  language sql stable security definer set search_path = '' as $$
  with team as (
    select m.user_id, private.fold(btrim(p.display_name)) as name, split_part(private.fold(btrim(p.display_name)), ' ', 1) as first_name
    from public.chatbot_members m join public.profiles p on p.user_id = m.user_id where m.chatbot_id = members_named.chatbot_id
  ), calls as (
    select t.user_id, t.name as called from team t where t.name <> ''
    union
    select t.user_id, t.first_name from team t
    where t.first_name <> '' and (select count(*) from team o where o.first_name = t.first_name) = 1
  )
  select distinct k.user_id from calls k
  where position('@' in members_named.note) > 0 and private.fold(members_named.note) collate "pg_c_utf8" ~ (
    '(^|[^[:alnum:]])@' || regexp_replace(k.called, '([^[:alnum:][:space:]])', '\\\1', 'g') || '($|[^[:alnum:]])')
$$;
comment on function private.members_named is 'Whom a note names with an @.';

create function private.forget_word(conversation_id uuid, member_id uuid) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  update public.deliveries d set status = 'skipped', reason = 'seen', skipped_by = forget_word.member_id, next_attempt_at = null, finished_at = now()
  where d.id in (
    select x.id from public.deliveries x
    where x.conversation_id = forget_word.conversation_id and x.purpose in ('assigned', 'mentioned') and x.status = 'queued'
      and x.attempt_count = 0 and x.lease_token is null
      and lower(x.recipient) = (select lower(p.email) from public.profiles p where p.user_id = forget_word.member_id)
    for no key update skip locked);
end $$;
comment on function private.forget_word is 'Takes back what would tell a member of what they are looking at.';
