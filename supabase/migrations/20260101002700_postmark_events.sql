-- What Postmark tells us afterwards: delivered, bounced, complained, suppressed or reactivated. Its events come twice and in
-- any order, so each only moves a receipt forward, and a repeated one moves nothing. The delivery's id travels in Metadata.

-- Types after which the address is no use, by Postmark's own names; the others are about one message, or about nothing.
create function private.is_hard_bounce(event jsonb) returns boolean
  language sql immutable set search_path = '' as $$
  select coalesce((event ->> 'Inactive')::boolean, false)
    or event ->> 'Type' in ('HardBounce', 'BadEmailAddress', 'ManuallyDeactivated', 'Unsubscribe', 'SpamComplaint')
$$;
comment on function private.is_hard_bounce is 'Whether mail to this address has no future.';

create function private.find_mail(event jsonb) returns uuid
  language plpgsql stable security definer set search_path = '' as $$
declare
  named text := event #>> '{Metadata,delivery_id}';
  mail uuid;
begin
  if named ~ '\A[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z' then
    select d.id into mail from public.deliveries d where d.id = named::uuid and d.kind = 'email';
  end if;
  if mail is null then
    select d.id into mail from public.deliveries d
    where d.provider_message_id = event ->> 'MessageID' and d.kind = 'email' limit 1;
  end if;
  return mail;
end $$;
comment on function private.find_mail is 'The delivery an event is about.';

create function public.record_postmark_event(p_event jsonb) returns boolean
  language plpgsql security definer set search_path = '' as $$
declare
  address text := lower(coalesce(p_event ->> 'Email', p_event ->> 'Recipient'));
  told text := p_event ->> 'RecordType';
  is_changed boolean := false;
  has_moved boolean := false;
begin
  if told = 'SubscriptionChange' then
    if address is null then
      return false;
    end if;
    if coalesce((p_event ->> 'SuppressSending')::boolean, false) then
      insert into private.suppressed_addresses (email, reason)
      values (address, coalesce(p_event ->> 'SuppressionReason', 'ManualSuppression')) on conflict do nothing;
    else
      delete from private.suppressed_addresses s where s.email = address;
    end if;
    return found;
  end if;
  if address is not null and (told = 'SpamComplaint' or (told = 'Bounce' and private.is_hard_bounce(p_event))) then
    insert into private.suppressed_addresses (email, reason)
    values (address, case told when 'Bounce' then coalesce(p_event ->> 'Type', told) else told end) on conflict do nothing;
    is_changed := found;
  end if;
  -- An answering machine is proof of delivery, not a bounce; so is anything about subscriptions.
  if told = 'Bounce' and p_event ->> 'Type' in ('AutoResponder', 'AddressChange', 'Subscribe', 'ChallengeVerification', 'OpenRelayTest') then
    return is_changed;
  end if;
  update public.deliveries d set
    status = case told when 'Delivery' then 'delivered' when 'Bounce' then 'bounced' else 'complained' end::public.delivery_status,
    reason = case told when 'Delivery' then null else left(coalesce(p_event ->> 'Type', told), 60) end,
    delivered_at = case told when 'Delivery' then now() else d.delivered_at end,
    sent_at = coalesce(d.sent_at, now()), finished_at = coalesce(d.finished_at, now()), next_attempt_at = null,
    provider_message_id = coalesce(p_event ->> 'MessageID', d.provider_message_id),
    last_error = case told when 'Delivery' then null else left(coalesce(p_event ->> 'Details', p_event ->> 'Description'), 500) end
  where d.id = private.find_mail(p_event) and case told
    -- A soft bounce may still be delivered; what was complained about, was delivered before.
    when 'Delivery' then d.status in ('queued', 'sent', 'failed')
      or (d.status = 'bounced' and d.reason in ('Transient', 'SoftBounce', 'DnsError', 'Unknown'))
    when 'Bounce' then d.status in ('queued', 'sent', 'delivered', 'failed')
    when 'SpamComplaint' then d.status <> 'complained'
    else false end;
  has_moved := found;
  return has_moved or is_changed;
end $$;
comment on function public.record_postmark_event is 'Moves a receipt by one of Postmark''s webhooks; false when it told nothing new.';
revoke execute on function public.record_postmark_event from public, anon, authenticated;
grant execute on function public.record_postmark_event to service_role;
