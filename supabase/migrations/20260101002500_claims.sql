-- The claim itself, and all that is needed to send: one row per delivery with its lease, its bytes, its secret. The secrets of
-- endpoints and channels, the keys of notifications and the addresses of devices leave here and nowhere else.

create function private.cases_json(chatbot_id uuid, ids uuid[], with_leads boolean default false) returns jsonb
  language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'count', cardinality(ids),
    'cases', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'question', left(k.question, 300), 'escalated_at', k.escalated_at, 'reference', k.reference,
        'url', private.deep_link(cases_json.chatbot_id, k.conversation_id),
        'lead', case when with_leads then (
          select jsonb_build_object('name', l.name, 'email', l.email, 'phone', l.phone, 'custom', l.custom)
          from public.leads l where l.conversation_id = k.conversation_id) end) order by k.escalated_at), '[]')
      from (
        select e.question, e.escalated_at, e.conversation_id, c.reference
        from public.escalations e join public.conversations c on c.id = e.conversation_id
        where e.id = any (ids) order by e.escalated_at limit 25
      ) as k),
    'url', rtrim(coalesce(private.setting('app_url'), ''), '/') || '/dashboard/chatbots/' || cases_json.chatbot_id || '/human-support')
$$;
comment on function private.cases_json is 'What a summary or a digest lists: how many, the 25 that have waited longest, and where to go.';

create function private.mail_data(d public.deliveries) returns jsonb
  language sql stable security definer set search_path = '' as $$
  select case d.purpose
    when 'summary' then (
      -- What it carries: requests, those that still wait, and contact details of requests that were told before.
      select private.cases_json(d.chatbot_id, array_agg(x.id), true)
        || jsonb_build_object('count', count(*) filter (where x.is_asked),
          'waiting', count(*) filter (where x.is_waiting and not x.is_asked),
          'contacts', count(*) filter (where not x.is_asked and not x.is_waiting))
      from (
        select coalesce(a.escalation_id, v.escalation_id) as id, bool_or(a.purpose = 'alert') as is_asked,
          bool_or(a.purpose = 'reminder') as is_waiting
        from public.deliveries a left join public.conversations v on v.id = a.conversation_id
        where a.summary_id = d.id group by 1
      ) as x)
    when 'digest' then private.cases_json(d.chatbot_id, array(
      select e.id from public.escalations e where e.chatbot_id = d.chatbot_id and e.status = 'open'))
    when 'reply' then private.reply_mail_data(d)
    when 'reminder' then (
      select jsonb_build_object('minutes', greatest(1, floor(extract(epoch from now() - coalesce(v.unseen_since, d.created_at)) / 60)),
        'is_again', d.round > 1)
      from public.conversations v where v.id = d.conversation_id)
    else (select x.data from private.delivery_data x where x.delivery_id = d.id) end
$$;
comment on function private.mail_data is 'What a mail says beyond its escalation.';

create function private.act_token(act text, delivery_id uuid) returns text
  language sql stable security definer set search_path = '' as $$ select private.reply_token('act ' || $1, $2) $$;
comment on function private.act_token is 'The secret in a link of an alert: for one act, by whoever the mail was for.';

create function private.unseen_cases(user_id uuid) returns setof uuid
  language sql stable security definer set search_path = '' as $$
  select c.id from public.conversations c
  where c.unseen_since is not null and c.escalation_status = 'open'
    and c.chatbot_id in (select m.chatbot_id from public.chatbot_members m where m.user_id = unseen_cases.user_id)
$$;
comment on function private.unseen_cases is 'The unresolved cases of somebody''s teams that nobody has seen.';

-- Whatever stands there, nothing else waits for it.
create function private.push_keys() returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
declare
  keys jsonb;
begin
  keys := private.setting('push_keys')::jsonb;
  return case when keys ->> 'public_key' ~ '^B[A-Za-z0-9_-]{86}$' and keys ->> 'private_key' ~ '^[A-Za-z0-9_-]{43}$' then keys end;
exception when invalid_text_representation then
  return null;
end $$;
comment on function private.push_keys is
  'By which push services know us (RFC 8292): {public_key, private_key}, a pair of P-256 in base64url; null while Vault has none that can be used.';

create function private.device_json(g public.push_devices, app_url text) returns jsonb
  language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('endpoint', g.endpoint, 'p256dh', g.p256dh, 'auth', g.auth,
    'unseen', (select count(*) from (select from private.unseen_cases(g.user_id) limit 1000) u),
    'keys', private.push_keys(), 'app_url', app_url)
$$;
comment on function private.device_json is 'What is needed to notify a device: where it is, its keys and ours, and how many cases wait to be seen.';

