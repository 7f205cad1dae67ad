-- The chain: what was said, what happened and who was to be told in a case, entry after entry, each with a hash over itself and the
-- one before it, so that nobody can change, remove or insert anything afterwards without its being seen. It stands in nobody's way:
-- whoever writes leaves a note, and within seconds one chainer at a time carries what is new over. No visitor waits for it, and no two
-- transactions wait for each other because of it. Once a day the newest hashes of each chatbot are sealed: the root of a tree over them
-- is signed by a function and may be handed to anybody, so that the newest entries cannot be cut off either.
-- What people wrote stands in the chain as a salted hash alone, so that a chain stays whole when somebody's words have to go.

create table private.chain_entries (
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  seq integer not null check (seq > 0),
  kind text not null check (kind in ('message', 'timeline', 'receipt')),
  source_id text not null,
  body text not null,
  salt bytea check (length(salt) = 16),
  hash bytea not null check (length(hash) = 32),
  primary key (conversation_id, seq)
);
comment on table private.chain_entries is
  'hash = SHA-256(hash before ‖ seq ‖ line feed ‖ body); the first goes over SHA-256(''handoff-chain-1:'' ‖ conversation). The body is canonical JSON (RFC 8785).';
comment on column private.chain_entries.salt is 'The digest in the body is SHA-256(salt ‖ what was written). Null when that was erased.';
create unique index chain_entries_source_key on private.chain_entries (conversation_id, kind, source_id);

create table private.chain_heads (
  conversation_id uuid primary key references public.conversations (id) on delete cascade,
  chatbot_id uuid not null,
  seq integer not null,
  hash bytea not null,
  message_seq bigint not null,
  sealed_seq integer not null default 0
) with (fillfactor = 85);
comment on table private.chain_heads is 'The newest entry of each chain, the last message in it, and how much of it has been sealed.';
create index chain_heads_unsealed_idx on private.chain_heads (chatbot_id) where seq > sealed_seq;

create table private.chain_notes (
  id bigint generated always as identity primary key,
  conversation_id uuid not null
);
comment on table private.chain_notes is 'Conversations in which something is new since the chainer last looked; written with what is new.';

create table private.proof_keys (
  id text primary key check (length(id) = 16),
  public_key bytea not null check (length(public_key) = 32),
  created_at timestamptz not null default now()
);
comment on table private.proof_keys is 'Public keys (Ed25519) with which seals were signed. Private keys are in Vault.';

create table private.seals (
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  number integer not null check (number > 0),
  body text not null,
  sealed_at timestamptz not null,
  key_id text references private.proof_keys (id),
  signature bytea check (length(signature) = 64),
  primary key (chatbot_id, number)
);
comment on table private.seals is
  'The root over the chains that have grown since the seal before. The body is canonical JSON and names the hash of the body before it.';
create index seals_unsigned_idx on private.seals (sealed_at) where signature is null;
create index seals_key_id_idx on private.seals (key_id);

create table private.seal_leaves (
  chatbot_id uuid not null,
  number integer not null,
  place integer not null,
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  seq integer not null,
  hash bytea not null,
  primary key (chatbot_id, number, place),
  foreign key (chatbot_id, number) references private.seals (chatbot_id, number) on delete cascade
);
comment on table private.seal_leaves is 'Which chain ended where when a seal was made: the leaves of its tree, in order.';
create index seal_leaves_conversation_id_idx on private.seal_leaves (conversation_id, number);

alter table private.chain_entries enable row level security;
alter table private.chain_heads enable row level security;
alter table private.chain_notes enable row level security;
alter table private.proof_keys enable row level security;
alter table private.seals enable row level security;
alter table private.seal_leaves enable row level security;

create function private.tg_chain_entries__refuse() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  -- Words may be erased, and a foreign key may clear up after a deleted chatbot or conversation.
  if pg_trigger_depth() > 1
    or tg_op = 'UPDATE' and new.salt is null and (to_jsonb(new) - 'salt') = (to_jsonb(old) - 'salt') then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  perform private.refuse('CONFL', 'The chain is append-only.');
  return null;
end $$;
comment on function private.tg_chain_entries__refuse is 'Keeps the chain from being rewritten.';
create trigger _200_append_only before update or delete on private.chain_entries
  for each row execute function private.tg_chain_entries__refuse();

create function private.tg_note_for_chain() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  insert into private.chain_notes (conversation_id) select distinct a.conversation_id from added a;
  return null;
