-- What everything else stands on: the extensions, the closed lists, and the rule that nothing is open to anyone
-- unless a later line opens it. Schema `private` holds whatever the Data API must never see; `public` is what it shows.
-- Nothing here may name a table.

create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_trgm with schema extensions;
create extension if not exists unaccent with schema extensions;
create extension if not exists supabase_vault with schema vault;
create extension if not exists pg_net with schema extensions;
create extension if not exists pg_cron with schema pg_catalog;

create schema if not exists private;
comment on schema private is 'Tables and functions behind the public ones; not exposed by the Data API.';
revoke all on schema private from public, anon;
-- Policies and thin public wrappers call functions in here; each of those is granted by name.
grant usage on schema private to authenticated, service_role;

-- Projects differ in what new objects are granted by default, so both ways are closed: the wide one that every
-- function gets through PUBLIC, and the one Supabase gives its API roles.
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;

create type public.member_role as enum ('owner', 'admin', 'agent');
create type public.message_role as enum ('visitor', 'assistant', 'agent', 'system');
create type public.message_via as enum ('widget', 'api', 'desk', 'mail');
create type public.escalation_trigger as enum ('inline_cta', 'followup_button', 'compact_link', 'intent', 'api', 'mail');
create type public.escalation_status as enum ('open', 'resolved');
create type public.delivery_kind as enum ('email', 'webhook', 'channel', 'push');
create type public.delivery_purpose as enum (
  'alert', 'reminder', 'contact', 'assigned', 'mentioned', 'reply', 'reply_bounced', 'event', 'summary', 'digest', 'notice', 'test', 'invite',
  'acknowledge', 'resolve'
);
create type public.delivery_status as enum (
  'queued', 'sent', 'delivered', 'bounced', 'complained', 'skipped', 'failed'
);
create type public.reply_status as enum (
  'waiting', 'read', 'fetched', 'mailed', 'delivered', 'bounced', 'unreachable'
);
create type public.followup_button_type as enum ('message', 'link', 'escalate');
create type public.intent_mode as enum ('off', 'offer', 'escalate');
create type public.lead_timing as enum ('off', 'before_chat', 'before_escalation', 'after_escalation');
create type public.widget_position as enum ('left', 'right');
create type public.alert_clock as enum ('always', 'office_hours');
create type public.alert_target as enum ('recipients', 'owner', 'member', 'channel');
create type public.alert_means as enum ('both', 'mail', 'push');
create type public.channel_kind as enum (
  'slack', 'teams', 'discord', 'google_chat', 'mattermost', 'telegram', 'ntfy', 'pagerduty'
);
create type public.bot_kind as enum ('built_in', 'openai');

-- Functions that are called all the time are PL/pgSQL, because it keeps its plans for the session: a SQL function that
-- sets a search_path cannot be inlined and is planned anew at every call.

-- One list for the timeline, the realtime notices and the webhooks.
create type public.event_type as enum (
  'conversation.started', 'message.received', 'message.sent', 'lead.captured',
  'conversation.escalated', 'escalation.asked_again', 'escalation.opened',
  'escalation.claimed', 'escalation.released', 'escalation.assigned',
  'reply.sent', 'reply.read', 'reply.fetched', 'reply.unreachable', 'reply.refused', 'note.added',
  'conversation.resolved', 'resolve.undone', 'conversation.reopened', 'conversation.handed_back',
  'conversation.exported',
  'mail.sent', 'mail.delivered', 'mail.bounced', 'mail.complained', 'mail.skipped', 'mail.failed', 'mail.set_aside',
  'webhook.delivered', 'webhook.retried', 'webhook.failed', 'webhook.skipped',
  'channel.sent', 'channel.delivered', 'channel.skipped', 'channel.failed',
  'push.sent', 'push.skipped', 'push.failed',
  'settings.changed', 'member.changed', 'member.removed', 'endpoint.disabled', 'channel.disabled', 'test.sent'
);

-- The one way to say no. The code is the SQLSTATE here, `code` in every answer, and listed in _shared/errors.ts.
create function private.refuse(code text, message text, detail text default null) returns void
  language plpgsql set search_path = '' as $$
begin
  if detail is null then
    raise exception using errcode = code, message = message;
  end if;
  raise exception using errcode = code, message = message, detail = detail;
end $$;
comment on function private.refuse is 'Refuses the call with one of the codes of _shared/errors.ts.';

-- Stricter than RFC 5321 where Postmark is: no quoted local parts, no comments, a domain with a dot and a letter in
-- its last label. Control, format and bidi characters fall out because only ASCII is allowed.
create function private.is_email(address text) returns boolean
  language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return coalesce(
    length(address) <= 254
    and length(split_part(address, '@', 1)) <= 64
    and address ~ ('\A[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+)*'
      || '@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]\Z'),
    false);
