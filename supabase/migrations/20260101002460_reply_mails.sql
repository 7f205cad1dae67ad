-- Mail to a visitor who has left. It is judged when somebody takes it to send it: what has been read meanwhile is not mailed, and nobody
-- is written to who does not want it. Then it takes the address and the replies, and what it says is written down, so that every
-- attempt sends the same. Locks are taken in one order: the mail, then the receipts; the conversation is left to those who write in it.

do $$
begin
  if not exists (select from vault.secrets s where s.name = 'reply_link_key') then
    perform vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), 'reply_link_key', 'Makes the links in mails to visitors');
  end if;
end $$;

-- Made from the mail it stands in, so that it need not be kept, and every attempt at a mail holds the same.
create function private.reply_token(purpose text, delivery_id uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return translate(rtrim(encode(extensions.hmac(
    purpose || ':' || delivery_id, private.setting('reply_link_key'), 'sha256'), 'base64'), '='), '+/', '-_');
end $$;
comment on function private.reply_token is 'The secret in a link of a mail: 256 bits in base64url.';

create function private.keep_reply_link(purpose text, mail public.deliveries) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  insert into private.reply_links (token_hash, purpose, conversation_id, delivery_id, expires_at)
  values (extensions.digest(private.reply_token(purpose, mail.id), 'sha256'), purpose, mail.conversation_id, mail.id,
    -- Whoever gets a mail that is not for them may say so as long as they find it.
    case purpose when 'resume' then now() + interval '30 days' else 'infinity' end)
  on conflict do nothing;
end $$;
comment on function private.keep_reply_link is 'Makes the link of a mail work from now on.';

-- A page that anybody could have named must not stand in a mail of ours: only one that the owner has listed, or our own.
create function private.resume_page(c public.conversations) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  app_url text := rtrim(coalesce(private.setting('app_url'), ''), '/');
  b public.chatbots;
begin
  select * into b from public.chatbots x where x.id = c.chatbot_id;
  -- Our demo page shows whichever chatbot its address names, which is no part of the address that is kept.
  if starts_with(lower(c.page_url), lower(app_url) || '/demo') then
    return app_url || '/demo?chatbot=' || c.chatbot_id;
  end if;
  if private.is_origin_allowed(b, substring(c.page_url from '^https?://[^/?#]+'))
    and (cardinality(b.allowed_origins) > 0 or starts_with(lower(c.page_url), lower(app_url) || '/')) then
    return c.page_url;
  end if;
  return app_url || '/chat/' || c.chatbot_id;
end $$;
comment on function private.resume_page is 'Where a visitor goes on with a conversation: the page it took place on, else a page of our own.';

-- What a mail says, but for the secrets in its links. The question is the last that was asked before the first of these replies.
create function private.written_reply_mail(c public.conversations, mail_id uuid, seqs bigint[]) returns jsonb
  language plpgsql volatile security definer set search_path = '' as $$
begin
  return jsonb_build_object(
    'language', c.language, 'reference', c.reference, 'chatbot', (select b.name from public.chatbots b where b.id = c.chatbot_id),
    'replies', (
      select jsonb_agg(jsonb_build_object('author', private.first_name(m.author_id), 'text', m.text, 'sent_at', m.created_at) order by m.seq)
      from public.messages m where m.conversation_id = c.id and m.seq = any (seqs)),
    'question', (
      select m.text from public.messages m
      where m.conversation_id = c.id and m.role = 'visitor' and m.seq < seqs[1] order by m.seq desc limit 1),
    'page', private.resume_page(c),
    'reply_to', private.reply_address(c.id),
    -- One thread: each mail names those before it.
    'earlier', (
      select coalesce(jsonb_agg(e.id order by e.created_at, e.id), '[]') from (
        select d.id, d.created_at from public.deliveries d
        where d.conversation_id = c.id and d.purpose = 'reply' and d.sent_at is not null and d.id <> mail_id
        order by d.created_at desc, d.id desc limit 20
      ) as e));
end $$;
comment on function private.written_reply_mail is 'What a mail to a visitor says: written once, when it is taken for the first time.';

create function private.reply_mail_data(mail public.deliveries) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
declare
  data jsonb := (select x.data from private.delivery_data x where x.delivery_id = mail.id);
begin
  return data || jsonb_build_object(
    'resume_url', (data ->> 'page') || '#handoff=' || private.reply_token('resume', mail.id),
    'not_me_url', rtrim(coalesce(private.setting('app_url'), ''), '/') || '/not-me/' || private.reply_token('not_me', mail.id));
end $$;
comment on function private.reply_mail_data is 'What the dispatcher writes the mail from.';

-- Anybody may type anybody's address, as often as they like: whoever it belongs to gets three an hour, whatever the conversations.
create function private.admit_reply_mail(address text) returns timestamptz
  language plpgsql security definer set search_path = '' as $$
declare
  recent timestamptz[];
begin
  insert into private.reply_quota (email) values (lower(address)) on conflict do nothing;
  select array(select x.at from unnest(q.sent_at) as x (at) where x.at > now() - interval '1 hour' order by x.at) into recent
  from private.reply_quota q where q.email = lower(address) for no key update;
  if cardinality(recent) >= 3 then
    return recent[cardinality(recent) - 2] + interval '1 hour';
  end if;
  update private.reply_quota q set sent_at = recent || now() where q.email = lower(address);
  return null;
end $$;
comment on function private.admit_reply_mail is 'Null when a reply may be mailed to this address now, and counts it; else when the next one may.';

create function private.set_reply_mail_aside(mail public.deliveries, why text, until timestamptz default null) returns void
  language sql security definer set search_path = '' as $$
  update public.deliveries d set next_attempt_at = until, lease_token = null, leased_until = null,
    status = case when until is null then 'skipped' else 'queued' end::public.delivery_status,
    reason = case when until is null then why end,
    finished_at = case when until is null then now() end
  where d.id = mail.id
$$;
comment on function private.set_reply_mail_aside is 'Skips a mail for a reason, or lets it be looked at again later.';

create function private.give_up_replies(c public.conversations, why text) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  lost record;
begin
  with given_up as (
    update public.reply_receipts r set status = 'unreachable', reason = why, unreachable_at = now()
    where r.conversation_id = c.id and r.status = 'waiting' and r.delivery_id is null
    returning r.seq
  )
  select count(*) as count, min(g.seq) as first_seq into lost from given_up g;
  if lost.count > 0 then
    perform private.tell_receipts(c.id, 'reply.unreachable', lost.first_seq, lost.count, why);
  end if;
end $$;
comment on function private.give_up_replies is 'Says of replies that nobody receives them. Whoever reads or fetches them later still does.';

-- While the page is open the visitor may still read, or leave an address.
create function private.prepare_reply_mail(mail public.deliveries) returns boolean
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations;
  address text;
  why text;
  held_until timestamptz;
  seqs bigint[];
begin
  if exists (select from private.delivery_data x where x.delivery_id = mail.id) then
    why := case
      when not exists (
        select from public.reply_receipts r where r.delivery_id = mail.id and r.status not in ('read', 'fetched')) then 'read'
      when private.takes_no_replies(mail.recipient) then 'suppressed' end;
    if why is not null then
      perform private.set_reply_mail_aside(mail, why);
    end if;
    return why is null;
  end if;
  select * into c from public.conversations x where x.id = mail.conversation_id;
  if not exists (
    select from public.reply_receipts r where r.conversation_id = c.id and r.status = 'waiting' and r.delivery_id is null)
  then
    perform private.set_reply_mail_aside(mail, 'read');
    return false;
  end if;
  address := private.visitor_address(c);
  why := case
    when not (select s.reply_mail_enabled from public.human_support_settings s where s.chatbot_id = c.chatbot_id) then 'mail_off'
    when address is null and private.is_own_bot(c.id) then 'not_fetched'
    when address is null then 'no_address'
    when private.takes_no_replies(address) then 'suppressed' end;
  if why is not null then
    held_until := case when private.is_page_open(c) then now() + interval '1 minute' end;
    perform private.set_reply_mail_aside(mail, why, held_until);
    if held_until is null then
      perform private.give_up_replies(c, why);
    end if;
    return false;
  end if;
  held_until := private.admit_reply_mail(address);
  if held_until is not null then
    perform private.set_reply_mail_aside(mail, null, held_until);
    return false;
  end if;
  with taken as (
    update public.reply_receipts r set delivery_id = mail.id
    where r.conversation_id = c.id and r.status = 'waiting' and r.delivery_id is null
    returning r.seq
  )
  select array_agg(t.seq order by t.seq) into seqs from taken t;
  if seqs is null then
    perform private.set_reply_mail_aside(mail, 'read');
    return false;
  end if;
  insert into private.delivery_data (delivery_id, data) values (mail.id, private.written_reply_mail(c, mail.id, seqs));
  update public.deliveries d set recipient = address where d.id = mail.id;
  perform private.keep_reply_link('resume', mail), private.keep_reply_link('not_me', mail);
  return true;
end $$;
comment on function private.prepare_reply_mail is 'Whether a claimed mail to a visitor is to be sent now; if so, it knows from here on what it says and to whom.';

-- By address, so that two sweeps never wait for each other in a circle.
create function private.prepare_reply_mails(ids uuid[]) returns uuid[]
  language plpgsql volatile security definer set search_path = '' as $$
declare
  kept uuid[] := ids;
  mail public.deliveries;
begin
  for mail in
    select d.* from public.deliveries d join public.conversations c on c.id = d.conversation_id
    where d.id = any (ids) and d.purpose = 'reply' order by lower(private.visitor_address(c)), d.id
  loop
    if not private.prepare_reply_mail(mail) then
      kept := array_remove(kept, mail.id);
    end if;
  end loop;
  return kept;
end $$;
comment on function private.prepare_reply_mails is 'Sets aside mails to visitors that are not to be sent now; the rest of `ids` is returned.';

-- The two links. Looking at a page changes nothing; what is posted from it does.
create function private.require_reply_link(token_hash text, purpose text) returns private.reply_links
  language plpgsql stable security definer set search_path = '' as $$
declare
  link private.reply_links;
begin
  if token_hash ~ '\A[0-9a-fA-F]{64}\Z' then
    select * into link from private.reply_links l
    where l.token_hash = decode(require_reply_link.token_hash, 'hex') and l.purpose = require_reply_link.purpose and l.expires_at > now();
  end if;
  if link.token_hash is null then
    perform private.refuse('TOKIV', 'This link isn’t valid any more.');
  end if;
  return link;
end $$;
comment on function private.require_reply_link is 'What a link of a mail stands for; refuses with TOKIV.';

create function public.widget_resume(p_resume_hash text, p_token_hash text, p_chatbot_id uuid, p_origin text, p_client text) returns jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  link private.reply_links;
  c public.conversations;
begin
  perform private.limit_rate('sessions', p_client);
  link := private.require_reply_link(p_resume_hash, 'resume');
  select * into c from public.conversations x where x.id = link.conversation_id;
  if c.chatbot_id is distinct from p_chatbot_id then
    perform private.refuse('TOKIV', 'This link isn’t valid any more.');
  end if;
  perform private.require_chatbot(c.chatbot_id, p_origin);
  insert into private.conversation_tokens (token_hash, conversation_id) values (decode(p_token_hash, 'hex'), c.id);
  return jsonb_build_object('session_id', c.session_id, 'conversation_id', c.id);
end $$;
comment on function public.widget_resume is 'Opens the conversation of a mail in another browser: for the link''s token, a token of that browser''s own.';

create function public.reply_not_me(p_token_hash text) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  link private.reply_links := private.require_reply_link(p_token_hash, 'not_me');
  mail public.deliveries;
begin
  select * into mail from public.deliveries d where d.id = link.delivery_id;
  insert into private.refused_addresses (email, reason) values (lower(mail.recipient), 'not_me') on conflict do nothing;
  if found then
    insert into public.timeline_entries (chatbot_id, conversation_id, escalation_id, type, data)
    select c.chatbot_id, c.id, c.escalation_id, 'reply.refused', jsonb_build_object('recipient', mail.recipient)
    from public.conversations c where c.id = mail.conversation_id;
  end if;
end $$;
comment on function public.reply_not_me is 'No reply is mailed any more to whoever got one that was not for them.';

revoke execute on function public.widget_resume, public.reply_not_me from public, anon, authenticated;
grant execute on function public.widget_resume, public.reply_not_me to service_role;
