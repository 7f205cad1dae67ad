-- What a person says: a reply the visitor reads, a note only the team reads, and handing the conversation back to the
-- assistant. From the first reply the visitor sees, once, that a person joined; numbering, muting and notices are the
-- triggers' work. The client makes the ids, so a reply sent twice over a bad line is one reply.

create function private.require_text(p_text text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  trimmed text := btrim(p_text, E' \t\r\n');
begin
  if trimmed is null or length(trimmed) not between 1 and 4000 then
    perform private.refuse('TXTLN', 'The text must be between 1 and 4,000 characters.');
  end if;
  return trimmed;
end
$$;

create function private.hold_conversation(p_conversation_id uuid, p_id uuid) returns public.conversations
language plpgsql set search_path = '' as $$
declare
  c public.conversations := private.require_case(p_conversation_id);
begin
  if p_id is null then
    perform private.refuse('NTUID', 'This must be a UUID.');
  end if;
  select * into c from public.conversations t where t.id = c.id for no key update;
  return c;
end
$$;

-- With the version the case has now: the first reply changes it, and the sender's next action should not meet that as news.
create function private.reply_json(p_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select to_jsonb(m) || jsonb_build_object('author_name', private.name_of(m.author_id), 'escalation_version', e.version,
      'receipt', private.receipt_json(r))
    from public.messages m
    join public.reply_receipts r on r.message_id = m.id
    join public.conversations c on c.id = m.conversation_id
    left join public.escalations e on e.id = c.escalation_id
    where m.id = p_id);
end
$$;

-- Two people who answer at once would tell the visitor two things. Whoever says how far they have read is told of the other's
-- reply instead; the visitor's own next words hold nobody back.
create function private.require_no_crossing(c public.conversations, p_seen_seq integer) returns void
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  crossing public.messages;
  e public.escalations;
begin
  select * into crossing from public.messages m
  where m.conversation_id = c.id and m.seq > p_seen_seq and m.role = 'agent' and m.author_id is distinct from auth.uid()
  order by m.seq desc limit 1;
  if crossing.id is not null then
    select * into e from public.escalations x where x.id = c.escalation_id;
    perform private.refuse('STALE', 'Somebody has replied since you looked.', jsonb_build_object(
      'status', e.status, 'version', e.version, 'what', 'reply.sent', 'changed_at', crossing.created_at,
      'changed_by', crossing.author_id, 'changed_by_name', private.name_of(crossing.author_id))::text);
  end if;
end
$$;

-- What a person answers, whichever way they wrote it.
create function private.write_reply(c public.conversations, p_id uuid, p_text text, p_via public.message_via)
returns void
language plpgsql set search_path = '' as $$
declare
  author uuid := auth.uid();
begin
  if c.handled_by is null then
    insert into public.messages (conversation_id, role, event, text, author_id)
    values (c.id, 'system', 'person_joined', coalesce(private.first_name(author), ''), author);
  end if;
  -- Who answers without having opened has done both: one change of the episode instead of two.
  update public.escalations e set first_opened_at = now(), first_replied_at = coalesce(e.first_replied_at, now()),
    first_replied_by = case when e.first_replied_at is null then author else e.first_replied_by end
  where e.id = c.escalation_id and e.status = 'open' and e.first_opened_at is null;
  insert into public.messages (id, conversation_id, role, text, author_id, via) values (p_id, c.id, 'agent', p_text, author, p_via);
  select * into c from public.conversations t where t.id = c.id;
  perform private.mark_read(c);
end
$$;

create function private.send_reply(p_conversation_id uuid, p_id uuid, p_text text, p_seen_seq integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  me uuid := private.require_sign_in();
  words text := private.require_text(p_text);
  c public.conversations := private.hold_conversation(p_conversation_id, p_id);
  sent public.messages;
begin
  select * into sent from public.messages m where m.id = p_id;
  if sent.id is not null then
    if sent.conversation_id <> c.id or sent.author_id is distinct from me then
      perform private.refuse('CONFL', 'This id belongs to another message.');
    end if;
    return private.reply_json(p_id);
  end if;
  perform private.require_no_crossing(c, p_seen_seq);
  perform private.write_reply(c, p_id, words, 'desk');
  return private.reply_json(p_id);
end
$$;

create function private.add_note(p_conversation_id uuid, p_id uuid, p_text text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  me uuid := private.require_sign_in();
  words text := private.require_text(p_text);
  c public.conversations := private.hold_conversation(p_conversation_id, p_id);
  note public.timeline_entries;
begin
  select * into note from public.timeline_entries t
  where t.conversation_id = c.id and t.type = 'note.added' and t.data ->> 'id' = p_id::text;
  if note.id is null then
    update public.conversations t set version = t.version + 1 where t.id = c.id;
    update public.escalations e set first_opened_at = now()
    where e.id = c.escalation_id and e.status = 'open' and e.first_opened_at is null;
    perform private.see_case(c.id, me);
    insert into public.timeline_entries (chatbot_id, conversation_id, escalation_id, type, actor_id, data)
    values (c.chatbot_id, c.id, c.escalation_id, 'note.added', me, jsonb_build_object('id', p_id, 'text', words))
    returning * into note;
    perform private.tell_member('mentioned', c, n.member_id, me, words) from private.members_named(c.chatbot_id, words) as n (member_id);
  end if;
  return to_jsonb(note) || jsonb_build_object('actor_name', private.name_of(note.actor_id));
end
$$;

create function private.hand_back(p_conversation_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  me uuid := private.require_sign_in();
  c public.conversations := private.hold_conversation(p_conversation_id, gen_random_uuid());
begin
  if c.handled_by is not null or c.assistant_muted_until > now() then
    insert into public.messages (conversation_id, role, event, text, author_id)
    values (c.id, 'system', 'handed_back', coalesce(private.first_name(me), ''), me);
    update public.conversations t set handled_by = null, assistant_muted_until = null, version = t.version + 1
    where t.id = c.id;
    insert into public.timeline_entries (chatbot_id, conversation_id, escalation_id, type, actor_id)
    values (c.chatbot_id, c.id, c.escalation_id, 'conversation.handed_back', me);
  end if;
  return jsonb_build_object('conversation', private.case_json(c.id));
end
$$;

create function public.send_reply(conversation_id uuid, id uuid, text text, seen_seq integer default null) returns jsonb
language sql set search_path = '' as $$ select private.send_reply($1, $2, $3, $4) $$;
comment on function public.send_reply is
  'Answers the visitor as a person and mutes the assistant for 24 hours. The same id again is the same reply; STALE when a
colleague has replied after the message seen_seq.';
create function public.add_note(conversation_id uuid, id uuid, text text) returns jsonb
language sql set search_path = '' as $$ select private.add_note($1, $2, $3) $$;
comment on function public.add_note is 'Adds an internal note to the timeline. The same id again is the same note.';
create function public.hand_back(conversation_id uuid) returns jsonb
language sql set search_path = '' as $$ select private.hand_back($1) $$;
comment on function public.hand_back is 'Lets the assistant answer again.';

revoke execute on function private.require_text, private.hold_conversation, private.require_no_crossing, private.reply_json,
  private.write_reply,
  private.send_reply, private.add_note, private.hand_back, public.send_reply, public.add_note, public.hand_back
  from public, anon, authenticated;
grant execute on function private.send_reply, private.add_note, private.hand_back, public.send_reply, public.add_note,
  public.hand_back to authenticated;