end $$;
comment on function private.tg_note_for_chain is 'Leaves a note for the chainer.';
create trigger _600_note_for_chain after insert on public.messages
  referencing new table as added for each statement execute function private.tg_note_for_chain();
create trigger _600_note_for_chain after insert on public.timeline_entries
  referencing new table as added for each statement execute function private.tg_note_for_chain();

-- Flat objects of strings, whole numbers and nulls, with keys in ASCII: for these, sorted keys and Postgres's own way of writing JSON
-- strings are what RFC 8785 asks for.
create function private.canonical_json(object jsonb) returns text
  language sql immutable parallel safe set search_path = '' as $$
  select '{' || string_agg(to_json(e.key)::text || ':' || e.value::text, ',' order by e.key collate "C") || '}'
  from jsonb_each(object) e
$$;
comment on function private.canonical_json is 'A flat object as canonical JSON (RFC 8785).';

create function private.proof_time(at timestamptz) returns text
  language sql immutable parallel safe set search_path = '' as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
comment on function private.proof_time is 'A time as proofs write it: UTC, to the microsecond.';

-- Of later climbs of the ladder only what came to something: the rest is taken back without a trace. Mails to the visitor have no
-- address before they are sent; their lines on the timeline are in the chain.
create function private.chain_sources(conversation_id uuid, after_message bigint default 0)
  returns table (kind text, source_id text, at timestamptz, facts jsonb, words text)
  language sql stable security definer set search_path = '' as $$
  select 'message', m.id::text, m.created_at,
    jsonb_build_object('number', m.seq, 'role', m.role, 'via', m.via, 'author', m.author_id), m.text
  from public.messages m where m.conversation_id = chain_sources.conversation_id and m.seq > after_message
  union all
  select 'timeline', t.id::text, t.created_at,
    jsonb_build_object('type', t.type, 'actor', t.actor_id, 'escalation', t.escalation_id), t.data::text
  from public.timeline_entries t where t.conversation_id = chain_sources.conversation_id
  union all
  select 'receipt', d.id::text, d.created_at,
    jsonb_build_object('means', d.kind, 'purpose', d.purpose, 'escalation', d.escalation_id), coalesce(d.recipient, d.channel_name, '')
  from public.deliveries d
  where d.conversation_id = chain_sources.conversation_id and d.kind <> 'webhook' and d.purpose <> 'reply'
    and (coalesce(d.round, 1) = 1 or d.status <> 'queued' or d.attempt_count > 0)
$$;
comment on function private.chain_sources is 'What a chain is made of: the facts of each entry, and what was written in it.';

create function private.chain_body(kind text, source_id text, at timestamptz, facts jsonb, digest text) returns text
  language sql immutable parallel safe set search_path = '' as $$
  select private.canonical_json(facts || jsonb_build_object('kind', kind, 'id', source_id, 'at', private.proof_time(at), 'digest', digest))
$$;
comment on function private.chain_body is 'The body of an entry.';

create function private.chain_start(conversation_id uuid) returns bytea
  language sql immutable parallel safe set search_path = '' as $$
  select sha256(convert_to('handoff-chain-1:' || conversation_id, 'UTF8'))
$$;
comment on function private.chain_start is 'What the first entry of a chain goes over.';

create function private.extend_chain(conversation_id uuid) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  head private.chain_heads;
  item record;
  salt bytea;
  body text;
  added integer := 0;
begin
  -- One at a time, each with eyes of its own: what the one before carried over is seen by the next.
  perform pg_advisory_xact_lock(hashtextextended('chain:' || conversation_id, 0));
  select * into head from private.chain_heads h where h.conversation_id = extend_chain.conversation_id;
  if not found then
    select c.id, c.chatbot_id, 0, private.chain_start(c.id), 0, 0 into head
    from public.conversations c where c.id = extend_chain.conversation_id;
    if head.conversation_id is null then
      return 0;
    end if;
  end if;
  for item in
    select s.* from private.chain_sources(extend_chain.conversation_id, head.message_seq) s
    where s.kind = 'message' or not exists (
      select from private.chain_entries e
      where e.conversation_id = extend_chain.conversation_id and e.kind = s.kind and e.source_id = s.source_id)
    order by s.at, s.kind, (s.facts ->> 'number')::bigint, s.source_id collate "C"
  loop
    salt := uuid_send(gen_random_uuid());
    body := private.chain_body(item.kind, item.source_id, item.at, item.facts,
      encode(sha256(salt || convert_to(item.words, 'UTF8')), 'hex'));
    head.seq := head.seq + 1;
    head.hash := sha256(head.hash || convert_to(head.seq || E'\n' || body, 'UTF8'));
    head.message_seq := greatest(head.message_seq, coalesce((item.facts ->> 'number')::bigint, 0));
    insert into private.chain_entries (conversation_id, seq, kind, source_id, body, salt, hash)
    values (head.conversation_id, head.seq, item.kind, item.source_id, body, salt, head.hash);
    added := added + 1;
  end loop;
  if added > 0 then
    insert into private.chain_heads as h (conversation_id, chatbot_id, seq, hash, message_seq)
    values (head.conversation_id, head.chatbot_id, head.seq, head.hash, head.message_seq)
    on conflict on constraint chain_heads_pkey do update set seq = excluded.seq, hash = excluded.hash, message_seq = excluded.message_seq;
  end if;
  return added;
