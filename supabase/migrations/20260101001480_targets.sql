-- Targets: how soon a request for a person is to have its first reply, and to be resolved. The due times are written down when the visitor
-- asks, by every minute or by the minutes of office hours alone, and stand still once what they are for has happened; until then
-- they follow the settings. What became of them is said once, in `private.target_outcome`; the strip, the list, the charts and the
-- files all ask for that. A first reply is one that was sent: a visitor who has left does not make the team late.

alter table public.human_support_settings
  add column first_reply_minutes integer check (first_reply_minutes between 1 and 43200),
  add column resolve_minutes integer check (resolve_minutes between 1 and 43200),
  add column target_clock public.alert_clock not null default 'always';
comment on column public.human_support_settings.first_reply_minutes is
  'Within how many minutes of the request a person is to have replied; null for no target.';
comment on column public.human_support_settings.resolve_minutes is
  'Within how many minutes of the request it is to be resolved; null for no target.';
comment on column public.human_support_settings.target_clock is 'Which minutes the targets count: all of them, or those of office hours alone.';

alter table public.escalations
  add column is_superseded boolean not null default false,
  add column first_reply_due_at timestamptz,
  add column first_reply_warn_at timestamptz,
  add column resolve_due_at timestamptz,
  add column resolve_warn_at timestamptz,
  add column due_at timestamptz generated always as (
    case when status = 'open' then
      least(case when first_replied_at is null then first_reply_due_at end, resolve_due_at) end) stored,
  add column missed_at timestamptz generated always as (
    least(
      case when coalesce(least(first_replied_at, resolved_at), 'infinity') > first_reply_due_at then first_reply_due_at end,
      case when coalesce(resolved_at, 'infinity') > resolve_due_at then resolve_due_at end)) stored,
  add column due_order_at timestamptz generated always as (
    coalesce(
      case when status = 'open' then
        least(case when first_replied_at is null then first_reply_due_at end, resolve_due_at) end,
      (escalated_at at time zone 'UTC' + interval '1000 years') at time zone 'UTC')) stored;
comment on column public.escalations.is_superseded is 'Whether the visitor has asked again since: a conversation counts by its latest episode.';
comment on column public.escalations.first_reply_due_at is 'By when the first reply is to be sent, or the case resolved; null without that target.';
comment on column public.escalations.first_reply_warn_at is 'When three quarters of that time have gone by.';
comment on column public.escalations.resolve_due_at is 'By when it is to be resolved; null without that target.';
comment on column public.escalations.resolve_warn_at is 'When three quarters of that time have gone by.';
comment on column public.escalations.due_at is 'What is due next in an open episode; null when nothing is.';
comment on column public.escalations.missed_at is
  'When it missed a target, or will if nothing happens before; null when none can be missed any more.';
comment on column public.escalations.due_order_at is
  'The order of what is due next: a thousand years later where nothing is, so that those come after all others, longest waiting first.';

create index escalations_due_idx on public.escalations (chatbot_id, due_order_at, conversation_id) include (escalated_at)
  where status = 'open';
create index escalations_targeted_idx on public.escalations (chatbot_id, escalated_at) include (missed_at)
  where not is_superseded and (first_reply_due_at is not null or resolve_due_at is not null);
create index escalations_unseen_idx on public.escalations (chatbot_id, escalated_at) where seen_at is null and not is_superseded;

create function private.tg_escalations__supersede() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  update public.escalations e set is_superseded = true
  where e.conversation_id = new.conversation_id and e.number = new.number - 1;
  return null;
end $$;
comment on function private.tg_escalations__supersede is 'The episode before a new one no longer says how its conversation stands.';
create trigger _610_supersede after insert on public.escalations
  for each row when (new.number > 1) execute function private.tg_escalations__supersede();

create function private.target_outcome(e public.escalations) returns text
  language plpgsql stable parallel safe set search_path = '' as $$
begin
  return case
    when e.first_reply_due_at is null and e.resolve_due_at is null then null
    when e.missed_at < now() then 'missed'
    when e.missed_at is null then 'within'
    else 'due' end;
end $$;
comment on function private.target_outcome is
  'Whether an episode is within its targets: within when all were met, missed when one was not, due while that is open; null without targets.';

create function private.target_time(minutes integer, share numeric, clock public.alert_clock, h public.office_hours, since timestamptz)
  returns timestamptz
  language plpgsql stable set search_path = '' as $$
declare
  wait interval := make_interval(secs => round(minutes * 60 * share)::double precision);
begin
  return case when minutes is null then null when clock = 'always' then since + wait else private.office_time_after(h, since, wait) end;
end $$;
comment on function private.target_time is 'When this share of a target''s minutes has gone by since a moment; null without a target.';

create function private.due_times(s public.human_support_settings, h public.office_hours, since timestamptz)
  returns table (first_reply_due_at timestamptz, first_reply_warn_at timestamptz, resolve_due_at timestamptz, resolve_warn_at timestamptz)
  language sql stable rows 1 set search_path = '' as $$
  select private.target_time(s.first_reply_minutes, 1, s.target_clock, h, since),
    private.target_time(s.first_reply_minutes, 0.75, s.target_clock, h, since),
    private.target_time(s.resolve_minutes, 1, s.target_clock, h, since),
    private.target_time(s.resolve_minutes, 0.75, s.target_clock, h, since)
$$;
comment on function private.due_times is 'The due times of somebody who asks at a moment.';