end $$;
comment on function private.is_email is 'Whether mail can be addressed to this: one address, no name, no list.';

-- Names of places, and UTC. CET, EST and their kin are zones to one program and fixed offsets to the next, so they are neither here.
create function private.is_time_zone(zone text) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  if zone is null or zone <> 'UTC' and zone !~ '^[A-Za-z_]+(/[A-Za-z0-9_+-]+)+$' then
    return false;
  end if;
  -- Asking the clock is quick; listing all time zones reads hundreds of files.
  perform now() at time zone zone;
  return true;
exception when invalid_parameter_value then
  return false;
end $$;
comment on function private.is_time_zone is 'Whether this names a place whose clock is known here, or UTC.';

-- What the clock on the wall shows there. Every program has a time zone database of its own, and they differ: what is shown to
-- people as local time is computed here, and travels as text, or as the list of a zone's clock changes.
create function private.wall_time(at timestamptz, zone text) returns text
  language plpgsql stable parallel safe set search_path = '' as $$
begin
  return to_char(at at time zone zone, 'YYYY-MM-DD"T"HH24:MI:SS');
end $$;
comment on function private.wall_time is 'The instant by the clock of a zone, without an offset: 2026-04-19T12:23:45.';

-- Weeks are looked through, then the hours of those in which something changed, then the minutes of such an hour, instead of all the
-- minutes of many years. No zone changes its clocks twice within a week; a test asks them all.
create function private.clock_changes(zone text, since timestamptz, until timestamptz) returns jsonb
  language sql stable parallel safe set search_path = '' as $$
  with weeks as (
    select w as at, (w at time zone zone) - (w at time zone 'UTC') as ahead
    from generate_series(date_bin('7 days', since, 'epoch'), until + interval '168 hours', interval '168 hours') as w
  ), changed as (
    select w.at, w.ahead from (select *, lead(ahead) over (order by at) as next_ahead from weeks) as w where w.next_ahead <> w.ahead
  ), changes as (
    select m.at, (m.at at time zone zone) - (m.at at time zone 'UTC') as ahead
    from changed as c
    cross join lateral (
      select h as ends from generate_series(c.at, c.at + interval '168 hours', interval '1 hour') as h
      where (h at time zone zone) - (h at time zone 'UTC') <> c.ahead order by h limit 1
    ) as hour
    cross join lateral (
      select t as at from generate_series(hour.ends - interval '59 minutes', hour.ends, interval '1 minute') as t
      where (t at time zone zone) - (t at time zone 'UTC') <> c.ahead order by t limit 1
    ) as m
    where m.at > since and m.at <= until
    union all
    select since, (since at time zone zone) - (since at time zone 'UTC')
  )
  select jsonb_agg(jsonb_build_array(extract(epoch from at)::bigint, extract(epoch from ahead)::integer) order by at) from changes
$$;
comment on function private.clock_changes is
  'When the clocks of a zone are changed, [[seconds since 1970, seconds ahead of UTC from then on], …]; the first is the beginning.';

create function private.utc_text(at timestamptz) returns text
  language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
end $$;
comment on function private.utc_text is 'The instant as webhooks print it: 2026-04-19T10:23:45Z.';

-- One folding for every index and every question to it, the same in every database: hosted ones have another locale than the
-- embedded one, and lower() follows it. So the rule is named (of UTF-8 alone, the same in all of Postgres 17), and what simple
-- lower case leaves apart is brought together: the sigma at a word's end, the dot that İ leaves behind under ICU, and ß.
create function private.fold(words text) returns text
  language plpgsql immutable strict parallel safe set search_path = '' as $$
begin
  return replace(replace(translate(lower(words collate "pg_c_utf8"), 'ς', 'σ'), E'i\u0307', 'i'), 'ß', 'ss');
end $$;
comment on function private.fold is 'The text as it is compared wherever case does not count: Straße is STRASSE, ΚΩΔΙΚΟΣ is κωδικος, İade is iade.';

-- Words compare without case, accents and punctuation; the vowel signs of Devanagari are neither. unaccent() is only STABLE
-- because its dictionary could be replaced; naming the dictionary makes the promise IMMUTABLE needs, so that indexes may use it.
create function private.plain(words text) returns text
  language sql immutable parallel safe set search_path = '' as $$
  select btrim(regexp_replace(
    extensions.unaccent('extensions.unaccent', private.fold(words)) collate "pg_c_utf8", '[^[:alnum:]\u0900-\u0963\u0966-\u097f]+', ' ', 'g'))
$$;
comment on function private.plain is 'The text in lower case, without accents and punctuation, words one space apart.';

create function private.tg__set_updated_at() returns trigger
  language plpgsql set search_path = '' as $$
begin
  new.updated_at = now();
  return new;
end $$;
comment on function private.tg__set_updated_at is 'Stamps a row whenever it changes.';
