-- pg_cron's tables and functions. The jobs run from the embedded stack's scheduler, as the role that scheduled them.

create schema cron;

create sequence cron.jobid_seq;
create table cron.job (
  jobid bigint primary key default nextval('cron.jobid_seq'),
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport int not null default inet_server_port(),
  database text not null default current_database(),
  username text not null default current_user,
  active boolean not null default true,
  jobname text,
  constraint jobname_username_uniq unique (jobname, username)
);
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);

create sequence cron.runid_seq;
create table cron.job_run_details (
  jobid bigint,
  runid bigint primary key default nextval('cron.runid_seq'),
  job_pid int,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);

create function cron._is_schedule(schedule text) returns boolean
language sql immutable set search_path = '' as $$
  select schedule ~ '^\s*([1-9]|[1-5][0-9]) seconds?\s*$'
    or schedule ~* '^\s*([0-9*,/$a-z-]+\s+){4}[0-9*,/$a-z-]+\s*$'
    or schedule ~ '^\s*@(yearly|annually|monthly|weekly|daily|midnight|hourly)\s*$'
$$;

-- The role is passed on because these run with the extension owner's rights: only who may act as it may name it.
create function cron._schedule(job_name text, job_schedule text, job_command text, job_username text) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  scheduled bigint;
begin
  if not pg_catalog.pg_has_role(session_user, job_username, 'member') then
    raise insufficient_privilege using message = 'must be a member of the role that owns the job';
  end if;
  if not cron._is_schedule(job_schedule) then
    raise invalid_parameter_value using message = pg_catalog.format('invalid schedule: %s', job_schedule),
      hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
  end if;
  insert into cron.job as job (jobname, schedule, command, username)
  values (job_name, job_schedule, job_command, job_username)
  on conflict on constraint jobname_username_uniq do update
    set schedule = excluded.schedule, command = excluded.command, active = true
  returning job.jobid into scheduled;
  return scheduled;
end
$$;

create function cron.schedule(schedule text, command text) returns bigint
language sql volatile set search_path = '' as $$
  select cron._schedule(null, schedule, command, current_user)
$$;

create function cron.schedule(job_name text, schedule text, command text) returns bigint
language sql volatile set search_path = '' as $$
  select cron._schedule(job_name, schedule, command, current_user)
$$;

create function cron._unschedule(id bigint, name text, job_username text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  if not pg_catalog.pg_has_role(session_user, job_username, 'member') then
    raise insufficient_privilege using message = 'must be a member of the role that owns the job';
  end if;
  delete from cron.job where username = job_username and (jobid = id or jobname = name);
  if not found then
    raise exception 'could not find valid entry for job ''%''', coalesce(name, id::text);
  end if;
  return true;
end
$$;

create function cron.unschedule(job_id bigint) returns boolean
language sql volatile set search_path = '' as $$
  select cron._unschedule(job_id, null, current_user)
$$;

create function cron.unschedule(job_name text) returns boolean
language sql volatile set search_path = '' as $$
  select cron._unschedule(null, job_name, current_user)
$$;

create function cron._alter_job(
  id bigint, new_schedule text, new_command text, new_active boolean, job_username text
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not pg_catalog.pg_has_role(session_user, job_username, 'member') then
    raise insufficient_privilege using message = 'must be a member of the role that owns the job';
  end if;
  if new_schedule is not null and not cron._is_schedule(new_schedule) then
    raise invalid_parameter_value using message = pg_catalog.format('invalid schedule: %s', new_schedule);
  end if;
  update cron.job set
    schedule = coalesce(new_schedule, schedule),
    command = coalesce(new_command, command),
    active = coalesce(new_active, active)
  where jobid = id and username = job_username;
  if not found then
    raise exception 'Job % does not exist or you don''t own it', id;
  end if;
end
$$;

create function cron.alter_job(
  job_id bigint, schedule text default null, command text default null, database text default null,
  username text default null, active boolean default null
) returns void
language sql volatile set search_path = '' as $$
  select cron._alter_job(job_id, schedule, command, active, current_user)
$$;

revoke all on all functions in schema cron from public;
grant usage on schema cron to postgres;
grant execute on all functions in schema cron to postgres;
grant select on cron.job to postgres;
grant select, insert, update, delete on cron.job_run_details to postgres;
