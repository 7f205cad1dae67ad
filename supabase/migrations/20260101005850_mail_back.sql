-- What comes back by mail. The edge function reads the mail and asks twice: what was said before, so that it can tell quotes from
-- answers, and then to take it in. The address says whose answer it is and to what; From has to be that person's, or the mail is kept
-- for the team's eyes. Whatever is refused is answered like everything else: nobody learns from here whether a conversation exists.

create function private.reply_address_of(token_hashes text[]) returns private.reply_addresses
  language sql stable security definer set search_path = '' as $$
  select a from unnest(token_hashes) with ordinality as t (hash, place)
  join private.reply_addresses a on a.token_hash = decode(t.hash, 'hex')
  where t.hash ~ '\A[0-9a-f]{64}\Z'
  order by t.place limit 1
$$;
comment on function private.reply_address_of is 'The first of these addresses that is one of ours.';

create function public.mail_context(p_token_hashes text[], p_message_id text) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
declare
  a private.reply_addresses := private.reply_address_of(p_token_hashes);
begin
  if a.token_hash is null or exists (select from public.inbound_mails m where m.provider_message_id = p_message_id) then
    return null;
  end if;
  return jsonb_build_object(
    'is_member', a.user_id is not null,
    'addresses', jsonb_strip_nulls(jsonb_build_array(lower(private.setting('inbound_address')))),
    'names', (select jsonb_build_array(b.name) from public.conversations c join public.chatbots b on b.id = c.chatbot_id
      where c.id = a.conversation_id),
    -- The newest of each kind; what is quoted from further back stays in the answer.
    'sent', (
      select coalesce(jsonb_agg(s.text order by s.at desc), '[]') from (
        (select m.text, m.created_at as at from public.messages m where m.conversation_id = a.conversation_id and m.role <> 'system'
          order by m.seq desc limit 200)
        union all
        (select i.whole, i.received_at from public.inbound_mails i where i.conversation_id = a.conversation_id and i.whole is not null
          order by i.received_at desc limit 20)
        union all
        (select x.text, d.created_at from public.deliveries d join private.mail_texts x on x.delivery_id = d.id
          where d.conversation_id = a.conversation_id order by d.created_at desc limit 40)
      ) as s));
end $$;
comment on function public.mail_context is
  'What may be quoted in a mail to one of these addresses, newest first; null when none is ours, or the mail is known.';

-- Beyond a hundred an hour somebody's machine is talking to itself, and rows about it help nobody.
create function private.mail_verdict(a private.reply_addresses, c public.conversations, mail jsonb) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  sender text := lower(mail ->> 'from');
  recent record;
begin
  select count(*) as total, count(*) filter (where m.status = 'taken') as taken into recent
  from public.inbound_mails m where m.conversation_id = c.id and m.received_at > now() - interval '1 hour';
  return case
    when recent.total >= 100 then 'flood'
    when mail ->> 'machine' is not null then 'machine'
    when a.user_id is null and sender is distinct from lower(private.visitor_address(c)) then 'other_sender'
    when a.user_id is not null and (private.member_behind(c.chatbot_id, sender)).user_id is distinct from a.user_id then
      case when exists (select from public.profiles p where p.user_id = a.user_id and lower(p.email) = sender)
        then 'not_a_member' else 'other_sender' end
    when coalesce(mail ->> 'text', '') = '' then 'empty'
    -- What we wrote to the team is not for the visitor.
    when a.user_id is not null and coalesce((mail ->> 'holds_quote')::boolean, false) then 'quote_left'
    when recent.taken >= 30 then 'too_many'
    else 'taken' end;
end $$;
comment on function private.mail_verdict is 'Whether a mail is taken, and why not.';

-- The words become the correspondent's, by the way they would have taken themselves.
create function private.take_mail(a private.reply_addresses, c public.conversations, words text) returns uuid
  language plpgsql security definer set search_path = '' as $$
declare
  id uuid := gen_random_uuid();
