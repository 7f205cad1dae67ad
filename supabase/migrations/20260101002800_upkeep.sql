-- What a sweep does beside sending, each step an index look-up that usually finds nothing: the heartbeat, endpoints that have
-- been dead for five days, the weekly digest. Removing what is old happens once a day.

create function public.record_sweep(p_kind text default 'email') returns void
  language sql security definer set search_path = '' as $$
  insert into private.senders as s (kind, last_sweep_at) values (p_kind, now())
  on conflict (kind) do update set last_sweep_at = now()
  where s.last_sweep_at is null or s.last_sweep_at < now() - interval '1 second'
$$;
comment on function public.record_sweep is 'The dispatcher''s heartbeat; three minutes without one raise the banner.';

-- A disabled endpoint hears nothing more, and the owner hears of it once, unless somebody switched it off on purpose. What waits
-- for it is not claimed from now on; there may be any amount of it, so upkeep marks it little by little.
create function private.tg_webhook_endpoints__follow_switch() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  mail uuid;
begin
  if new.is_enabled then
    new.disabled_reason := null;
    new.failing_since := null;
    return new;
  end if;
  perform private.notify(new.chatbot_id, 'endpoint.disabled', jsonb_build_object('endpoint_id', new.id));
  if new.disabled_reason in ('gone', 'failing') then
    insert into public.deliveries (chatbot_id, kind, purpose, recipient)
    select b.id, 'email', 'notice', p.email
    from public.chatbots b join public.profiles p on p.user_id = b.owner_id
    where b.id = new.chatbot_id and private.is_email(p.email)
    returning id into mail;
    insert into private.delivery_data (delivery_id, data)
    select mail, jsonb_build_object(
      'subject', 'A webhook has been disabled',
      'text', format('The webhook endpoint %s %s. It has been disabled. Failed deliveries can be sent again from the dashboard.',
        new.url, case new.disabled_reason when 'gone' then 'answered that it is gone for good (410)'
          else 'has not accepted anything for five days' end),
      'url', rtrim(coalesce(private.setting('app_url'), ''), '/') || '/dashboard/chatbots/' || new.chatbot_id || '/webhooks')
    where mail is not null;
  end if;
  return new;
end $$;
comment on function private.tg_webhook_endpoints__follow_switch is 'Tells of a disabled endpoint, the owner too where nobody disabled it; clears the past of an enabled one.';
create trigger _600_follow_switch before update of is_enabled on public.webhook_endpoints
  for each row when (old.is_enabled <> new.is_enabled) execute function private.tg_webhook_endpoints__follow_switch();

-- A paused channel, or one at its end, is told nothing more, what waits for it says so, and the owner hears of an end that nobody chose.
create function private.tg_alert_channels__follow_switch() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  mail uuid;
begin
  if new.is_enabled then
    new.disabled_reason := null;
    new.failing_since := null;
    return new;
  end if;
  perform private.set_aside_channel(new.id, case new.disabled_reason when 'gone' then 'channel_gone' else 'channel_paused' end);
  perform private.notify(new.chatbot_id, 'channel.disabled', jsonb_build_object('channel_id', new.id));
  if new.disabled_reason = 'gone' then
    insert into public.deliveries (chatbot_id, kind, purpose, recipient)
    select b.id, 'email', 'notice', p.email
    from public.chatbots b join public.profiles p on p.user_id = b.owner_id
    where b.id = new.chatbot_id and private.is_email(p.email)
    returning id into mail;
    insert into private.delivery_data (delivery_id, data)
    select mail, jsonb_build_object(
      'subject', 'A channel has stopped taking alerts',
      'text', format('The channel %s can’t be told of visitors any more: the service says that its address is no longer valid. Until it is set up again, you are told by e-mail instead.',
        new.name),
      'url', rtrim(coalesce(private.setting('app_url'), ''), '/') || '/dashboard/chatbots/' || new.chatbot_id || '/embed/alerts')
    where mail is not null;
  end if;
  return new;
end $$;
comment on function private.tg_alert_channels__follow_switch is 'Tells of a channel that is switched off, the owner too where nobody chose it; clears the past of one that is switched on.';
create trigger _600_follow_switch before update of is_enabled on public.alert_channels
  for each row when (old.is_enabled <> new.is_enabled) execute function private.tg_alert_channels__follow_switch();

create function private.queue_digests() returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  week date := date_trunc('week', now() at time zone 'UTC' - interval '8 hours')::date;
  queued integer;