create function private.to_send(ids uuid[]) returns setof jsonb
  language sql volatile security definer set search_path = '' as $$
  with app as materialized (
    select rtrim(coalesce(private.setting('app_url'), ''), '/') as url
  ), endpoints as materialized (
    select w.id, w.url,
      (select s.decrypted_secret from vault.decrypted_secrets s where s.id = w.secret_id) as secret,
      (select s.decrypted_secret from vault.decrypted_secrets s
        where s.id = w.previous_secret_id and w.previous_secret_until > now()) as previous_secret
    from public.webhook_endpoints w
    where w.id in (select d.endpoint_id from public.deliveries d where d.id = any (ids))
  )
  select jsonb_build_object(
    'id', d.id, 'kind', d.kind, 'purpose', d.purpose, 'lease_token', d.lease_token, 'attempt', d.attempt_count,
    'recipient', d.recipient,
    'recipient_time_zone', r.time_zone,
    -- A member's answer to an alert comes back here, and goes on the record like any other.
    'reply_to', case when r.user_id is not null then private.reply_address(d.conversation_id, r.user_id) end,
    'act_urls', case when r.user_id is not null and d.purpose in ('alert', 'reminder') then jsonb_build_object(
      'claim', app.url || '/act/' || d.id || '/claim/' || private.act_token('claim', d.id),
      'resolve', app.url || '/act/' || d.id || '/resolve/' || private.act_token('resolve', d.id)) end,
    'escalated_at_local', private.wall_time(e.escalated_at, r.time_zone),
    'chatbot', jsonb_build_object('id', b.id, 'name', b.name),
    'conversation_id', d.conversation_id,
    'escalation', case when e.id is not null then jsonb_build_object(
      'id', e.id, 'number', e.number, 'trigger', e.trigger, 'escalated_at', e.escalated_at, 'question', e.question,
      'reference', v.reference,
      'url', app.url || '/dashboard/chatbots/' || b.id || '/human-support?conv=' || v.id) end,
    'lead', case when l.id is not null then jsonb_build_object(
      'name', l.name, 'email', l.email, 'phone', l.phone, 'custom', l.custom) end,
    'event', case when n.id is not null then jsonb_build_object('id', n.id, 'type', n.type) end,
    'channel', case when h.id is not null then jsonb_build_object(
      'kind', h.kind, 'url', app.url || '/dashboard/chatbots/' || b.id || '/human-support',
      'settings', h.settings || (select s.decrypted_secret from vault.decrypted_secrets s where s.id = h.secret_id)::jsonb) end,
    'device', case when d.kind = 'push' then private.device_json(g, app.url) end,
    'endpoint', case when w.id is not null then jsonb_build_object(
      'id', w.id, 'url', w.url, 'secret', w.secret, 'previous_secret', w.previous_secret) end,
    'body', coalesce(d.body, n.body),
    'data', case when d.kind <> 'webhook' and d.purpose <> 'alert' then private.mail_data(d) end)
  from public.deliveries d
  cross join app
  join public.chatbots b on b.id = d.chatbot_id
  left join public.conversations v on v.id = d.conversation_id
  left join public.escalations e on e.id = case when d.purpose in ('contact', 'assigned') then v.escalation_id else d.escalation_id end
  left join public.leads l on l.conversation_id = d.conversation_id and d.kind = 'email'
    and d.purpose in ('alert', 'reminder', 'contact', 'assigned')
  left join public.events n on n.id = d.event_id
  left join endpoints w on w.id = d.endpoint_id
  left join public.alert_channels h on h.id = d.channel_id
  left join public.push_devices g on g.id = d.device_id
  left join lateral (
    select m.user_id, m.time_zone from private.member_behind(d.chatbot_id, d.recipient) m where d.kind = 'email' and d.purpose in ('alert', 'reminder', 'contact', 'assigned')
  ) r on true
  where d.id = any (ids)

$$;
comment on function private.to_send is 'Claimed deliveries with everything needed to send them.';

create function public.claim_deliveries(
  p_limit integer default 100, p_lease_seconds integer default 60, p_claim uuid default gen_random_uuid()
) returns setof jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  ids uuid[];
  mails integer;
begin
  -- Waits for a claim of the same token that is still at work; whoever comes second gets what the first took and nothing else.
  insert into private.claims (token) values (p_claim) on conflict do nothing;
  if not found then
    return query select private.to_send(array(
      select d.id from public.deliveries d
      where d.status = 'queued' and d.lease_token = p_claim and d.leased_until > now()));
    return;
  end if;
  mails := private.mail_room(p_limit, p_lease_seconds);
  loop
    ids := private.choose_due(p_limit, mails);
    exit when cardinality(ids) = 0;
    ids := private.fold_excess(private.prepare_reply_mails(private.skip_pointless(ids)));
    -- When all that was chosen has been set aside, there may be more behind it.
    exit when cardinality(ids) > 0;
  end loop;
  if cardinality(ids) = 0 then
    return;
  end if;

  -- Whoever held these before never came back. Nobody knows whether they were tried, so it counts for nothing but itself.
  update public.delivery_attempts a set outcome = 'lease_lost', finished_at = now(),
    error = 'No result was recorded in time; it may have been sent.'
  where a.outcome is null and (a.delivery_id, a.number) in (
    select d.id, d.attempt_count from public.deliveries d where d.id = any (ids) and d.lease_token is not null);
  with claimed as (
    update public.deliveries d set attempt_count = d.attempt_count + 1,
      attempt_base = d.attempt_base + (d.lease_token is not null)::integer,
      lost_count = d.lost_count + (d.lease_token is not null)::integer,
      lease_token = p_claim,
      leased_until = now() + make_interval(secs => p_lease_seconds),
      next_attempt_at = now() + make_interval(secs => p_lease_seconds)
        + private.lost_delay(d.lost_count + (d.lease_token is not null)::integer)
    where d.id = any (ids)
    returning d.id, d.chatbot_id, d.attempt_count
  )
  insert into public.delivery_attempts (delivery_id, chatbot_id, number)
  select c.id, c.chatbot_id, c.attempt_count from claimed c;
  return query select private.to_send(ids);
end $$;
comment on function public.claim_deliveries is
  'Takes due deliveries under a lease, with everything needed to send them; asked again with the same token, the same ones. Commit before sending.';
revoke execute on function public.claim_deliveries from public, anon, authenticated;
grant execute on function public.claim_deliveries to service_role;
