-- The numbers of the dashboard. A case is a conversation that was escalated, and its latest episode decides where it counts.
-- In a window that ends now: the population is every conversation with activity in it, the total is every case escalated in it,
-- and a case is open or resolved. The strip, the list, the charts and the CSV all ask for the columns defined here, so
-- they are one number. The strip must stay equal to count(*) and quick at a million conversations: it sums one row per hour
-- and reads only the oldest, partial hour from the conversations themselves. Nothing here is a counter that everybody
-- queues for: changes are appended and folded together later.

alter table public.conversations add column resolved_at timestamptz;
comment on column public.conversations.resolved_at is 'When the latest episode was resolved; null while it is open.';

create function private.tg_conversations__date_resolution() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.resolved_at := case when new.escalation_status = 'resolved' then (
    select e.resolved_at from public.escalations e where e.id = new.escalation_id
  ) end;
  return new;
end
$$;

create trigger _100_date_resolution
  before insert or update of escalation_status, escalation_id on public.conversations
  for each row execute function private.tg_conversations__date_resolution();

create index conversations_resolved_idx on public.conversations (chatbot_id, escalated_at) include (resolved_at)
  where escalation_status = 'resolved';

-- Deleting a chatbot deletes its tallies by trigger, not by a foreign key: the check of one would lock the chatbot's row
-- on every message.
create table private.tallies (
  chatbot_id uuid not null,
  hour timestamptz not null,
  population integer not null,
  open_cases integer not null,
  resolved_cases integer not null,
  is_folded boolean not null default false
);
comment on table private.tallies is
  'Conversations per hour of their last activity, cases per hour of their escalation; the hour -infinity holds all open cases.';
create index tallies_by_hour on private.tallies (chatbot_id, hour)
  include (population, open_cases, resolved_cases);
create index tallies_unfolded on private.tallies (chatbot_id, hour) where not is_folded;
alter table private.tallies enable row level security;
revoke all on private.tallies from public, anon, authenticated;

create function private.hour_of(at timestamptz) returns timestamptz
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return date_bin('1 hour', at, '2000-01-01 00:00:00+00');
end
$$;

create function private.tg_conversations__tally() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' and not exists (select from public.chatbots c where c.id = old.chatbot_id) then
    return null;
  end if;
  insert into private.tallies (chatbot_id, hour, population, open_cases, resolved_cases)
  select t.chatbot_id, t.hour, sum(t.population), sum(t.open_cases), sum(t.resolved_cases)
  from (
    select new.chatbot_id, private.hour_of(new.last_activity_at), 1, 0, 0 where new.started_at is not null
    union all
    select old.chatbot_id, private.hour_of(old.last_activity_at), -1, 0, 0 where old.started_at is not null
    union all
    select new.chatbot_id, private.hour_of(new.escalated_at), 0,
      (new.escalation_status = 'open')::int, (new.escalation_status = 'resolved')::int
    where new.escalated_at is not null
    union all
    select old.chatbot_id, private.hour_of(old.escalated_at), 0,
      -(old.escalation_status = 'open')::int, -(old.escalation_status = 'resolved')::int
    where old.escalated_at is not null
    union all
    select new.chatbot_id, '-infinity', 0, 1, 0 where new.escalation_status = 'open'
    union all
    select old.chatbot_id, '-infinity', 0, -1, 0 where old.escalation_status = 'open'
  ) t (chatbot_id, hour, population, open_cases, resolved_cases)
  group by t.chatbot_id, t.hour
  having sum(t.population) <> 0 or sum(t.open_cases) <> 0 or sum(t.resolved_cases) <> 0;
  return null;
end
$$;

create trigger _600_tally_insert after insert on public.conversations
  for each row when (new.started_at is not null or new.escalated_at is not null)
  execute function private.tg_conversations__tally();
create trigger _600_tally_delete after delete on public.conversations
  for each row when (old.started_at is not null or old.escalated_at is not null)
  execute function private.tg_conversations__tally();
create trigger _600_tally_update
  after update of started_at, last_activity_at, escalated_at, escalation_status on public.conversations
  for each row when (
    (old.started_at is null) is distinct from (new.started_at is null)
    or old.escalation_status is distinct from new.escalation_status
    or private.hour_of(old.last_activity_at) is distinct from private.hour_of(new.last_activity_at)
    or private.hour_of(old.escalated_at) is distinct from private.hour_of(new.escalated_at)
  )
  execute function private.tg_conversations__tally();

-- Two folds at once are safe: each deletes, and adds up, only the rows it got.
create function private.fold_tallies(p_hours integer default 5000) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  folded integer;
begin
  with due as (
    select distinct t.chatbot_id, t.hour from private.tallies t where not t.is_folded limit p_hours
  ), taken as (
    delete from private.tallies t using due
    where t.chatbot_id = due.chatbot_id and t.hour = due.hour
    returning t.*
  ), kept as (
    insert into private.tallies (chatbot_id, hour, population, open_cases, resolved_cases, is_folded)
    select taken.chatbot_id, taken.hour, sum(population), sum(open_cases), sum(resolved_cases), true
    from taken
    group by taken.chatbot_id, taken.hour
    having sum(population) <> 0 or sum(open_cases) <> 0 or sum(resolved_cases) <> 0
  )
  select count(*) into folded from taken;
  return folded;
end
$$;

create function private.tg_chatbots__forget_tallies() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.tallies t where t.chatbot_id = old.id;
  return null;
end
$$;

create trigger _600_forget_tallies after delete on public.chatbots
  for each row execute function private.tg_chatbots__forget_tallies();

create function private.window_start(days integer) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  if days is null or days not between 1 and 366 then
    perform private.refuse('INVAL', 'The window must be between 1 and 366 days.');
  end if;
  return now() - make_interval(hours => 24 * days);
end
$$;

select cron.schedule('handoff-fold-tallies', '* * * * *', 'select private.fold_tallies()');

revoke execute on function private.tg_conversations__date_resolution, private.hour_of, private.tg_conversations__tally,
  private.fold_tallies, private.tg_chatbots__forget_tallies, private.window_start
  from public, anon, authenticated;