begin
  -- Chatbot by chatbot down the index of open cases; those that have had theirs this week are done.
  with recursive waiting as (
    (select e.chatbot_id, e.escalated_at from public.escalations e where e.status = 'open'
      order by e.chatbot_id, e.escalated_at limit 1)
    union all
    select n.chatbot_id, n.escalated_at from waiting w cross join lateral (
      select e.chatbot_id, e.escalated_at from public.escalations e
      where e.status = 'open' and e.chatbot_id > w.chatbot_id order by e.chatbot_id, e.escalated_at limit 1
    ) as n
  )
  insert into public.deliveries (chatbot_id, kind, purpose, recipient, period, status, reason, next_attempt_at, finished_at)
  select w.chatbot_id, 'email', 'digest', a.email, week,
    case when a.reason is null then 'queued' else 'skipped' end::public.delivery_status, a.reason,
    case when a.reason is null then now() end, case when a.reason is not null then now() end
  from waiting w cross join lateral private.addressees(w.chatbot_id) a
  -- Still unresolved when the week began, Monday at 8:00 UTC; what came later waits for the next digest.
  where w.escalated_at < (week + time '08:00') at time zone 'UTC'
    and a.reason is distinct from 'duplicate_of_owner'
    and not exists (select from public.deliveries d where d.chatbot_id = w.chatbot_id and d.purpose = 'digest' and d.period = week)
  on conflict (chatbot_id, lower(recipient), period) where purpose = 'digest' do nothing;
  get diagnostics queued = row_count;
  return queued;
end $$;
comment on function private.queue_digests is 'Queues this week''s digest for every chatbot that has had something open since before it began.';
create index escalations_open_idx on public.escalations (chatbot_id, escalated_at) where status = 'open';

create function public.maintain() returns jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  disabled integer;
  digests integer;
begin
  -- One at a time; whoever comes second has nothing to do.
  if not pg_try_advisory_xact_lock(hashtextextended('maintain', 0)) then
    return '{}';
  end if;
  update public.webhook_endpoints w set is_enabled = false, disabled_reason = 'failing'
  where w.is_enabled and w.failing_since < now() - interval '5 days';
  get diagnostics disabled = row_count;
  digests := private.queue_digests();
  delete from private.claims c where c.claimed_at < now() - interval '10 minutes';
  -- One tenant's backlog must not keep everybody's chores from being done in time: the rest has its turn with the next sweep.
  update public.deliveries d set status = 'skipped', reason = 'endpoint_disabled', next_attempt_at = null, finished_at = now()
  where d.id in (
    select x.id from public.webhook_endpoints w join public.deliveries x on x.lane = w.id
    where not w.is_enabled and x.status = 'queued' and x.lease_token is null and x.purpose <> 'test'
    limit 1000 for no key update of x skip locked);
  return jsonb_build_object('disabled', disabled, 'digests', digests);
end $$;
comment on function public.maintain is 'The chores of a sweep; cheap when there is nothing to do.';

create function private.prune() returns void
  language plpgsql security definer set search_path = '' as $$
begin
  delete from private.rate_limits r where r.window_started_at < now() - interval '1 day';
  delete from private.mail_quota q where not exists (select from unnest(q.sent_at) as x (at) where x.at > now() - interval '1 hour');
  delete from private.channel_pace p where not exists (select from public.alert_channels c where c.id = p.channel_id);
  delete from private.reply_quota q where not exists (select from unnest(q.sent_at) as x (at) where x.at > now() - interval '1 hour');
  delete from private.reply_links l where l.expires_at < now();
  -- Sessions in which nobody ever wrote, asked or left a name.
  delete from public.conversations c using (
    select x.id, x.version from public.conversations x
    where x.started_at is null and x.created_at < now() - interval '30 days'
      and not exists (select from public.leads l where l.conversation_id = x.id)
    order by x.created_at limit 10000) as unused
  -- Whoever comes back at this moment has made it newer, and is asked for by this when we have waited for them.
  where c.id = unused.id and c.version = unused.version;
  delete from public.chatbot_invites i where i.accepted_at is null and i.expires_at < now() - interval '30 days';
  delete from private.delivery_data x using public.deliveries d
  where d.id = x.delivery_id and d.purpose = 'invite' and d.finished_at < now() - interval '1 day';
  delete from vault.secrets s using public.webhook_endpoints w
  where s.id = w.previous_secret_id and w.previous_secret_until < now();
  update public.webhook_endpoints w set previous_secret_id = null, previous_secret_until = null
  where w.previous_secret_until < now();
  delete from cron.job_run_details j where j.end_time < now() - interval '7 days';
end $$;
comment on function private.prune is 'Removes what nobody needs any more; runs once a day.';

revoke execute on function public.record_sweep, public.maintain from public, anon, authenticated;
grant execute on function public.record_sweep, public.maintain to service_role;
