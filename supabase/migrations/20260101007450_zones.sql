-- In which zone somebody reads times, and how its clocks go. The dashboard is given a zone's clock changes with the page, so that a
-- list, a print and a chart show the hour of the mails and files, which are written here; nothing it shows may come from the time
-- zones of the server's runtime or of the browser, which differ. The zones to choose from are the database's, too. For administrators: the
-- zones that are in use at all.

create function private.zone_with_changes(zone text, since timestamptz, until timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('name', zone, 'changes', private.clock_changes(zone, since, until))
$$;

create function private.my_zone(p_device_time_zone text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  me uuid := private.require_sign_in();
  zone text := p_device_time_zone;
begin
  if not private.is_time_zone(zone) then
    select p.time_zone into zone from public.profiles p where p.user_id = me;
  end if;
  return private.zone_with_changes(coalesce(zone, 'UTC'), date_bin('1 day', now() - interval '10 years', 'epoch'),
    date_bin('1 day', now() + interval '2 years', 'epoch'));
end
$$;

create function private.zones_in_use(p_device_time_zone text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  me uuid := private.require_sign_in();
  mine uuid[] := array(select m.chatbot_id from public.chatbot_members m where m.user_id = me);
  since timestamptz := date_bin('1 day', now(), 'epoch');
begin
  return (
    select jsonb_agg(
      private.zone_with_changes(z.name, since, since + interval '8784 hours') || jsonb_build_object('used_for', z.used_for)
      order by z.name)
    from (
      select u.name, array_agg(distinct u.used_for order by u.used_for) as used_for
      from (
        select p_device_time_zone as name, 'device' as used_for where private.is_time_zone(p_device_time_zone)
        union all
        select p.time_zone, 'mail' from public.profiles p
        where p.user_id = me or p.user_id in (select m.user_id from public.chatbot_members m where m.chatbot_id = any (mine))
        union all
        select h.time_zone, 'office_hours' from public.office_hours h where h.is_enabled and h.chatbot_id = any (mine)
      ) as u
      group by u.name
    ) as z
  );
end
$$;

-- Regions alone: what stands for an offset (Etc/GMT+5) or for a state (US/Pacific, Brazil/East) is taken where it was chosen before, and
-- offered to nobody. One query of the view reads every zone's file.
create function private.time_zones() returns text[]
language sql stable set search_path = '' as $$
  select array_prepend('UTC', array_agg(z.name order by z.name)) from pg_catalog.pg_timezone_names z
  where z.name ~ '^(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/'
$$;

create function public.my_zone(device_time_zone text default null) returns jsonb
language sql stable set search_path = '' as $$ select private.my_zone($1) $$;
comment on function public.my_zone is
  'The zone in which one reads times, {name, changes}: the device''s where it is known here, else that of the account. The changes of
its clocks are of the ten years past and the two to come, each [seconds since 1970, seconds ahead of UTC].';
create function public.zones_in_use(device_time_zone text default null) returns jsonb
language sql stable set search_path = '' as $$ select private.zones_in_use($1) $$;
comment on function public.zones_in_use is
  'The zones of this device, of the mail of one''s teams and of their office hours: [{name, used_for, changes}, …] for 366 days from the
beginning of today in UTC.';
create function public.time_zones() returns text[]
language sql stable set search_path = '' as $$ select private.time_zones() $$;
comment on function public.time_zones is 'The time zones that an account or office hours can have: UTC, then the regions by name.';

revoke execute on function private.zone_with_changes, private.my_zone, private.zones_in_use, private.time_zones, public.my_zone,
  public.zones_in_use, public.time_zones from public, anon, authenticated;
grant execute on function private.my_zone, private.zones_in_use, private.time_zones, public.my_zone, public.zones_in_use,
  public.time_zones to authenticated;