end $$;
comment on function private.extend_chain is 'Carries what is new in a conversation over into its chain; how many entries that were.';

-- A burst of thousands is carried over by and by.
create function private.extend_chains(most integer default 2000) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  conversation uuid;
  extended integer := 0;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('chainer', 0)) then
    return 0;
  end if;
  for conversation in
    with taken as (
      delete from private.chain_notes n
      where n.id in (select x.id from private.chain_notes x order by x.id limit most)
      returning n.conversation_id
    )
    select distinct t.conversation_id from taken t order by t.conversation_id
  loop
    perform private.extend_chain(conversation);
    extended := extended + 1;
  end loop;
  return extended;
end $$;
comment on function private.extend_chains is 'Carries over what the oldest notes are about; how many conversations that were. Run by cron.';

-- As in RFC 6962: leaves and nodes are told apart by the byte before them, and a node without a partner goes up as it is.
create function private.merkle_leaf(conversation_id uuid, seq integer, hash bytea) returns bytea
  language sql immutable parallel safe set search_path = '' as $$
  select sha256('\x00'::bytea || convert_to(conversation_id || ':' || seq || ':' || encode(hash, 'hex'), 'UTF8'))
$$;
comment on function private.merkle_leaf is 'The leaf for a chain that ends with this entry.';

create function private.merkle_above(level bytea[]) returns bytea[]
  language sql immutable parallel safe set search_path = '' as $$
  select array_agg(case when level[i + 1] is null then level[i] else sha256('\x01'::bytea || level[i] || level[i + 1]) end order by i)
  from generate_series(1, cardinality(level), 2) as i
$$;
comment on function private.merkle_above is 'The next level of a tree.';

create function private.merkle_root(leaves bytea[]) returns bytea
  language plpgsql immutable parallel safe set search_path = '' as $$
begin
  while cardinality(leaves) > 1 loop
    leaves := private.merkle_above(leaves);
  end loop;
  return leaves[1];
end $$;
comment on function private.merkle_root is 'The root of the tree over these leaves.';

create function private.merkle_path(leaves bytea[], place integer) returns text[]
  language plpgsql immutable parallel safe set search_path = '' as $$
declare
  path text[] := '{}';
  neighbour bytea;
begin
  while cardinality(leaves) > 1 loop
    neighbour := leaves[case when place % 2 = 1 then place + 1 else place - 1 end];
    if neighbour is not null then
      path := path || (case when place % 2 = 1 then 'right:' else 'left:' end || encode(neighbour, 'hex'));
    end if;
    leaves := private.merkle_above(leaves);
    place := (place + 1) / 2;
  end loop;
  return path;
end $$;
comment on function private.merkle_path is 'The way from the leaf at a place (from 1) to the root: its neighbours and the side on which they stand.';

create function private.seal(chatbot_id uuid) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  before private.seals;
  grown private.chain_heads[];
  leaves bytea[];
