-- Embed → Human Support and Appearance: what the owner and the admins save. Each save is one transaction under the lock of the
-- chatbot's settings row, so that two people saving at once end with one of the two states, and a refusal leaves no half.

alter table public.human_support_settings
  drop constraint human_support_settings_positive_label_check,
  drop constraint human_support_settings_request_help_label_check,
  add constraint human_support_settings_labels_check check (
    length(btrim(positive_label)) between 1 and 200 and length(btrim(request_help_label)) between 1 and 200
  );

create function private.require_address(p_address text) returns text
language plpgsql stable set search_path = '' as $$
declare
  address text := btrim(p_address, E' \t\r\n\u00a0');
begin
  if not coalesce(private.is_email(address), false) then
    perform private.refuse('RCPTA', format('“%s” isn’t a valid e-mail address.', left(address, 100)),
      jsonb_build_object('address', left(address, 320))::text);
  end if;
  return address;
end
$$;

-- The list as it is kept: trimmed, in the order typed, each address once whatever its case, without the owner's own.
create function private.recipient_list(p_chatbot_id uuid, p_recipients text[]) returns text[]
language plpgsql stable set search_path = '' as $$
declare
  kept text[];
begin
  if cardinality(p_recipients) > 200 then
    perform private.refuse('RCPTM', 'You can add up to 10 addresses besides the owner.');
  end if;
  select coalesce(array_agg(address order by position), '{}') into kept
  from (
    select distinct on (lower(checked.address)) checked.address, typed.position
    from unnest(p_recipients) with ordinality typed (address, position)
    cross join lateral private.require_address(typed.address) checked (address)
    where btrim(typed.address, E' \t\r\n\u00a0') <> ''
      and lower(checked.address) not in (
        select lower(p.email) from public.chatbots c join public.profiles p on p.user_id = c.owner_id
        where c.id = p_chatbot_id
      )
    order by lower(checked.address), typed.position
  ) once;
  if cardinality(kept) > 10 then
    perform private.refuse('RCPTM', 'You can add up to 10 addresses besides the owner.',
      jsonb_build_object('count', cardinality(kept), 'address', kept[11])::text);
  end if;
  return kept;
end
$$;

create function private.save_recipients(p_chatbot_id uuid, p_recipients text[]) returns void
language plpgsql set search_path = '' as $$
declare
  kept text[] := private.recipient_list(p_chatbot_id, p_recipients);
begin
  delete from public.escalation_recipients r
  where r.chatbot_id = p_chatbot_id and lower(r.email) not in (select lower(k) from unnest(kept) k);
  update public.escalation_recipients r set email = k.email, position = k.position
  from unnest(kept) with ordinality k (email, position)
  where r.chatbot_id = p_chatbot_id and lower(r.email) = lower(k.email)
    and (r.email, r.position) is distinct from (k.email, k.position::integer);
  insert into public.escalation_recipients (chatbot_id, email, position)
  select p_chatbot_id, k.email, k.position
  from unnest(kept) with ordinality k (email, position)
  where not exists (
    select from public.escalation_recipients r where r.chatbot_id = p_chatbot_id and lower(r.email) = lower(k.email)
  );
end
$$;

