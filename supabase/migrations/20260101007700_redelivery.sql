-- Sending again, and sending a test. Redelivering keeps the id and the bytes and starts the schedule anew, so a receiver that
-- already has the event can tell. A test is a delivery like any other: it shows in the log with its attempts.

create function private.send_test_event(p_endpoint_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  w public.webhook_endpoints := private.require_endpoint(p_endpoint_id);
  delivery_id uuid := gen_random_uuid();
  body text;
begin
  if not w.is_enabled then
    perform private.refuse('CONFL', 'This endpoint is disabled. Enable it to send a test.');
  elsif (
    select count(*) >= 10 from public.deliveries d
    where d.endpoint_id = w.id and d.purpose = 'test' and d.created_at > now() - interval '1 minute'
  ) then
    perform private.refuse('TOOMY', 'You can send ten tests a minute. Wait a moment, then try again.');
  end if;
  body := json_build_object(
    'event', 'test.sent', 'type', 'test.sent', 'chatbot_id', w.chatbot_id, 'timestamp', private.utc_text(now()),
    'data', json_build_object('delivery_id', delivery_id, 'message', 'If you can read this, your endpoint works.')
  )::text;
  insert into public.deliveries (id, chatbot_id, kind, purpose, endpoint_id, body, next_attempt_at)
  values (delivery_id, w.chatbot_id, 'webhook', 'test', w.id, body, now());
  return jsonb_build_object('delivery_id', delivery_id, 'body', body);
end
$$;

-- What was undone must not be said after all, and what a switch or the owner's own address held back stays back.
create function private.redeliver(p_delivery_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  d public.deliveries;
begin
  select * into d from public.deliveries t where t.id = p_delivery_id for update;
  perform private.require_role(d.chatbot_id, 'admin');
  if d.kind = 'email' and d.status not in ('failed', 'bounced') then
    perform private.refuse('CONFL', 'Only an e-mail that failed or bounced can be sent again.');
  elsif d.kind = 'channel' and d.status <> 'failed' then
    perform private.refuse('CONFL', 'Only a message that failed can be sent again.');
  elsif d.kind = 'channel' and not exists (select from public.alert_channels c where c.id = d.channel_id and c.is_enabled) then
    perform private.refuse('CONFL', 'This channel is paused or removed. Set it up again first.');
  elsif d.kind = 'push' and d.status <> 'failed' then
    perform private.refuse('CONFL', 'Only a notification that failed can be sent again.');
  elsif d.kind = 'push' and not exists (select from public.push_devices g where g.id = d.device_id) then
    perform private.refuse('CONFL', 'This device has been removed.');
  elsif d.reason = 'undone' then
    perform private.refuse('CONFL', 'This event was undone and isn’t sent.');
  elsif d.endpoint_id is not null
    and not (select w.is_enabled from public.webhook_endpoints w where w.id = d.endpoint_id)
  then
    perform private.refuse('CONFL', 'This endpoint is disabled. Enable it first.');
  elsif not exists (select from private.requeue(array[d.id])) then
    perform private.refuse('CONFL', 'This is being sent right now.');
  end if;
  return (select to_jsonb(t) - '{lease_token,leased_until}'::text[] from public.deliveries t where t.id = d.id);
end
$$;

-- The oldest first, and so many at a time that it never takes long: whoever is answered the most asks again.
create function private.redeliver_failed(p_endpoint_id uuid, p_since timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  w public.webhook_endpoints := private.require_endpoint(p_endpoint_id);
  again integer;
begin
  if not w.is_enabled then
    perform private.refuse('CONFL', 'This endpoint is disabled. Enable it first.');
  end if;
  select count(*)::integer into again from private.requeue(array(
    select d.id from public.deliveries d
    where d.endpoint_id = w.id and d.created_at >= coalesce(p_since, '-infinity')
      and (d.status = 'failed' or (d.status = 'skipped' and d.reason = 'endpoint_disabled'))
    order by d.created_at, d.id limit 5000));
  return again;
end
$$;

create function public.send_test_event(endpoint_id uuid) returns jsonb
language sql set search_path = '' as $$ select private.send_test_event($1) $$;
comment on function public.send_test_event is 'Queues a test for one endpoint and shows its exact bytes.';
create function public.redeliver(delivery_id uuid) returns jsonb
language sql set search_path = '' as $$ select private.redeliver($1) $$;
comment on function public.redeliver is 'Sends a delivery again with the same id and the same bytes.';
create function public.redeliver_failed(endpoint_id uuid, since timestamptz default null) returns integer
language sql set search_path = '' as $$ select private.redeliver_failed($1, $2) $$;
comment on function public.redeliver_failed is 'Sends again what failed at an endpoint since a time, oldest first; answers how many, at most 5,000 at a time.';

revoke execute on function private.send_test_event, private.redeliver, private.redeliver_failed,
  public.send_test_event, public.redeliver, public.redeliver_failed
  from public, anon, authenticated;
grant execute on function private.send_test_event, private.redeliver, private.redeliver_failed,
  public.send_test_event, public.redeliver, public.redeliver_failed to authenticated;
