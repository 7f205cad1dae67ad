-- What the database itself knows about whether everything works: the facts of the health page and of `npm run doctor`. What they
-- mean, and what mends them, stands in functions/_shared/health.ts. Nothing here tells a secret, and nothing here sends anything.

create function private.wants_no_mail(reason text) returns boolean
  language sql immutable set search_path = '' as $$
  select reason in ('SpamComplaint', 'ManualSuppression', 'Unsubscribe')
$$;
comment on function private.wants_no_mail is
  'Whether an address gets no mail because its reader said so, and not because it could not be reached. Nobody else may lift that.';

create function private.suppressed_of(bots uuid[]) returns table (chatbot_id uuid, email text, reason text, since timestamptz)
  language sql stable security definer set search_path = '' as $$
  select a.chatbot_id, s.email, s.reason, s.since
  from (
    select r.chatbot_id, lower(r.email) as email from public.escalation_recipients r where r.chatbot_id = any (bots)
    union
    select m.chatbot_id, lower(p.email) from public.chatbot_members m join public.profiles p on p.user_id = m.user_id
    where m.chatbot_id = any (bots)
  ) a join private.suppressed_addresses s on s.email = a.email
$$;
comment on function private.suppressed_of is 'Who of those that are told about these chatbots'' escalations gets no mail any more.';

-- `hides_urls` for agents: an address of a webhook is often a secret of its own.
create function private.health_facts(bots uuid[], hides_urls boolean) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
declare
  since timestamptz := date_bin('1 day', now(), 'epoch');
  migrations jsonb;
begin
  if to_regclass('supabase_migrations.schema_migrations') is not null then
    execute 'select jsonb_agg(m.version order by m.version) from supabase_migrations.schema_migrations m' into migrations;
  end if;
  return jsonb_build_object(
    'now', now(),
    'migrations', migrations,
    'sender', private.sender_health(),
    'cron', (
      select jsonb_build_object(
        'jobs', coalesce((select jsonb_agg(j.jobname order by j.jobname) from cron.job j where j.active and j.jobname like 'handoff-%'), '[]'),
        'last_run_at', max(r.start_time),
        'is_due', pg_postmaster_start_time() < now() - interval '1 minute',
        'last_failure', case when (array_agg(r.status order by r.runid desc))[1] = 'failed'
          then (array_agg(r.return_message order by r.runid desc))[1] end)
      from (select d.* from cron.job_run_details d order by d.runid desc limit 200) r
      -- By what it does: scheduled anew, it is another job.
      where r.command = 'select private.sweep()'),
    'vault', jsonb_build_object(
      'project_url', private.setting('project_url'), 'app_url', private.setting('app_url'),
      'inbound_address', private.setting('inbound_address'), 'has_dispatch_key', coalesce(private.setting('dispatch_key'), '') <> ''),
    -- What the mail service last said, to whomever it was said: the account and the sender's address are everybody's.
    'mail', (
      select jsonb_build_object(
        'accepted_at', max(a.finished_at) filter (where a.outcome = 'ok'),
        'refused_at', max(a.finished_at) filter (where a.outcome = 'pause'),
        'refused_status', (array_agg(a.status_code order by a.id desc) filter (where a.outcome = 'pause'))[1],
        'refused_code', (array_agg(a.error_code order by a.id desc) filter (where a.outcome = 'pause'))[1],
        'refused_because', (array_agg(a.error order by a.id desc) filter (where a.outcome = 'pause'))[1])
      from (select x.* from public.delivery_attempts x order by x.id desc limit 500) a
      join public.deliveries d on d.id = a.delivery_id and d.kind = 'email'),
    'endpoints', jsonb_build_object(
      'count', (select count(*) from public.webhook_endpoints w where w.chatbot_id = any (bots)),
      'failing', (
        select coalesce(jsonb_agg(to_jsonb(f) order by f.failing_since), '[]') from (
          select w.chatbot_id, b.name as chatbot, case when not hides_urls then w.url end as url, w.disabled_reason, w.failing_since
          from public.webhook_endpoints w join public.chatbots b on b.id = w.chatbot_id
          where w.chatbot_id = any (bots) and (w.is_enabled and w.failing_since is not null or w.disabled_reason in ('gone', 'failing'))
          limit 20) f)),
    'channels', jsonb_build_object(
      'count', (select count(*) from public.alert_channels c where c.chatbot_id = any (bots)),
      'failing', (
        select coalesce(jsonb_agg(to_jsonb(f) order by f.failing_since), '[]') from (
          select c.chatbot_id, b.name as chatbot, c.name, c.kind, c.disabled_reason, c.failing_since
          from public.alert_channels c join public.chatbots b on b.id = c.chatbot_id
          where c.chatbot_id = any (bots) and (c.is_enabled and c.failing_since is not null or c.disabled_reason = 'gone')
          limit 20) f)),
    'push', jsonb_build_object(
      'keys', case when private.push_keys() is not null then 'fine' when private.setting('push_keys') is null then 'missing' else 'unusable' end,
      'count', (
        select count(*) from public.push_devices g
        where g.user_id in (select m.user_id from public.chatbot_members m where m.chatbot_id = any (bots))),
      'failing', (
        select coalesce(jsonb_agg(to_jsonb(f) order by f.failing_since), '[]') from (
          select p.display_name as person, g.label, g.failing_since, g.last_failure
          from public.push_devices g join public.profiles p on p.user_id = g.user_id
          where g.failing_since is not null
            and g.user_id in (select m.user_id from public.chatbot_members m where m.chatbot_id = any (bots))
          order by g.failing_since limit 20) f)),
    'suppressed', (
      select coalesce(jsonb_agg(to_jsonb(s) || jsonb_build_object('is_liftable', not private.wants_no_mail(s.reason))
        order by s.email), '[]') from private.suppressed_of(bots) s),
    'zones', (
      select coalesce(jsonb_agg(private.zone_with_changes(u.name, since, since + interval '8784 hours') order by u.name), '[]') from (
        select p.time_zone as name from public.profiles p join public.chatbot_members m on m.user_id = p.user_id
        where m.chatbot_id = any (bots)
        union
        select h.time_zone from public.office_hours h where h.is_enabled and h.chatbot_id = any (bots)) u)
  );
