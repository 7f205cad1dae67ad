-- What follows from saving settings: open widgets and dashboards hear of it once per save, however many tables it touched,
-- and the rules about recipients hold for whoever writes them.

create function private.announce_settings(chatbot_id uuid) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  told text := coalesce(current_setting('handoff.told_settings', true), '');
  new_version bigint;
begin
  if position(chatbot_id::text in told) > 0 then
    return;
  end if;
  perform set_config('handoff.told_settings', told || ' ' || chatbot_id, true);
  update public.human_support_settings s set version = s.version + 1
  where s.chatbot_id = announce_settings.chatbot_id
  returning s.version into new_version;
  perform private.notify(chatbot_id, 'settings.changed', jsonb_build_object('version', new_version));
  perform private.hint('widget:' || chatbot_id, 'settings.changed', jsonb_build_object('version', new_version));
end $$;
comment on function private.announce_settings is 'Raises the settings'' version and tells widgets and dashboards, once per transaction.';

create function private.tg__announce_settings() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform private.announce_settings(case
    when tg_op = 'DELETE' then old.chatbot_id
    else new.chatbot_id end);
  return null;
end $$;
comment on function private.tg__announce_settings is 'For tables with a chatbot_id.';

create function private.tg_chatbots__announce_settings() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform private.announce_settings(new.id);
  return null;
end $$;
comment on function private.tg_chatbots__announce_settings is 'For the appearance, which stands on the chatbot itself.';

create trigger _500_announce_settings after update of name, greeting, accent_color, position, allowed_origins,
  page_parameters, language, contact_text on public.chatbots
  for each row execute function private.tg_chatbots__announce_settings();
-- The version itself is written by the announcement; that is not news.
create trigger _500_announce_settings after update on public.human_support_settings
  for each row when (old.version = new.version) execute function private.tg__announce_settings();
create trigger _500_announce_settings after insert or update or delete on public.escalation_recipients
  for each row execute function private.tg__announce_settings();
create trigger _500_announce_settings after insert or delete or update of name, settings, is_enabled on public.alert_channels
  for each row execute function private.tg__announce_settings();
create trigger _500_announce_settings after insert or update or delete on public.alert_rungs
  for each row execute function private.tg__announce_settings();
create trigger _500_announce_settings after insert or update or delete on public.followup_buttons
  for each row execute function private.tg__announce_settings();
create trigger _500_announce_settings after update on public.lead_forms
  for each row execute function private.tg__announce_settings();
create trigger _500_announce_settings after update on public.office_hours
  for each row execute function private.tg__announce_settings();
create trigger _500_announce_settings after update on public.bots
  for each row execute function private.tg__announce_settings();

create trigger _100_set_updated_at before update on public.lead_forms
  for each row execute function private.tg__set_updated_at();
create trigger _100_set_updated_at before update on public.office_hours
  for each row execute function private.tg__set_updated_at();
create trigger _100_set_updated_at before update on public.bots
  for each row execute function private.tg__set_updated_at();
create trigger _100_set_updated_at before update on public.answers
  for each row execute function private.tg__set_updated_at();
create trigger _100_set_updated_at before update on public.canned_replies
  for each row execute function private.tg__set_updated_at();
create trigger _100_set_updated_at before update on public.webhook_endpoints
  for each row execute function private.tg__set_updated_at();
create trigger _100_set_updated_at before update on public.leads
  for each row execute function private.tg__set_updated_at();
create trigger _100_set_updated_at before update of name, settings, secret_id, is_enabled on public.alert_channels
  for each row execute function private.tg__set_updated_at();
-- A new version is written beside the settings it belongs to.
create trigger _100_set_updated_at before update on public.human_support_settings
  for each row execute function private.tg__set_updated_at();

-- The owner is always told, so the owner's address is quietly left out. The settings row is the lock under which ten is
-- counted: two people saving at once cannot make eleven.
create function private.tg_escalation_recipients__check() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  owner_email text;
begin
  new.email := btrim(new.email, E' \t\r\n');
  if not private.is_email(new.email) then
    perform private.refuse('RCPTA', format('“%s” isn’t a valid e-mail address.', left(new.email, 100)), left(new.email, 300));
  end if;
  perform from public.human_support_settings s where s.chatbot_id = new.chatbot_id for update;
  select lower(p.email) into owner_email
  from public.chatbots c join public.profiles p on p.user_id = c.owner_id where c.id = new.chatbot_id;
  if lower(new.email) = owner_email then
    return null;
  end if;
  if (select count(*) from public.escalation_recipients r
      where r.chatbot_id = new.chatbot_id and r.id <> new.id
        and lower(r.email) not in (owner_email, lower(new.email))) >= 10 then
    perform private.refuse('RCPTM', 'You can add up to 10 addresses besides the owner.');
  end if;
  return new;