begin
  perform pg_advisory_xact_lock(hashtextextended('seal:' || chatbot_id, 0));
  select array_agg(h order by h.conversation_id) into grown from (
    select * from private.chain_heads x where x.chatbot_id = seal.chatbot_id and x.seq > x.sealed_seq
    order by x.conversation_id for no key update
  ) as h;
  if grown is null then
    return null;
  end if;
  select array_agg(private.merkle_leaf(g.conversation_id, g.seq, g.hash) order by g.conversation_id) into leaves from unnest(grown) g;
  select * into before from private.seals s where s.chatbot_id = seal.chatbot_id order by s.number desc limit 1;
  before.number := coalesce(before.number, 0) + 1;
  insert into private.seals (chatbot_id, number, sealed_at, body)
  values (seal.chatbot_id, before.number, now(), private.canonical_json(jsonb_build_object(
    'chatbot', seal.chatbot_id, 'number', before.number, 'at', private.proof_time(now()), 'chains', cardinality(leaves),
    'root', encode(private.merkle_root(leaves), 'hex'),
    'before', encode(sha256(convert_to(coalesce(before.body, ''), 'UTF8')), 'hex'))));
  insert into private.seal_leaves (chatbot_id, number, place, conversation_id, seq, hash)
  select seal.chatbot_id, before.number, g.place, g.conversation_id, g.seq, g.hash
  from unnest(grown) with ordinality as g (conversation_id, chatbot_id, seq, hash, message_seq, sealed_seq, place);
  update private.chain_heads h set sealed_seq = h.seq from unnest(grown) g where h.conversation_id = g.conversation_id;
  return before.number;
end $$;
comment on function private.seal is 'Makes a seal over the chains of a chatbot that have grown; its number, or null when none has. The signature follows.';

create function private.seal_all() returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  bot uuid;
  made integer := 0;
begin
  for bot in
    select distinct h.chatbot_id from private.chain_heads h where h.seq > h.sealed_seq order by 1
  loop
    made := made + (private.seal(bot) is not null)::integer;
  end loop;
  return made;
end $$;
comment on function private.seal_all is 'Seals what has grown, chatbot by chatbot. Run by cron.';

-- The function that signs brings its own key the first time; whoever comes second signs with the key of the first.
create function public.keep_proof_key(p_id text, p_public_key text, p_private_key text) returns jsonb
  language plpgsql security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('proof_key', 0));
  if not exists (select from vault.secrets s where s.name = 'proof_key') then
    insert into private.proof_keys (id, public_key) values (p_id, decode(p_public_key, 'hex'));
    perform vault.create_secret(jsonb_build_object('id', p_id, 'public_key', p_public_key, 'private_key', p_private_key)::text, 'proof_key', 'Signs seals and evidence packs');
  end if;
  return public.proof_key();
end $$;
comment on function public.keep_proof_key is 'Keeps a key pair (Ed25519) for signing proofs unless there is one; the key that counts.';

create function public.proof_key() returns jsonb
  language sql stable security definer set search_path = '' as $$
  select s.decrypted_secret::jsonb from vault.decrypted_secrets s where s.name = 'proof_key'
$$;
comment on function public.proof_key is 'The key that signs proofs: {id, public_key, private_key} (PKCS #8, base64); null before there is one.';

create function public.proof_keys() returns jsonb
  language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', k.id, 'algorithm', 'Ed25519', 'public_key', encode(k.public_key, 'hex'), 'since', private.proof_time(k.created_at))
    order by k.created_at desc), '[]')
  from private.proof_keys k
$$;
comment on function public.proof_keys is 'The public keys with which proofs were signed, the newest first.';

create function public.unsigned_seals() returns jsonb
  language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('chatbot_id', s.chatbot_id, 'number', s.number, 'body', s.body)), '[]')
  from (select * from private.seals x where x.signature is null order by x.sealed_at limit 100) as s
$$;
comment on function public.unsigned_seals is 'Up to a hundred seals that wait for their signature.';

create function public.sign_seal(p_chatbot_id uuid, p_number integer, p_key_id text, p_signature text) returns void
  language sql security definer set search_path = '' as $$
  update private.seals s set key_id = p_key_id, signature = decode(p_signature, 'hex')
  where s.chatbot_id = p_chatbot_id and s.number = p_number and s.signature is null
$$;
comment on function public.sign_seal is 'Adds the signature to a seal that has none.';

revoke execute on function public.keep_proof_key, public.proof_key, public.proof_keys, public.unsigned_seals, public.sign_seal
  from public, anon, authenticated;
grant execute on function public.keep_proof_key, public.proof_key, public.proof_keys, public.unsigned_seals, public.sign_seal
  to service_role;

select cron.schedule('handoff-chain', '10 seconds', 'select private.extend_chains()');
select cron.schedule('handoff-seal', '7 2 * * *', 'select private.seal_all()');

-- What was there before the chain is carried over first.
insert into private.chain_notes (conversation_id) select c.id from public.conversations c where c.started_at is not null;
