-- How the dispatcher reports. Only the holder of the lease may; a sweep that was stopped past its lease changes nothing. When
-- to try again is computed here and by the database's clock, never before a receiver's Retry-After.

create function private.retry_delay(kind public.delivery_kind, failed_attempts integer) returns interval
  language sql volatile set search_path = '' as $$
  select (case kind
    when 'webhook' then array['5 seconds', '5 minutes', '30 minutes', '2 hours', '5 hours', '10 hours', '14 hours',
      '20 hours', '24 hours']
    else array['10 seconds', '1 minute', '5 minutes', '15 minutes', '1 hour', '2 hours', '4 hours', '8 hours', '12 hours']
  end)[failed_attempts]::interval * (0.8 + 0.4 * random())
$$;
comment on function private.retry_delay is 'How long to wait after so many failed attempts, ± 20 %; null when that was the last.';

create type private.attempt_result as (
  id uuid, lease_token uuid, outcome text, status_code integer, error_code text, error text, response_snippet text,
  duration_ms integer, provider_message_id text, retry_after_seconds double precision, request jsonb, mail_text text
);

-- Endpoints are touched in one order by everybody, and only when something changes.
create function private.judge_endpoints(good uuid[], bad uuid[], gone uuid[]) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  perform from public.webhook_endpoints w
  where w.id = any (good || bad || gone) and (
    w.id = any (gone)
    or (w.id = any (good) and (w.failing_since is not null or coalesce(w.last_success_at < now() - interval '1 minute', true)))
    or (w.id = any (bad) and w.failing_since is null))
  order by w.id for no key update;
  if not found then
    return;
  end if;
  update public.webhook_endpoints w set failing_since = null, last_success_at = now()
  where w.id = any (good) and (w.failing_since is not null or coalesce(w.last_success_at < now() - interval '1 minute', true));
  update public.webhook_endpoints w set failing_since = now()
  where w.id = any (bad) and w.id <> all (good) and w.failing_since is null;
  update public.webhook_endpoints w set is_enabled = false, disabled_reason = 'gone'
  where w.id = any (gone) and w.is_enabled;
end $$;
comment on function private.judge_endpoints is 'Remembers which endpoints work, since when others do not, and disables those that are gone.';

-- What was answered is kept for as long as the pace looks back. Who asks us to slow down is left alone for as long as they say, whatever else
-- waits; for ten seconds if they name no time, and for a day at most.
create function private.judge_channels(answers jsonb) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  insert into private.channel_pace as p (channel_id, answered_at, resumes_at)
  select c.id, array_fill(clock_timestamp(), array[count(*)::integer]), clock_timestamp() + make_interval(secs => max(least((a ->> 'rests_seconds')::double precision, 86400)) filter (where a ->> 'rests_seconds' is not null))
  from jsonb_array_elements(answers) a join public.alert_channels c on c.id = (a ->> 'channel_id')::uuid
  group by c.id order by c.id
  on conflict (channel_id) do update set
    answered_at = array(
      select x.at from unnest(p.answered_at || excluded.answered_at) as x (at) where x.at > clock_timestamp() - interval '2 minutes'),
    resumes_at = greatest(p.resumes_at, excluded.resumes_at);
  update public.alert_channels c set failing_since = null, last_success_at = now()
  where c.id in (select (a ->> 'channel_id')::uuid from jsonb_array_elements(answers) a where a ->> 'outcome' = 'ok')
    and (c.failing_since is not null or coalesce(c.last_success_at < now() - interval '1 minute', true));
  update public.alert_channels c set failing_since = now()
  where c.failing_since is null
    and c.id in (select (a ->> 'channel_id')::uuid from jsonb_array_elements(answers) a where a ->> 'outcome' <> 'ok' and a ->> 'purpose' <> 'test')
    and c.id not in (select (a ->> 'channel_id')::uuid from jsonb_array_elements(answers) a where a ->> 'outcome' = 'ok');
  update public.alert_channels c set is_enabled = false, disabled_reason = 'gone'
  where c.is_enabled and c.id in (select (a ->> 'channel_id')::uuid from jsonb_array_elements(answers) a where a ->> 'outcome' = 'gone');
