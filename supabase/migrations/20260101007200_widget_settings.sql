-- What else the widget shows or obeys: the follow-up buttons, the lead form, the office hours and the phrases that ask for
-- a person. Each save replaces the whole list under the lock of the chatbot's settings row.

create function private.lock_settings(p_chatbot_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.require_role(p_chatbot_id, 'admin');
  perform from public.human_support_settings s where s.chatbot_id = p_chatbot_id for update;
end
$$;

create function private.save_followup_buttons(p_chatbot_id uuid, p_buttons jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  button jsonb;
  n bigint;
  kind text;
  label text;
  value text;
  kept public.followup_buttons[] := '{}';
begin
  perform private.lock_settings(p_chatbot_id);
  for button, n in select * from jsonb_array_elements(private.items_in(p_buttons, 'Follow-up buttons', 6)) with ordinality loop
    perform private.require_keys(button, '{id,type,label,value,position,chatbot_id}');
    kind := private.choice_in(button, 'type', null, enum_range(null::public.followup_button_type));
    label := private.words_in(button, 'label', null, 60);
    value := private.words_in(button, 'value', null, 4000, kind = 'message');
    if kind is null or label is null then
      perform private.refuse('INVAL', format('Button %s needs a type and a label.', n));
    elsif kind = 'message' and value is null then
      perform private.refuse('INVAL', format('Button %s needs the message it sends.', n));
    elsif kind = 'link' and (value is null or length(value) > 2000 or value !~* '^https://[^\s<>"\\@/]+\.[^\s<>"\\@/]+(/[^\s<>"\\]*)?$') then
      perform private.refuse('INVAL', format('Button %s needs a link that starts with https://.', n));
    end if;
    kept := kept || row(gen_random_uuid(), p_chatbot_id, kind, label, case when kind <> 'escalate' then value end, n)::public.followup_buttons;
  end loop;
  delete from public.followup_buttons b where b.chatbot_id = p_chatbot_id;
  insert into public.followup_buttons select * from unnest(kept);
  return (
    select coalesce(jsonb_agg(to_jsonb(b) order by b.position), '[]')
    from public.followup_buttons b where b.chatbot_id = p_chatbot_id
  );
end
$$;

create function private.lead_field(p_field jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  key text;
begin
  perform private.require_keys(p_field, '{key,label,is_required}');
  key := p_field ->> 'key';
  if key is null or key !~ '^(name|email|phone|custom_[a-z0-9_]{1,40})$' then
    perform private.refuse('INVAL', 'A field must be name, email, phone, or custom_ and a word of your own.');
  end if;
  if key like 'custom%' and private.words_in(p_field, 'label', null, 80) is null then
    perform private.refuse('INVAL', 'A custom field needs a label.');
  end if;
  return jsonb_build_object('key', key, 'label', private.words_in(p_field, 'label', null, 80),
    'is_required', private.flag_in(p_field, 'is_required', false));
end
$$;

create function private.save_lead_form(p_chatbot_id uuid, p_form jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  f public.lead_forms;
begin
  perform private.lock_settings(p_chatbot_id);
  perform private.require_keys(p_form, '{timing,fields,intro}');
  select * into f from public.lead_forms l where l.chatbot_id = p_chatbot_id;
  f.timing := private.choice_in(p_form, 'timing', f.timing::text, enum_range(null::public.lead_timing));
  f.intro := private.words_in(p_form, 'intro', f.intro, 500, true);
  if p_form ? 'fields' then
    select coalesce(jsonb_agg(private.lead_field(field) order by n), '[]') into f.fields
    from jsonb_array_elements(private.items_in(p_form -> 'fields', 'Fields', 10)) with ordinality typed (field, n);
  end if;
  if (select count(*) <> count(distinct field ->> 'key') from jsonb_array_elements(f.fields) field) then
    perform private.refuse('INVAL', 'Each field can be asked for once.');
  elsif f.timing <> 'off' and f.fields = '[]' then
    perform private.refuse('INVAL', 'A form needs at least one field.');
  end if;
  update public.lead_forms l set timing = f.timing, fields = f.fields, intro = f.intro
  where l.chatbot_id = p_chatbot_id returning * into f;
  return to_jsonb(f);
end
$$;

create function private.save_replies(p_chatbot_id uuid, p_settings jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  minutes jsonb := p_settings -> 'reply_mail_wait_minutes';
begin
  perform private.lock_settings(p_chatbot_id);
  perform private.require_keys(p_settings, '{reply_mail_enabled,reply_mail_wait_minutes}');
  if minutes is not null and not (jsonb_typeof(minutes) = 'number' and minutes #>> '{}' ~ '^([0-9]|[1-5][0-9]|60)$') then
    perform private.refuse('INVAL', 'Wait between 0 and 60 minutes.');
  end if;
  update public.human_support_settings s set
    reply_mail_enabled = private.flag_in(p_settings, 'reply_mail_enabled', s.reply_mail_enabled),
    reply_mail_wait_minutes = coalesce((minutes #>> '{}')::integer, s.reply_mail_wait_minutes)
  where s.chatbot_id = p_chatbot_id;
  return (
    select jsonb_build_object('reply_mail_enabled', s.reply_mail_enabled, 'reply_mail_wait_minutes', s.reply_mail_wait_minutes)
    from public.human_support_settings s where s.chatbot_id = p_chatbot_id);
end
$$;

create function private.require_shifts(p_weekly jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  shift jsonb;
begin
  perform private.require_keys(p_weekly, '{1,2,3,4,5,6,7}');
  if exists (select from jsonb_each(p_weekly) d (day, shifts)
    where jsonb_typeof(shifts) <> 'array' or jsonb_array_length(shifts) > 4) then
    perform private.refuse('INVAL', 'Each day can have at most four periods.');
  end if;
  for shift in select jsonb_array_elements(shifts) from jsonb_each(p_weekly) d (day, shifts) loop
    if jsonb_typeof(shift) <> 'array' or jsonb_array_length(shift) <> 2
      or coalesce(shift ->> 0, '') !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
      or coalesce(shift ->> 1, '') !~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'
      or (shift ->> 0) = (shift ->> 1)
    then
      perform private.refuse('INVAL', 'Hours need two different times, such as 09:00 and 17:00. If the end is before the start, they run past midnight.');
    end if;
  end loop;
  return p_weekly;
end
$$;

create function private.hours_in(p_chatbot_id uuid, p_hours jsonb) returns public.office_hours
language plpgsql stable set search_path = '' as $$
declare
  h public.office_hours;
begin
  perform private.require_keys(p_hours, '{is_enabled,time_zone,weekly,holidays}');
  select * into h from public.office_hours o where o.chatbot_id = p_chatbot_id;
  h.is_enabled := private.flag_in(p_hours, 'is_enabled', h.is_enabled);
  h.time_zone := private.words_in(p_hours, 'time_zone', h.time_zone, 60);
  perform private.require_time_zone(h.time_zone);
  if p_hours ? 'weekly' then
    h.weekly := private.require_shifts(p_hours -> 'weekly');
  end if;
  if p_hours ? 'holidays' then
    select coalesce(array_agg(distinct day::date order by day::date), '{}') into h.holidays
    from jsonb_array_elements_text(private.items_in(p_hours -> 'holidays', 'Holidays', 400)) day;
  end if;
  return h;
exception
  when datetime_field_overflow or invalid_datetime_format then
    perform private.refuse('INVAL', 'Holidays must be dates such as 2026-12-25.');
end
$$;

create function private.save_office_hours(p_chatbot_id uuid, p_hours jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  h public.office_hours;
begin
  perform private.lock_settings(p_chatbot_id);
  h := private.hours_in(p_chatbot_id, p_hours);
  update public.office_hours o set is_enabled = h.is_enabled, time_zone = h.time_zone, weekly = h.weekly, holidays = h.holidays
  where o.chatbot_id = p_chatbot_id returning * into h;
  return to_jsonb(h);
end
$$;

-- Whoever writes hours by day wants to read what the night says. Stretches that meet or overlap end together; hours that
-- never end within sixty days have no such moment.
create function private.preview_office_hours(p_chatbot_id uuid, p_hours jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  b public.chatbots;
  h public.office_hours;
  present jsonb;
  away jsonb;
  away_at timestamptz := now();
begin
  perform private.require_role(p_chatbot_id, 'admin');
  select * into b from public.chatbots c where c.id = p_chatbot_id;
  h := private.hours_in(p_chatbot_id, p_hours);
  present := private.person_available(b, h, now());
  if h.is_enabled and exists (
    select from private.openings(h, now()) o where now() >= o.begins_at and now() < o.ends_at
  ) then
    select min(o.ends_at) into away_at from private.openings(h, now()) o
    where o.ends_at > now() and not exists (
      select from private.openings(h, now()) n where n.begins_at <= o.ends_at and n.ends_at > o.ends_at);
    away := private.person_available(b, h, away_at);
  elsif h.is_enabled then
    away := present;
  end if;
  if away is null or (away ->> 'is_available')::boolean then
    away := null;
    away_at := null;
  end if;
  return jsonb_build_object('now', present, 'away', away, 'away_at_local', private.wall_time(away_at, h.time_zone));
end
$$;

create function private.save_intent_phrases(p_chatbot_id uuid, p_language text, p_phrases text[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_settings(p_chatbot_id);
  if p_language is null or p_language !~ '^[a-z]{2,3}$' then
    perform private.refuse('INVAL', 'The language must be a two-letter code such as en.');
  elsif cardinality(p_phrases) > 200 then
    perform private.refuse('INVAL', 'At most 200 phrases per language.');
  end if;
  delete from public.intent_phrases p where p.chatbot_id = p_chatbot_id and p.language = p_language;
  insert into public.intent_phrases (chatbot_id, language, phrase)
  select distinct on (private.plain(phrase)) p_chatbot_id, p_language, phrase
  from unnest(p_phrases) typed (words)
  cross join lateral private.clean_words(typed.words, 'Phrase', 200) phrase
  where private.plain(phrase) <> '';
  return (
    select coalesce(jsonb_agg(p.phrase order by p.phrase), '[]')
    from public.intent_phrases p where p.chatbot_id = p_chatbot_id and p.language = p_language
  );
end
$$;

create function private.try_intent_phrases(p_chatbot_id uuid, p_language text, p_phrases text[], p_said text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  heard text;
begin
  perform private.require_role(p_chatbot_id, 'admin');
  if not exists (select from private.languages l where l.code = p_language) then
    perform private.refuse('INVAL', 'The language must be a two-letter code such as en.');
  elsif cardinality(p_phrases) > 200 then
    perform private.refuse('INVAL', 'At most 200 phrases per language.');
  elsif coalesce(length(p_said), 0) not between 1 and 4000 then
    perform private.refuse('TXTLN', 'The text must be between 1 and 4,000 characters.');
  end if;
  select private.heard_phrase(p_chatbot_id, p_said, p_language, coalesce(array_agg(phrase), '{}')) into heard
  from unnest(p_phrases) typed (words) cross join lateral private.clean_words(typed.words, 'Phrase', 200) phrase;
  return jsonb_build_object('phrase', heard,
    'mode', (select s.intent_mode from public.human_support_settings s where s.chatbot_id = p_chatbot_id),
    'offer', (select l.can_connect from private.languages l where l.code = p_language));
end
$$;

create function public.save_followup_buttons(chatbot_id uuid, buttons jsonb) returns jsonb
language sql set search_path = '' as $$ select private.save_followup_buttons($1, $2) $$;
comment on function public.save_followup_buttons is 'Replaces the follow-up buttons, at most six, in the order given.';
create function public.save_lead_form(chatbot_id uuid, form jsonb) returns jsonb
language sql set search_path = '' as $$ select private.save_lead_form($1, $2) $$;
comment on function public.save_lead_form is 'Saves when the widget asks for contact details, and which.';
create function public.save_replies(chatbot_id uuid, settings jsonb) returns jsonb
language sql set search_path = '' as $$ select private.save_replies($1, $2) $$;
comment on function public.save_replies is 'Saves whether and after how many minutes unread replies are mailed. An absent key stays.';
create function public.save_office_hours(chatbot_id uuid, hours jsonb) returns jsonb
language sql set search_path = '' as $$ select private.save_office_hours($1, $2) $$;
comment on function public.save_office_hours is 'Saves when people answer.';
create function public.save_intent_phrases(chatbot_id uuid, language text, phrases text[]) returns jsonb
language sql set search_path = '' as $$ select private.save_intent_phrases($1, $2, $3) $$;
comment on function public.save_intent_phrases is
  'Replaces a chatbot''s own phrases in one language; with none left the built-in list counts again.';
create function public.preview_office_hours(chatbot_id uuid, hours jsonb) returns jsonb
language sql stable set search_path = '' as $$ select private.preview_office_hours($1, $2) $$;
comment on function public.preview_office_hours is
  'What a visitor would read by hours that are not saved: now, and at the next moment when nobody is there.';
create function public.try_intent_phrases(chatbot_id uuid, language text, phrases text[], said text) returns jsonb
language sql stable set search_path = '' as $$ select private.try_intent_phrases($1, $2, $3, $4) $$;
comment on function public.try_intent_phrases is
  'Which phrase a sentence would be heard by, with phrases of one language that are not saved.';

revoke execute on function private.lock_settings, private.save_followup_buttons, private.lead_field,
  private.save_lead_form, private.save_replies, private.require_shifts, private.hours_in, private.save_office_hours,
  private.preview_office_hours, private.save_intent_phrases, private.try_intent_phrases,
  public.save_followup_buttons, public.save_lead_form, public.save_replies, public.save_office_hours, public.preview_office_hours,
  public.save_intent_phrases, public.try_intent_phrases
  from public, anon, authenticated;
grant execute on function private.save_followup_buttons, private.save_lead_form, private.save_replies, private.save_office_hours,
  private.preview_office_hours, private.save_intent_phrases, private.try_intent_phrases,
  public.save_followup_buttons, public.save_lead_form, public.save_replies, public.save_office_hours, public.preview_office_hours,
  public.save_intent_phrases, public.try_intent_phrases to authenticated;
