-- How settings arrive: one JSON object per save, keys as the columns are named, an absent key meaning "leave it". These
-- readers refuse what is not meant, each with INVAL and a sentence that names the field, before anything is written.

create function private.require_keys(p_object jsonb, p_allowed text[]) returns void
language plpgsql immutable set search_path = '' as $$
declare
  stranger text;
begin
  if p_object is null or jsonb_typeof(p_object) <> 'object' then
    perform private.refuse('INVAL', 'The settings must be an object.');
  end if;
  select key into stranger from jsonb_object_keys(p_object) key where key <> all (p_allowed) order by key limit 1;
  if stranger is not null then
    perform private.refuse('INVAL', format('There is no setting called %s.', left(stranger, 60)));
  end if;
end
$$;

-- Words an owner or a member typed. Control characters and those that turn the reading direction around could make a label
-- or a mail say something else than it shows; line breaks are meant only where a field has several lines.
create function private.clean_words(p_words text, p_field text, p_max_length integer, p_has_lines boolean default false)
returns text
language plpgsql immutable set search_path = '' as $$
declare
  words text := nullif(btrim(p_words, E' \t\r\n\u00a0\u3000'), '');
begin
  if length(words) > p_max_length then
    perform private.refuse('INVAL', format('%s: at most %s characters.', p_field, p_max_length));
  end if;
  if (case when p_has_lines then translate(words, E'\t\r\n', '') else words end)
    ~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]'
  then
    perform private.refuse('INVAL', format('%s: control characters are not allowed.', p_field));
  end if;
  return words;
end
$$;

create function private.words_in(
  p_object jsonb, p_key text, p_present text, p_max_length integer, p_has_lines boolean default false
) returns text
language plpgsql immutable set search_path = '' as $$
begin
  if not p_object ? p_key then
    return p_present;
  end if;
  if jsonb_typeof(p_object -> p_key) not in ('string', 'null') then
    perform private.refuse('INVAL', format('%s must be text.', p_key));
  end if;
  return private.clean_words(p_object ->> p_key, p_key, p_max_length, p_has_lines);
end
$$;

create function private.flag_in(p_object jsonb, p_key text, p_present boolean) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  if not p_object ? p_key then
    return p_present;
  end if;
  if jsonb_typeof(p_object -> p_key) <> 'boolean' then
    perform private.refuse('INVAL', format('%s must be true or false.', p_key));
  end if;
  return (p_object ->> p_key)::boolean;
end
$$;

create function private.choice_in(p_object jsonb, p_key text, p_present text, p_choices anyarray) returns text
language plpgsql immutable set search_path = '' as $$
begin
  if not p_object ? p_key then
    return p_present;
  end if;
  if jsonb_typeof(p_object -> p_key) <> 'string' or (p_object ->> p_key) <> all (p_choices::text[]) then
    perform private.refuse('INVAL', format('%s must be one of: %s.', p_key, array_to_string(p_choices::text[], ', ')));
  end if;
  return p_object ->> p_key;
end
$$;

-- PostgREST passes a JSON array for a jsonb parameter; a missing one counts as empty.
create function private.items_in(p_list jsonb, p_field text, p_max_count integer) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  if p_list is null or jsonb_typeof(p_list) = 'null' then
    return '[]';
  end if;
  if jsonb_typeof(p_list) <> 'array' then
    perform private.refuse('INVAL', format('%s must be a list.', p_field));
  end if;
  if jsonb_array_length(p_list) > p_max_count then
    perform private.refuse('INVAL', format('%s: at most %s.', p_field, p_max_count));
  end if;
  return p_list;
end
$$;

create function private.random_token(p_bytes integer) returns text
language sql volatile set search_path = '' as $$
  select translate(encode(extensions.gen_random_bytes(p_bytes), 'base64'), E'+/=\n', '-_')
$$;

revoke execute on function private.require_keys, private.clean_words, private.words_in,
  private.flag_in, private.choice_in, private.items_in, private.random_token
  from public, anon, authenticated;