end $$;
comment on function private.judge_channels is 'Keeps the pace of channels that answered, remembers which work, and disables those that are gone.';

-- A device whose push service knows it no longer is removed, and what waits for it goes to its person's mailbox. Its own receipt has been
-- written by then.
create function private.judge_devices(answers jsonb) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  perform from public.push_devices g
  where g.id in (select (a ->> 'device_id')::uuid from jsonb_array_elements(answers) a) order by g.id for no key update;
  update public.push_devices g set
    last_told_at = case when a.is_told then now() else g.last_told_at end,
    failing_since = case when not a.is_told then coalesce(g.failing_since, now()) end,
    last_failure = case when a.is_told then null else left(coalesce(a.error, g.last_failure), 500) end
  from (
    select (x ->> 'device_id')::uuid as id, bool_or(x ->> 'outcome' = 'ok') as is_told, max(x ->> 'error') as error
    from jsonb_array_elements(answers) x group by 1) as a
  where g.id = a.id;
  delete from public.push_devices g
  where g.id in (select (a ->> 'device_id')::uuid from jsonb_array_elements(answers) a where a ->> 'outcome' = 'gone');
end $$;
comment on function private.judge_devices is 'Remembers which devices were told, since when others were not, and removes those that are gone.';

create function private.judge_mail_channel(is_working boolean, pause_reason text) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  if pause_reason is not null then
    insert into private.senders as s (kind, paused_until, pause_reason)
    values ('email', now() + interval '1 minute', left(judge_mail_channel.pause_reason, 500))
    on conflict (kind) do update set paused_until = excluded.paused_until, pause_reason = excluded.pause_reason;
  elsif is_working then
    update private.senders s set paused_until = null, pause_reason = null
    where s.kind = 'email' and s.paused_until is not null;
  end if;
end $$;
comment on function private.judge_mail_channel is 'Pauses the whole mail channel for a minute, after which one mail probes it, or opens it again.';

create function private.verdict(
  status public.delivery_status, kind public.delivery_kind, outcome text, has_tries_left boolean, status_code integer
) returns public.delivery_status
  language sql immutable set search_path = '' as $$
  select (case
    -- The receipt has moved meanwhile: Postmark's own word can be faster than our answer.
    when status <> 'queued' then status::text
    -- A service that answers 202 has taken it, and will see to it; so has every push service.
    when outcome = 'ok' then case when kind in ('email', 'push') or kind = 'channel' and status_code = 202 then 'sent' else 'delivered' end
    when outcome = 'suppressed' then 'skipped'
    when outcome in ('permanent', 'gone') then 'failed'
    when outcome = 'pause' or has_tries_left then 'queued'
    else 'failed' end)::public.delivery_status
$$;
comment on function private.verdict is 'The status a delivery has after an attempt.';

create function private.next_attempt(
  kind public.delivery_kind, outcome text, failed_attempts integer, retry_after_seconds double precision
) returns timestamptz
  language sql volatile set search_path = '' as $$
  select now() + case
    -- The channel holds paused mail back, not the mail itself.
    when outcome = 'pause' then case kind when 'email' then interval '0' else interval '1 minute' end
    -- A month is as long as we take a receiver's word for.
    else greatest(private.retry_delay(kind, failed_attempts),
      make_interval(secs => case when retry_after_seconds > 0 then least(retry_after_seconds, 2592000) else 0 end)) end
$$;
comment on function private.next_attempt is 'When to try again.';