begin
  if a.user_id is not null then
    -- What follows from a reply asks who is acting: the member whose address and token these are.
    perform set_config('request.jwt.claims', json_build_object('sub', a.user_id, 'role', 'authenticated')::text, true);
    perform private.write_reply(c, id, words, 'mail');
    return id;
  end if;
  insert into public.messages (id, conversation_id, role, text, via) values (id, c.id, 'visitor', words, 'mail');
  -- Nobody looks at a case that is closed, and the assistant does not answer mail: writing to a person again is asking for one.
  if c.escalation_status is distinct from 'open' then
    insert into public.escalations (conversation_id, trigger, message_id) values (c.id, 'mail', id);
  end if;
  return id;
end $$;
comment on function private.take_mail is 'Makes a mail the visitor''s message or the member''s reply.';

-- Whoever answers a mail has read it, and in one thread what came before it. Which one it is the mail says by the ids that it names.
create function private.read_answered(conversation_id uuid, answered jsonb) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  up_to bigint := (
    select max(r.seq) from public.reply_receipts r
    where r.conversation_id = read_answered.conversation_id and r.delivery_id::text in (select jsonb_array_elements_text(answered)));
begin
  if up_to is not null then
    perform private.take_replies(conversation_id, 0, up_to, 'read', true);
  end if;
end $$;
comment on function private.read_answered is 'Marks what the visitor was mailed as read, up to the latest of the mails that they answer.';

create function public.receive_mail(p_token_hashes text[], p_mail jsonb) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  a private.reply_addresses := private.reply_address_of(p_token_hashes);
  c public.conversations;
  verdict text;
  kept public.inbound_mails;
begin
  if a.token_hash is null then
    return 'unknown';
  end if;
  select * into c from public.conversations x where x.id = a.conversation_id for no key update;
  if c.id is null then
    return 'unknown';
  end if;
  if exists (select from public.inbound_mails m where m.provider_message_id = p_mail ->> 'message_id') then
    return 'known';
  end if;
  verdict := private.mail_verdict(a, c, p_mail);
  if verdict = 'flood' then
    return 'flood';
  end if;
  kept.status := case
    when verdict in ('taken', 'machine') then verdict
    when verdict in ('other_sender', 'not_a_member') then 'unverified'
    when verdict in ('too_many', 'quote_left') then 'held'
    else 'refused' end::public.inbound_mail_status;
  insert into public.inbound_mails (chatbot_id, conversation_id, provider_message_id, user_id, from_email, from_name, subject,
    status, reason, text, whole, attachments)
  values (c.chatbot_id, c.id, p_mail ->> 'message_id', a.user_id, p_mail ->> 'from', p_mail ->> 'from_name', p_mail ->> 'subject',
    kept.status, case verdict when 'taken' then null when 'machine' then p_mail ->> 'machine' else verdict end,
    coalesce(p_mail ->> 'text', ''), p_mail ->> 'whole', coalesce(p_mail -> 'attachments', '[]'))
  on conflict (provider_message_id) do nothing
  returning * into kept;
  if kept.id is null then
    return 'known';
  elsif kept.status = 'taken' then
    if a.user_id is null then
      perform private.read_answered(c.id, coalesce(p_mail -> 'answered', '[]'));
    end if;
    kept.message_id := private.take_mail(a, c, left(kept.text, 20000));
    update public.inbound_mails m set message_id = kept.message_id where m.id = kept.id;
  else
    update public.conversations x set version = x.version + 1 where x.id = c.id;
    insert into public.timeline_entries (chatbot_id, conversation_id, escalation_id, type, data)
    values (c.chatbot_id, c.id, c.escalation_id, 'mail.set_aside', jsonb_build_object(
      'inbound_mail_id', kept.id, 'status', kept.status, 'reason', kept.reason, 'from', kept.from_email));
  end if;
  return kept.status;
end $$;
comment on function public.receive_mail is
  'Takes a mail in, once: as the visitor''s message, as a member''s reply, or aside for the team to see. Says what became of it.';

revoke execute on function private.reply_address_token, private.reply_address, private.reply_address_of, private.mail_verdict,
  private.take_mail, private.read_answered, public.mail_context, public.receive_mail from public, anon, authenticated;
grant execute on function public.mail_context, public.receive_mail to service_role;
