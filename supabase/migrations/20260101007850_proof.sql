-- The proof of one case, as an evidence pack holds it: the chain as it was written, beside it what stands in the tables today, and the
-- seals that hold its hashes. Whoever checks it compares the two; nothing is judged here.

create function private.case_proof(p_conversation_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations := private.require_case(p_conversation_id);
begin
  perform private.extend_chain(c.id);
  return jsonb_build_object(
    'conversation', jsonb_build_object('id', c.id, 'reference', c.reference, 'chatbot_id', c.chatbot_id),
    'entries', (
      select coalesce(jsonb_agg(jsonb_build_object('seq', e.seq, 'body', e.body, 'hash', encode(e.hash, 'hex')) order by e.seq), '[]')
      from private.chain_entries e where e.conversation_id = c.id),
    'contents', (
      select coalesce(jsonb_agg(jsonb_build_object('seq', e.seq, 'salt', case when not x.is_kept_back then encode(e.salt, 'hex') end,
        'words', case when e.salt is not null and not x.is_kept_back then s.words end,
        'facts', case when s.source_id is not null then private.chain_body(s.kind, s.source_id, s.at, s.facts, '') end) order by e.seq), '[]')
      from private.chain_entries e
      left join private.chain_sources(c.id) s on s.kind = e.kind and s.source_id = e.source_id
      -- Packs travel; what the team writes to itself does not.
      cross join lateral (select coalesce(e.kind = 'timeline' and s.facts ->> 'type' = 'note.added', false) as is_kept_back) x
      where e.conversation_id = c.id),
    'receipts', (
      select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'means', d.kind, 'purpose', d.purpose, 'to', coalesce(d.recipient, d.channel_name, ''),
        'status', d.status, 'reason', d.reason, 'queued_at', private.proof_time(d.created_at), 'sent_at', private.proof_time(d.sent_at),
        'delivered_at', private.proof_time(d.delivered_at), 'attempts', (
          select coalesce(jsonb_agg(jsonb_build_object('number', a.number, 'started_at', private.proof_time(a.started_at), 'outcome', a.outcome,
            'status_code', a.status_code, 'error', a.error) order by a.number), '[]')
          from public.delivery_attempts a where a.delivery_id = d.id)) order by d.created_at, d.id), '[]')
      from public.deliveries d where d.conversation_id = c.id and d.kind <> 'webhook'),
    'seals', (
      select coalesce(jsonb_agg(jsonb_build_object('body', s.body, 'key_id', s.key_id, 'signature', encode(s.signature, 'hex'),
        'seq', l.seq, 'hash', encode(l.hash, 'hex'), 'path', private.merkle_path((
          select array_agg(private.merkle_leaf(x.conversation_id, x.seq, x.hash) order by x.place)
          from private.seal_leaves x where x.chatbot_id = s.chatbot_id and x.number = s.number), l.place)) order by s.number), '[]')
      from private.seal_leaves l join private.seals s on s.chatbot_id = l.chatbot_id and s.number = l.number
      where l.conversation_id = c.id and l.chatbot_id = c.chatbot_id),
    'keys', public.proof_keys(),
    'people', (
      select coalesce(jsonb_object_agg(p.user_id, coalesce(nullif(p.display_name, ''), 'A person')), '{}') from public.profiles p
      where p.user_id in (
        select (s.facts ->> who)::uuid from private.chain_sources(c.id) s, unnest('{author,actor}'::text[]) who)));
end
$$;

create function public.case_proof(conversation_id uuid) returns jsonb
language sql set search_path = '' as $$ select private.case_proof($1) $$;
comment on function public.case_proof is
  'The chain of a case, what stands in the tables today beside each entry, its receipts with all attempts, and the seals over it.';

-- The newest seals of a chatbot: to be kept by whoever wants to hold them against us later.
create function private.read_seals(p_chatbot_id uuid, p_most integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_chatbot_id, 'agent');
  return jsonb_build_object('keys', public.proof_keys(), 'seals', (
    select coalesce(jsonb_agg(jsonb_build_object('body', s.body, 'key_id', s.key_id, 'signature', encode(s.signature, 'hex')) order by s.number desc), '[]')
    from (select * from private.seals x where x.chatbot_id = p_chatbot_id order by x.number desc limit least(p_most, 400)) as s));
end
$$;

create function public.read_seals(chatbot_id uuid, most integer default 30) returns jsonb
language sql stable set search_path = '' as $$ select private.read_seals($1, $2) $$;
comment on function public.read_seals is 'The newest seals of a chatbot, and the public keys that signed them.';

create function private.cases_between(p_chatbot_id uuid, p_since timestamptz, p_until timestamptz) returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
declare
  ids uuid[];
begin
  perform private.require_role(p_chatbot_id, 'agent');
  select array_agg(x.id order by x.at, x.id) into ids from (
    select e.conversation_id as id, min(e.escalated_at) as at from public.escalations e
    where e.chatbot_id = p_chatbot_id and e.escalated_at >= p_since and e.escalated_at < p_until
    group by e.conversation_id limit 2001
  ) as x;
  if cardinality(ids) > 2000 then
    perform private.refuse('INVAL', 'These are more than 2,000 cases. Choose a shorter period.');
  end if;
  return coalesce(ids, '{}');
end
$$;

create function public.cases_between(chatbot_id uuid, since timestamptz, until timestamptz) returns uuid[]
language sql stable set search_path = '' as $$ select private.cases_between($1, $2, $3) $$;
comment on function public.cases_between is 'The cases in which somebody asked for a person within a period, oldest first: at most 2,000.';

revoke execute on function private.case_proof, private.read_seals, private.cases_between, public.case_proof, public.read_seals, public.cases_between from public, anon, authenticated;
grant execute on function private.case_proof, private.read_seals, private.cases_between, public.case_proof, public.read_seals, public.cases_between to authenticated;