end $$;

create function private.health(p_chatbot_id uuid) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
begin
  return private.health_facts(array[p_chatbot_id], private.require_role(p_chatbot_id, 'agent') = 'agent');
end $$;
create function public.health(chatbot_id uuid) returns jsonb
  language sql stable set search_path = '' as $$ select private.health($1) $$;
comment on function public.health is
  'What the database knows of whether everything works, for members: migrations, sender, clock, mail, webhooks and addresses of this chatbot, zones.';

create function public.project_health() returns jsonb
  language sql stable security definer set search_path = '' as $$
  select private.health_facts(array(select b.id from public.chatbots b), false)
$$;
comment on function public.project_health is 'The same for all chatbots of the project, for whoever holds the secret key.';

-- The functions and the database are told the same things in two places. Only hashes are compared, and only yes or no is answered.
create function public.compare_settings(p_dispatch_key_hash text, p_app_url text) returns jsonb
  language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'is_same_dispatch_key',
      p_dispatch_key_hash = encode(extensions.digest(coalesce(private.setting('dispatch_key'), ''), 'sha256'), 'hex'),
    'is_same_app_url', rtrim(p_app_url, '/') = rtrim(coalesce(private.setting('app_url'), ''), '/'))
$$;
comment on function public.compare_settings is 'Whether the functions'' secrets are those of the Vault.';

-- Once round: asked by HTTP, heard on the web socket. The topic is as secret as the nonce, and says nothing.
create function private.ping_realtime(nonce uuid) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  perform private.hint('health:' || nonce, 'health.ping', '{}', true);
end $$;
comment on function private.ping_realtime is 'Says something on the private topic health:<nonce>, for whoever has just joined it.';
create function private.ping_health(p_chatbot_id uuid, p_nonce uuid) returns text
  language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_role(p_chatbot_id, 'agent');
  perform private.ping_realtime(p_nonce);
  return (select 'health:' || p_nonce from public.chatbots b where b.id = p_chatbot_id);
end $$;
create function public.ping_health(chatbot_id uuid, nonce uuid) returns text
  language sql set search_path = '' as $$ select private.ping_health($1, $2) $$;
comment on function public.ping_health is
  'Has the database say something on the private topic health:<nonce>, for members. Answers the topic.';
create function public.ping_project_health(p_nonce uuid) returns void
  language sql security definer set search_path = '' as $$ select private.ping_realtime(p_nonce) $$;
comment on function public.ping_project_health is 'The same for whoever holds the secret key.';

create function private.lift_suppression(p_chatbot_id uuid, p_email text) returns integer
  language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_role(p_chatbot_id, 'admin');
  if exists (select from private.suppressed_of(array[p_chatbot_id]) s
      where s.email = lower(p_email) and private.wants_no_mail(s.reason)) then
    perform private.refuse('FORBD', 'The reader of this address asked for no more mail. Only they can change that.');
  end if;
  delete from private.suppressed_addresses s
  where s.email in (select o.email from private.suppressed_of(array[p_chatbot_id]) o where o.email = lower(p_email));
  return (select (select count(*) from private.suppressed_of(array[b.id])) from public.chatbots b where b.id = p_chatbot_id);
end $$;
create function public.lift_suppression(chatbot_id uuid, email text) returns integer
  language sql set search_path = '' as $$ select private.lift_suppression($1, $2) $$;
comment on function public.lift_suppression is
  'Lets mail go to an address again that could not be reached before; not where its reader asked for no more mail. For admins. Answers
how many addresses of this chatbot are still held back.';

revoke execute on function private.wants_no_mail, private.suppressed_of, private.health_facts, private.health, public.health,
  public.project_health, public.compare_settings, private.ping_realtime, private.ping_health, public.ping_health,
  public.ping_project_health, private.lift_suppression, public.lift_suppression
  from public, anon, authenticated;
grant execute on function private.health, public.health, private.ping_health, public.ping_health, private.lift_suppression,
  public.lift_suppression to authenticated;
grant execute on function public.project_health, public.compare_settings, public.ping_project_health to service_role;