end $$;
comment on function private.tg_escalation_recipients__check is 'A real address, not the owner''s, and at most ten of them.';
create trigger _200_check before insert or update on public.escalation_recipients
  for each row execute function private.tg_escalation_recipients__check();

create function private.tg_followup_buttons__check() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform from public.human_support_settings s where s.chatbot_id = new.chatbot_id for update;
  if (select count(*) from public.followup_buttons b where b.chatbot_id = new.chatbot_id and b.id <> new.id) >= 6 then
    perform private.refuse('INVAL', 'At most 6 follow-up buttons can be shown.');
  end if;
  return new;
end $$;
comment on function private.tg_followup_buttons__check is 'At most six buttons, counted under the settings'' lock.';
create trigger _200_check before insert on public.followup_buttons
  for each row execute function private.tg_followup_buttons__check();

create function private.tg_webhook_endpoints__forget_secret() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  delete from vault.secrets s where s.id in (old.secret_id, old.previous_secret_id);
  return null;
end $$;
comment on function private.tg_webhook_endpoints__forget_secret is 'A deleted endpoint leaves no secret behind.';
create trigger _600_forget_secret after delete on public.webhook_endpoints
  for each row execute function private.tg_webhook_endpoints__forget_secret();

create function private.tg_bots__forget_secret() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  delete from vault.secrets s where s.id = old.api_key_secret_id;
  return null;
end $$;
comment on function private.tg_bots__forget_secret is 'A replaced or deleted key leaves Vault, too.';
create trigger _600_forget_secret after delete on public.bots
  for each row execute function private.tg_bots__forget_secret();
create trigger _600_forget_replaced_secret after update of api_key_secret_id on public.bots
  for each row when (old.api_key_secret_id is distinct from new.api_key_secret_id)
  execute function private.tg_bots__forget_secret();

create function private.tg_alert_channels__forget_secret() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  delete from vault.secrets s where s.id = old.secret_id;
  return null;
end $$;
comment on function private.tg_alert_channels__forget_secret is 'A removed channel leaves no secret behind, and a new secret none before it.';
create trigger _600_forget_secret after delete on public.alert_channels
  for each row execute function private.tg_alert_channels__forget_secret();
create trigger _600_forget_replaced_secret after update of secret_id on public.alert_channels
  for each row when (old.secret_id <> new.secret_id) execute function private.tg_alert_channels__forget_secret();

-- What waits for a device that goes says so at once. With its person gone, nobody is told instead.
create function private.tg_push_devices__set_aside() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  update public.deliveries d set status = 'skipped', summary_id = null, next_attempt_at = null, finished_at = now(),
    reason = case when exists (select from public.profiles p where p.user_id = old.user_id) then 'device_removed' else 'left_team' end
  where d.id in (
    select x.id from public.deliveries x where x.lane = old.id and x.status = 'queued' and x.lease_token is null
    for no key update skip locked);
  return null;
end $$;
comment on function private.tg_push_devices__set_aside is 'Skips what waits for a device that is removed.';
create trigger _600_set_aside after delete on public.push_devices
  for each row execute function private.tg_push_devices__set_aside();

-- Nobody waits for a channel that is paused or removed: what was to be told there says so at once.
create function private.set_aside_channel(channel_id uuid, reason text) returns void
  language sql security definer set search_path = '' as $$
  update public.deliveries d set status = 'skipped', reason = set_aside_channel.reason, summary_id = null, next_attempt_at = null, finished_at = now()
  where d.id in (
    select x.id from public.deliveries x
    where x.lane = set_aside_channel.channel_id and x.status = 'queued' and x.lease_token is null and x.purpose <> 'test'
    for no key update skip locked)
$$;
comment on function private.set_aside_channel is 'Skips what waits for a channel, with the reason.';

create function private.tg_alert_channels__hand_rungs_on() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  -- Not when the whole chatbot goes.
  if exists (select from public.chatbots b where b.id = old.chatbot_id) then
    perform private.set_aside_channel(old.id, 'channel_removed');
  end if;
  update public.alert_rungs r set target = 'owner', channel_id = null
  where r.chatbot_id = old.chatbot_id and r.channel_id = old.id;
  return old;
end $$;
comment on function private.tg_alert_channels__hand_rungs_on is 'What was to be told to a channel that is removed is told to the owner.';
create trigger _100_hand_rungs_on before delete on public.alert_channels
  for each row execute function private.tg_alert_channels__hand_rungs_on();

create function private.tg_alert_channels__check() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform from public.human_support_settings s where s.chatbot_id = new.chatbot_id for update;
  if (select count(*) from public.alert_channels c where c.chatbot_id = new.chatbot_id) >= 20 then
    perform private.refuse('CONFL', 'A chatbot can have at most 20 channels.');
  end if;
  return new;
end $$;
comment on function private.tg_alert_channels__check is 'At most twenty channels, counted under the settings'' lock.';
create trigger _200_check before insert on public.alert_channels
  for each row execute function private.tg_alert_channels__check();