create function private.save_human_support(p_chatbot_id uuid, p_settings jsonb, p_recipients text[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  old public.human_support_settings;
begin
  perform private.require_role(p_chatbot_id, 'admin');
  perform private.require_keys(p_settings, '{show_escalation_cta,replace_followups,positive_label,request_help_label,confirmation_message,intent_mode}');
  select * into old from public.human_support_settings s where s.chatbot_id = p_chatbot_id for update;
  update public.human_support_settings s set
    show_escalation_cta = private.flag_in(p_settings, 'show_escalation_cta', old.show_escalation_cta),
    replace_followups = private.flag_in(p_settings, 'replace_followups', old.replace_followups),
    positive_label = private.words_in(p_settings, 'positive_label', old.positive_label, 200),
    request_help_label = private.words_in(p_settings, 'request_help_label', old.request_help_label, 200),
    confirmation_message = private.words_in(p_settings, 'confirmation_message', old.confirmation_message, 500, true),
    intent_mode = private.choice_in(p_settings, 'intent_mode', old.intent_mode::text,
      enum_range(null::public.intent_mode))::public.intent_mode
  where s.chatbot_id = p_chatbot_id;
  if p_recipients is not null then
    perform private.save_recipients(p_chatbot_id, p_recipients);
  end if;
  return jsonb_build_object(
    'settings', (select to_jsonb(s) from public.human_support_settings s where s.chatbot_id = p_chatbot_id),
    'recipients', (
      select coalesce(jsonb_agg(r.email order by r.position, r.created_at), '[]')
      from public.escalation_recipients r where r.chatbot_id = p_chatbot_id
    )
  );
end
$$;

create function public.save_human_support(chatbot_id uuid, settings jsonb default '{}', recipients text[] default null)
returns jsonb
language sql set search_path = '' as $$ select private.save_human_support($1, $2, $3) $$;
comment on function public.save_human_support is
  'Saves the Human Support tab as a whole or not at all. An absent key stays; recipients null leaves the list.';

-- An origin as browsers send it: scheme, host, port, nothing else; https://*.example.com stands for every sub-domain.
create function private.require_origin(p_origin text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  origin text := lower(rtrim(btrim(p_origin, E' \t\r\n'), '/'));
begin
  if length(origin) > 300 or origin !~ '^https?://(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$' then
    perform private.refuse('INVAL', format('“%s” isn’t an origin such as https://www.example.com.', left(origin, 100)));
  end if;
  return regexp_replace(regexp_replace(origin, '^(https://[^:]+):443$', '\1'), '^(http://[^:]+):80$', '\1');
end
$$;

create function private.origins_in(p_settings jsonb, p_present text[]) returns text[]
language sql immutable set search_path = '' as $$
  select case when p_settings ? 'allowed_origins' then (
    select coalesce(array_agg(origin order by first), '{}') from (
      select private.require_origin(typed.origin) as origin, min(typed.position) as first
      from jsonb_array_elements_text(private.items_in(p_settings -> 'allowed_origins', 'allowed_origins', 50))
        with ordinality typed (origin, position)
      where btrim(typed.origin, E' \t\r\n') <> ''
      group by 1
    ) once
  ) else p_present end
$$;

create function private.parameters_in(p_settings jsonb, p_present text[]) returns text[]
language plpgsql immutable set search_path = '' as $$
declare
  names text[];
  wrong text;
begin
  if not p_settings ? 'page_parameters' then
    return p_present;
  end if;
  select coalesce(array_agg(name order by first), '{}') into names from (
    select btrim(typed.name, E' \t\r\n') as name, min(typed.position) as first
    from jsonb_array_elements_text(private.items_in(p_settings -> 'page_parameters', 'Parameters', 20))
      with ordinality typed (name, position)
    group by 1
  ) once where name <> '';
  select name into wrong from unnest(names) name where name !~ '^[A-Za-z0-9_.-]{1,60}$' limit 1;
  if wrong is not null then
    perform private.refuse('INVAL', format('“%s” isn’t a parameter name, such as sku.', left(wrong, 60)));
  end if;
  return names;
end
$$;

create function private.save_appearance(p_chatbot_id uuid, p_settings jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  c public.chatbots;
begin
  perform private.require_role(p_chatbot_id, 'admin');
  perform private.require_keys(p_settings, '{name,greeting,accent_color,position,language,contact_text,allowed_origins,page_parameters}');
  select * into c from public.chatbots b where b.id = p_chatbot_id for no key update;
  c.name := private.words_in(p_settings, 'name', c.name, 80);
  c.greeting := private.words_in(p_settings, 'greeting', c.greeting, 1000, true);
  c.accent_color := lower(private.words_in(p_settings, 'accent_color', c.accent_color, 7));
  c.position := private.choice_in(p_settings, 'position', c.position::text, enum_range(null::public.widget_position));
  c.language := lower(private.words_in(p_settings, 'language', c.language, 3));
  c.contact_text := private.words_in(p_settings, 'contact_text', c.contact_text, 500, true);
  c.allowed_origins := private.origins_in(p_settings, c.allowed_origins);
  c.page_parameters := private.parameters_in(p_settings, c.page_parameters);
  if c.name is null then
    perform private.refuse('INVAL', 'A chatbot needs a name.');
  elsif c.accent_color is null or c.accent_color !~ '^#[0-9a-f]{6}$' then
    perform private.refuse('INVAL', 'The colour must be six hexadecimal digits after a #.');
  elsif c.language !~ '^[a-z]{2,3}$' then
    perform private.refuse('INVAL', 'The language must be a two-letter code such as en.');
  end if;
  update public.chatbots b set
    name = c.name, greeting = c.greeting, accent_color = c.accent_color, position = c.position, language = c.language,
    contact_text = c.contact_text, allowed_origins = c.allowed_origins, page_parameters = c.page_parameters
  where b.id = p_chatbot_id
  returning * into c;
  return to_jsonb(c);
end
$$;

create function public.save_appearance(chatbot_id uuid, settings jsonb) returns jsonb
language sql set search_path = '' as $$ select private.save_appearance($1, $2) $$;
comment on function public.save_appearance is
  'Saves name, greeting, colour, position, language, contact text, allowed origins and page parameters; an absent key stays.';

revoke execute on function private.require_address, private.recipient_list, private.save_recipients,
  private.save_human_support, private.require_origin, private.origins_in, private.parameters_in, private.save_appearance,
  public.save_human_support, public.save_appearance
  from public, anon, authenticated;
grant execute on function private.save_human_support, private.save_appearance, public.save_human_support,
  public.save_appearance to authenticated;