create function public.finish_deliveries(p_results jsonb[]) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  done record;
begin
  with given as materialized (
    select r.*, private.verdict(d.status, d.kind, r.outcome, d.attempt_count - d.attempt_base < private.max_attempts(), r.status_code) as verdict
    from unnest(p_results) as x (result)
    cross join lateral jsonb_populate_record(null::private.attempt_result, x.result) as r
    join public.deliveries d on d.id = r.id and d.lease_token = r.lease_token
    for no key update of d
  ), finished as (
    update public.deliveries d set
      status = g.verdict,
      reason = case
        when d.status <> 'queued' then d.reason
        when g.outcome in ('suppressed', 'permanent', 'gone') then g.outcome
        when g.verdict = 'failed' then 'attempts_exhausted'
        when g.outcome = 'ok' then null
        else d.reason end,
      next_attempt_at = case when g.verdict = 'queued' then
        private.next_attempt(d.kind, g.outcome, d.attempt_count - d.attempt_base, g.retry_after_seconds) end,
      attempt_base = d.attempt_base + case g.outcome when 'pause' then 1 else 0 end,
      provider_message_id = coalesce(g.provider_message_id, d.provider_message_id),
      sent_at = case when g.outcome = 'ok' then coalesce(d.sent_at, now()) else d.sent_at end,
      delivered_at = case when g.outcome = 'ok' and g.verdict = 'delivered' and d.status = 'queued' then now() else d.delivered_at end,
      finished_at = case when g.verdict <> 'queued' then coalesce(d.finished_at, now()) end,
      last_error = case when g.outcome is distinct from 'ok' then left(g.error, 500) end,
      lost_count = 0, lease_token = null, leased_until = null
    from given g where d.id = g.id and d.lease_token = g.lease_token
    returning d.id, d.kind, d.purpose, d.endpoint_id, d.channel_id, d.device_id, g.retry_after_seconds, d.recipient, d.attempt_count, coalesce(g.outcome, 'unclear') as outcome,
      g.status_code, g.error_code, g.error, g.response_snippet, g.duration_ms, g.request
  ), written as (
    update public.delivery_attempts a set finished_at = now(), outcome = f.outcome,
      status_code = f.status_code, error_code = left(f.error_code, 60), error = left(f.error, 500),
      response_snippet = left(f.response_snippet, 1024), request = f.request,
      duration_ms = coalesce(f.duration_ms, round(extract(epoch from clock_timestamp() - a.started_at) * 1000)::integer)
    from finished f where a.delivery_id = f.id and a.number = f.attempt_count
  ), kept as (
    insert into private.mail_texts (delivery_id, text)
    select g.id, g.mail_text from given g where g.mail_text is not null on conflict do nothing
  ), suppressed as (
    insert into private.suppressed_addresses (email, reason)
    select distinct lower(f.recipient), 'inactive' from finished f where f.outcome = 'suppressed' and f.kind = 'email'
    on conflict do nothing
  )
  select count(*)::integer as count,
    coalesce(array_agg(f.endpoint_id) filter (where f.kind = 'webhook' and f.outcome = 'ok'), '{}') as good,
    coalesce(array_agg(f.endpoint_id) filter (where f.kind = 'webhook' and f.outcome <> 'ok' and f.purpose = 'event'), '{}') as bad,
    coalesce(array_agg(f.endpoint_id) filter (where f.outcome = 'gone' and f.kind = 'webhook'), '{}') as gone,
    coalesce(jsonb_agg(jsonb_build_object('channel_id', f.channel_id, 'purpose', f.purpose, 'outcome', f.outcome,
      'rests_seconds', case when f.status_code = 429 then case when f.retry_after_seconds > 0 then f.retry_after_seconds else 10 end end)) filter (where f.channel_id is not null), '[]') as channels,
    coalesce(jsonb_agg(jsonb_build_object('device_id', f.device_id, 'outcome', f.outcome, 'error', f.error)) filter (where f.device_id is not null), '[]') as devices,
    coalesce(bool_or(f.outcome not in ('pause', 'retry', 'unclear')) filter (where f.kind = 'email'), false) as is_mail_working,
    max(coalesce(f.error, f.error_code, 'paused')) filter (where f.kind = 'email' and f.outcome = 'pause') as pause_reason
  into done from finished f;
  perform private.judge_endpoints(done.good, done.bad, done.gone);
  if jsonb_array_length(done.channels) > 0 then
    perform private.judge_channels(done.channels);
  end if;
  if jsonb_array_length(done.devices) > 0 then
    perform private.judge_devices(done.devices);
  end if;
  perform private.judge_mail_channel(done.is_mail_working, done.pause_reason);
  return done.count;
end $$;
comment on function public.finish_deliveries is 'Writes down what became of attempts, each under its lease token; how many still held theirs.';

revoke execute on function public.finish_deliveries from public, anon, authenticated;
grant execute on function public.finish_deliveries to service_role;
