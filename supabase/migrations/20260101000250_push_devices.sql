-- The devices on which people want to be notified: what a browser's push service gave it (RFC 8030), and the keys with which only that
-- browser can read what it is sent (RFC 8291). A device is its person's, whatever teams they are on. Its address is as good as a secret:
-- it goes in, and out to the sender alone.

create table public.push_devices (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (user_id) on delete cascade,
  endpoint text not null unique check (length(endpoint) <= 2000),
  p256dh text not null check (p256dh ~ '^B[A-Za-z0-9_-]{86}$'),
  auth text not null check (auth ~ '^[A-Za-z0-9_-]{22}$'),
  label text not null check (length(btrim(label)) between 1 and 80),
  created_at timestamptz not null default now(),
  last_told_at timestamptz,
  failing_since timestamptz,
  last_failure text
);
comment on table public.push_devices is 'A browser in which somebody is notified. Its address and keys are read by the sender alone.';
comment on column public.push_devices.p256dh is 'The browser''s public key: an uncompressed point of P-256 in base64url.';
comment on column public.push_devices.auth is 'Sixteen bytes in base64url that the browser and we share (RFC 8291, section 3.2).';
comment on column public.push_devices.last_told_at is 'When its push service last took a notification.';
comment on column public.push_devices.failing_since is 'Since when every notification was refused or lost; null while it works.';
create index push_devices_user_id_idx on public.push_devices (user_id, created_at);

create function private.is_quiet(p public.profiles, at timestamptz) returns boolean
  language sql stable set search_path = '' as $$
  select p.quiet_from is not null and exists (
    select from (select at at time zone p.time_zone as wall) as t
    cross join lateral unnest(array[t.wall::date, t.wall::date - 1]) as d (day)
    where extract(isodow from d.day)::smallint = any (p.quiet_days)
      and t.wall >= d.day + p.quiet_from
      and t.wall < d.day + p.quiet_until + case when p.quiet_until <= p.quiet_from then interval '1 day' else interval '0' end)
$$;
comment on function private.is_quiet is 'Whether a moment lies in somebody''s quiet hours, by the clock where they are.';