create function private.tg_escalations__set_due_times() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  select d.first_reply_due_at, d.first_reply_warn_at, d.resolve_due_at, d.resolve_warn_at
  into new.first_reply_due_at, new.first_reply_warn_at, new.resolve_due_at, new.resolve_warn_at
  from public.human_support_settings s
  join public.office_hours h on h.chatbot_id = s.chatbot_id
  cross join lateral private.due_times(s, h, new.escalated_at) d
  where s.chatbot_id = new.chatbot_id and (s.first_reply_minutes is not null or s.resolve_minutes is not null);
  return new;
end $$;
comment on function private.tg_escalations__set_due_times is 'Writes down by when somebody who asks is to be answered and helped.';
create trigger _150_set_due_times before insert on public.escalations
  for each row execute function private.tg_escalations__set_due_times();

-- Whoever saves targets or hours sees the newest hundred open cases follow at once: counting office hours takes a millisecond or two for each
-- time. The clock takes all of them, a thousand a minute, and with them those that were just being asked.
create table private.redatings (
  chatbot_id uuid primary key references public.chatbots (id) on delete cascade,
  before_at timestamptz not null default 'infinity',
  before_id uuid not null default 'ffffffff-ffff-ffff-ffff-ffffffffffff'
);
comment on table private.redatings is 'Chatbots whose open cases are to have new due times, newest first, and how far that is.';
alter table private.redatings enable row level security;
revoke all on private.redatings from public, anon, authenticated;

create function private.redate(
  p_chatbot_id uuid, p_max_rows integer, inout p_before_at timestamptz, inout p_before_id uuid, out looked_at integer
)
  language plpgsql security definer set search_path = '' as $$
declare
  ids uuid[];
begin
  select array_agg(c.escalation_id), count(*), min(c.escalated_at), (array_agg(c.id order by c.escalated_at, c.id))[1]
  into ids, looked_at, p_before_at, p_before_id
  from (
    select x.id, x.escalation_id, x.escalated_at from public.conversations x
    where x.chatbot_id = p_chatbot_id and x.escalation_id is not null and x.escalation_status = 'open'
      and (x.escalated_at, x.id) < (p_before_at, p_before_id)
    order by x.escalated_at desc, x.id desc limit p_max_rows
  ) c;
  -- Somebody at work on a case holds it; the next round has it.
  with held as (
    select e.id, e.first_replied_at is null as is_unanswered, e.escalated_at from public.escalations e
    where e.id = any (ids) and e.status = 'open' for no key update skip locked
  )
  update public.escalations e set
    first_reply_due_at = case when o.is_unanswered then d.first_reply_due_at else e.first_reply_due_at end,
    first_reply_warn_at = case when o.is_unanswered then d.first_reply_warn_at else e.first_reply_warn_at end,
    resolve_due_at = d.resolve_due_at, resolve_warn_at = d.resolve_warn_at
  from held o
  cross join (
    select s, h from public.human_support_settings s join public.office_hours h on h.chatbot_id = s.chatbot_id where s.chatbot_id = p_chatbot_id
  ) g
  cross join lateral private.due_times(g.s, g.h, o.escalated_at) d
  where e.id = o.id and (
    o.is_unanswered and (e.first_reply_due_at, e.first_reply_warn_at) is distinct from (d.first_reply_due_at, d.first_reply_warn_at)
    or (e.resolve_due_at, e.resolve_warn_at) is distinct from (d.resolve_due_at, d.resolve_warn_at));
end $$;
comment on function private.redate is 'Gives so many open cases the due times of today''s settings, newest first; returns how far it came.';

create function private.redate_all() returns void
  language plpgsql security definer set search_path = '' as $$
declare
  r private.redatings;
  step record;
begin
  for r in select * from private.redatings for update skip locked loop
    select * into step from private.redate(r.chatbot_id, 1000, r.before_at, r.before_id);
    if step.looked_at < 1000 then
      delete from private.redatings q where q.chatbot_id = r.chatbot_id;
    else
      update private.redatings q set before_at = step.p_before_at, before_id = step.p_before_id where q.chatbot_id = r.chatbot_id;
    end if;
  end loop;
end $$;
comment on function private.redate_all is 'Goes on with the new due times of every chatbot that waits for them.';

create function private.tg__redate() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  if tg_table_name = 'office_hours' and not exists (
    select from public.human_support_settings s
    where s.chatbot_id = new.chatbot_id and s.target_clock = 'office_hours'
      and (s.first_reply_minutes is not null or s.resolve_minutes is not null)) then
    return null;
  end if;
  insert into private.redatings (chatbot_id) values (new.chatbot_id)
  on conflict (chatbot_id) do update set before_at = default, before_id = default;
  perform private.redate(new.chatbot_id, 100, 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  return null;
end $$;
comment on function private.tg__redate is 'New targets, or hours that they are counted by, hold for the open cases, too.';
create trigger _600_redate after update on public.human_support_settings
  for each row when ((old.first_reply_minutes, old.resolve_minutes, old.target_clock)
    is distinct from (new.first_reply_minutes, new.resolve_minutes, new.target_clock))
  execute function private.tg__redate();
create trigger _600_redate after update on public.office_hours
  for each row when ((old.is_enabled, old.time_zone, old.weekly, old.holidays)
    is distinct from (new.is_enabled, new.time_zone, new.weekly, new.holidays))
  execute function private.tg__redate();

select cron.schedule('handoff-redate', '* * * * *', 'select private.redate_all()');

revoke execute on function private.target_outcome, private.target_time, private.due_times, private.tg_escalations__set_due_times,
  private.tg_escalations__supersede, private.redate, private.redate_all, private.tg__redate
  from public, anon, authenticated;
