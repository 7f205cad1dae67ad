-- Acting from a mail: "I have it" and "Resolve" in an alert to a member. A link names the mail and what it is for, and carries a token that
-- is made from both, so nothing is kept. Looking at it changes nothing; what is posted from its page is done as the member the mail went to.

-- For a week, and only while the address is still that of a member: a mail that was passed on, or came to a list, acts for nobody else.
create function private.require_act(p_delivery_id uuid, p_act text, p_token text, out mail public.deliveries, out member public.profiles)
  language plpgsql stable security definer set search_path = '' as $$
begin
  select d.* into mail from public.deliveries d
  where d.id = p_delivery_id and d.purpose in ('alert', 'reminder') and coalesce(d.sent_at, d.next_attempt_at) > now() - interval '7 days';
  if mail.id is not null and p_act in ('claim', 'resolve')
    and extensions.digest(coalesce(p_token, ''), 'sha256') = extensions.digest(private.act_token(p_act, mail.id), 'sha256') then
    member := private.member_behind(mail.chatbot_id, mail.recipient);
  end if;
  if member.user_id is null then
    perform private.refuse('TOKIV', 'This link isn’t valid any more.');
  end if;
end $$;

create function public.read_act(p_delivery_id uuid, p_act text, p_token text) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
declare
  found record := private.require_act(p_delivery_id, p_act, p_token);
begin
  return (
    select jsonb_build_object('chatbot', b.name, 'reference', c.reference, 'question', left(e.question, 300), 'status', e.status,
      'member', private.name_of((found.member).user_id), 'is_mine', e.claimed_by is not distinct from (found.member).user_id,
      'claimed_by', private.name_of(e.claimed_by), 'resolved_by', private.name_of(e.resolved_by), 'url', private.deep_link(b.id, c.id))
    from public.escalations e join public.conversations c on c.id = e.conversation_id join public.chatbots b on b.id = e.chatbot_id
    where e.id = (found.mail).escalation_id);
end $$;
comment on function public.read_act is 'What a link of an alert is about and how it stands; changes nothing. TOKIV when the link is worth nothing.';

create function public.act_from_mail(p_delivery_id uuid, p_act text, p_token text) returns jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  found record := private.require_act(p_delivery_id, p_act, p_token);
  e public.escalations;
  is_done boolean := false;
begin
  perform set_config('request.jwt.claims', json_build_object('sub', (found.member).user_id, 'role', 'authenticated')::text, true);
  e := private.hold_case((found.mail).escalation_id);
  if e.status = 'open' and (p_act = 'resolve' or e.claimed_by is null) then
    is_done := true;
    if p_act = 'resolve' then
      perform private.resolve_escalation(e.id, null);
    else
      perform private.claim_escalation(e.id);
    end if;
  end if;
  return public.read_act(p_delivery_id, p_act, p_token) || jsonb_build_object('is_done', is_done);
end $$;
comment on function public.act_from_mail is 'Does once what a link of an alert says, as its addressee; afterwards it says who did it.';

revoke execute on function private.require_act, public.read_act, public.act_from_mail from public, anon, authenticated;
grant execute on function public.read_act, public.act_from_mail to service_role;
