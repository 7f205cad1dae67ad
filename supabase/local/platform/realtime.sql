-- The schema behind Realtime, shaped like the hosted one: messages are rows, policies on them say who
-- may listen and send, and the streaming service reads committed inserts from the WAL. The bootstrap runs
-- this file as supabase_admin every time the stack starts, so every statement may be repeated. Migrations
-- may add policies to realtime.messages and call the functions; the guard at the end refuses anything else,
-- as hosted Supabase does.

do $$
begin
  if not exists (select from pg_roles where rolname = 'supabase_realtime_admin') then
    create role supabase_realtime_admin nologin noinherit;
  end if;
end
$$;

create schema if not exists realtime;
grant usage on schema realtime to supabase_realtime_admin, anon, authenticated, service_role;

create table if not exists realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp not null default now(),
  inserted_at timestamp not null default now(),
  id uuid not null default gen_random_uuid(),
  binary_payload bytea,
  constraint messages_pkey primary key (id, inserted_at),
  constraint messages_payload_exclusive check (payload is null or binary_payload is null)
) partition by range (inserted_at);

-- Replay reads the newest rows of one private topic.
create index if not exists messages_inserted_at_topic_index
  on realtime.messages (inserted_at desc, topic)
  where extension = 'broadcast' and private is true;

alter table realtime.messages owner to supabase_realtime_admin;
alter table realtime.messages enable row level security;
revoke all on realtime.messages from public;
grant select, insert, update on realtime.messages to anon, authenticated, service_role;

create or replace function realtime.topic()
returns text
language sql
stable
as $$ select nullif(current_setting('realtime.topic', true), '') $$;

-- A broadcast must never undo the change it announces: every error becomes a warning. That is why a
-- caller that needs certainty writes a row of its own.
create or replace function realtime.send(
  payload jsonb,
  event text,
  topic text,
  private boolean default true
)
returns void
language plpgsql
as $$
declare
  message_id uuid := gen_random_uuid();
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (id, topic, extension, event, payload, private)
  values (
    message_id,
    topic,
    'broadcast',
    event,
    case when payload ? 'id' then payload else jsonb_set(payload, '{id}', to_jsonb(message_id)) end,
    private
  );
exception
  when others then
    raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$$;

create or replace function realtime.send_binary(
  payload bytea,
  event text,
  topic text,
  private boolean default true
)
returns void
language plpgsql
as $$
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (topic, extension, event, binary_payload, private)
  values (topic, 'broadcast', event, payload, private);
exception
  when others then
    raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$$;

create or replace function realtime.broadcast_changes(
  topic_name text,
  event_name text,
  operation text,
  table_name text,
  table_schema text,
  new record,
  old record,
  level text default 'ROW'
)
returns void
language plpgsql
as $$
begin
  if level = 'STATEMENT' then
    raise exception 'function can only be triggered for each row, not for each statement';
  elsif operation not in ('INSERT', 'UPDATE', 'DELETE') then
    raise exception 'Unexpected operation type: %', operation;
  end if;
  perform realtime.send(
    jsonb_build_object(
      'operation', operation,
      'schema', table_schema,
      'table', table_name,
      'record', to_jsonb(new),
      'old_record', to_jsonb(old)
    ),
    event_name,
    topic_name
  );
end
$$;

alter function realtime.topic() owner to supabase_realtime_admin;
alter function realtime.send(jsonb, text, text, boolean) owner to supabase_realtime_admin;
alter function realtime.send_binary(bytea, text, text, boolean) owner to supabase_realtime_admin;
alter function realtime.broadcast_changes(text, text, text, text, text, record, record, text)
  owner to supabase_realtime_admin;

do $$
begin
  if not exists (select from pg_publication where pubname = 'supabase_realtime_messages_publication') then
    create publication supabase_realtime_messages_publication for table realtime.messages;
  end if;
end
$$;

-- The service's own housekeeping lives in _realtime, where self-hosted Realtime keeps its tables. Days are
-- made ahead because an insert without its partition would be lost as a warning.
create schema if not exists _realtime;
revoke all on schema _realtime from public;

create or replace function _realtime.keep_partitions()
returns void
language plpgsql
set search_path = ''
as $$
declare
  today date := (now() at time zone 'utc')::date;
  day date;
  expired text;
begin
  perform pg_advisory_xact_lock(hashtext('_realtime.keep_partitions'));
  for day in select generate_series(today - 1, today + 3, interval '1 day')::date loop
    if to_regclass(format('realtime.%I', 'messages_' || to_char(day, 'YYYY_MM_DD'))) is null then
      execute format(
        'create table realtime.%I partition of realtime.messages for values from (%L) to (%L)',
        'messages_' || to_char(day, 'YYYY_MM_DD'), day, day + 1
      );
      execute format(
        'alter table realtime.%I owner to supabase_realtime_admin',
        'messages_' || to_char(day, 'YYYY_MM_DD')
      );
    end if;
  end loop;

  for expired in
    select child.relname
    from pg_catalog.pg_inherits
    join pg_catalog.pg_class child on child.oid = inhrelid
    where inhparent = 'realtime.messages'::regclass
      and child.relname ~ '^messages_\d{4}_\d{2}_\d{2}$'
      and to_date(right(child.relname, 10), 'YYYY_MM_DD') < today - 3
  loop
    execute format('drop table realtime.%I', expired);
  end loop;
end
$$;

select _realtime.keep_partitions();

-- Hosted Supabase lets the migration role manage policies on a table it does not own through an extension
-- that no package carries. Here it inherits from the owner, and the event triggers take back everything
-- but policies, so that a migration which would fail there fails here.
create or replace function _realtime.refuse_changes()
returns event_trigger
language plpgsql
set search_path = ''
as $$
begin
  if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    return;
  end if;
  if tg_event = 'ddl_command_end' then
    if exists (
      select from pg_event_trigger_ddl_commands()
      where schema_name = 'realtime' and object_type <> 'policy'
    ) then
      raise exception 'must be owner of schema realtime' using errcode = '42501';
    end if;
  elsif exists (
    select from pg_event_trigger_dropped_objects()
    where schema_name = 'realtime' and object_type <> 'policy' and not is_temporary
  ) then
    raise exception 'must be owner of schema realtime' using errcode = '42501';
  end if;
end
$$;

do $$
begin
  if not exists (select from pg_event_trigger where evtname = 'realtime_refuse_changes') then
    create event trigger realtime_refuse_changes on ddl_command_end
      execute function _realtime.refuse_changes();
  end if;
  if not exists (select from pg_event_trigger where evtname = 'realtime_refuse_drops') then
    create event trigger realtime_refuse_drops on sql_drop
      execute function _realtime.refuse_changes();
  end if;
  if exists (select from pg_roles where rolname = 'postgres' and not rolsuper) then
    grant supabase_realtime_admin to postgres with inherit true, set false;
    grant usage on schema realtime to postgres;
    grant all on realtime.messages to postgres;
  end if;
end
$$;
