-- Where answers by mail come back to. Each conversation has an address for its visitor and one for every member who is told of it:
-- the inbound mailbox with a token behind a plus. Whoever knows the address may write to this conversation and to no other, so the
-- token has 130 random-looking bits, is made from a key in Vault whenever it is needed, and is kept as a hash alone. What arrives is
-- kept here too, also what is not taken: the team can see it, the visitor never does.

select vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), 'reply_address_key',
  'Makes the tokens in the addresses to which people answer by mail.')
where not exists (select from vault.secrets s where s.name = 'reply_address_key');

create table private.reply_addresses (
  token_hash bytea primary key check (length(token_hash) = 32),
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  user_id uuid,
  created_at timestamptz not null default now()
);
comment on table private.reply_addresses is
  'SHA-256 of the token in an address to answer to: whose answer to which conversation. Without a user_id it is the visitor''s.';
create index reply_addresses_conversation_id_idx on private.reply_addresses (conversation_id);
alter table private.reply_addresses enable row level security;

-- The alphabet has no characters that a mail server folds, quotes or refuses: capitals become small on some ways, and "0" and "1" are
-- read wrongly by people.
create function private.reply_address_token(conversation_id uuid, user_id uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  bits bit(256) := ('x' || encode(extensions.hmac(
    convert_to(conversation_id || ' ' || coalesce(user_id::text, 'visitor'), 'UTF8'),
    convert_to(private.setting('reply_address_key'), 'UTF8'), 'sha256'), 'hex'))::bit(256);
begin
  return (
    select string_agg(substr('abcdefghijklmnopqrstuvwxyz234567', 1 + substring(bits from 1 + 5 * i for 5)::integer, 1), '' order by i)
    from generate_series(0, 25) as i);
end $$;
comment on function private.reply_address_token is 'The secret part of an address to answer to: 26 of a–z and 2–7. The same every time; nobody can guess it.';

create function private.reply_address(conversation_id uuid, user_id uuid default null) returns text
  language plpgsql volatile security definer set search_path = '' as $$
declare
  mailbox text := lower(btrim(private.setting('inbound_address')));
  token text;
begin
  -- With the token the part before the @ may have 64 characters at most (RFC 5321).
  if not private.is_email(mailbox) or length(split_part(mailbox, '@', 1)) > 37 then
    return null;
  end if;
  token := private.reply_address_token(reply_address.conversation_id, reply_address.user_id);
  insert into private.reply_addresses (token_hash, conversation_id, user_id)
  values (sha256(convert_to(token, 'UTF8')), reply_address.conversation_id, reply_address.user_id)
  on conflict do nothing;
  return split_part(mailbox, '@', 1) || '+' || token || '@' || split_part(mailbox, '@', 2);
end $$;
comment on function private.reply_address is
  'Where the visitor, or a member, answers this conversation by mail; null where no inbound mailbox is configured.';

-- What a mail said that can be answered: mail programs quote it, and only what was provably ours is cut out of an answer.
create table private.mail_texts (
  delivery_id uuid primary key references public.deliveries (id) on delete cascade,
  text text not null
);
comment on table private.mail_texts is 'The text of a mail whose answers come back to us, as it was sent.';
alter table private.mail_texts enable row level security;

create type public.inbound_mail_status as enum ('taken', 'unverified', 'machine', 'held', 'refused');
create table public.inbound_mails (
  id uuid primary key default gen_random_uuid(),
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  provider_message_id text not null unique check (length(provider_message_id) between 1 and 200),
  user_id uuid,
  from_email text not null check (length(from_email) <= 320),
  from_name text check (length(from_name) <= 200),
  subject text check (length(subject) <= 500),
  status public.inbound_mail_status not null,
  reason text check (length(reason) <= 60),
  text text not null,
  whole text,
  attachments jsonb not null default '[]' check (jsonb_typeof(attachments) = 'array'),
  message_id uuid unique references public.messages (id) on delete set null,
  received_at timestamptz not null default now()
);
comment on table public.inbound_mails is
  'Mail that came to an address of a conversation. What is taken became a message; the rest is for the team''s eyes alone.';
comment on column public.inbound_mails.provider_message_id is 'Postmark''s MessageID: the same again is the same mail.';
comment on column public.inbound_mails.user_id is 'Whose address it came to: a member''s, or the visitor''s when there is none.';
comment on column public.inbound_mails.reason is
  'Why it was not taken: other_sender, not_a_member, too_many, quote_left, empty, or what shows that a machine wrote it.';
comment on column public.inbound_mails.text is 'What its author wrote.';
comment on column public.inbound_mails.whole is 'All of it, quotes included, where that is more than its text.';
comment on column public.inbound_mails.attachments is 'Files that came with it and were not taken over: [{name, type, size}], size in bytes.';
create index inbound_mails_chatbot_id_idx on public.inbound_mails (chatbot_id);
create index inbound_mails_conversation_received_idx on public.inbound_mails (conversation_id, received_at desc);
create index inbound_mails_user_id_idx on public.inbound_mails (user_id);

revoke all on private.reply_addresses, private.mail_texts from public, anon, authenticated, service_role;
revoke all on public.inbound_mails from public, anon, authenticated, service_role;
alter table public.inbound_mails enable row level security;
create policy "Members can read mail that came to their chatbots" on public.inbound_mails for select to authenticated
  using (chatbot_id in (select private.my_chatbot_ids()));
grant select on public.inbound_mails to authenticated;
grant select, insert, update, delete on public.inbound_mails to service_role;
