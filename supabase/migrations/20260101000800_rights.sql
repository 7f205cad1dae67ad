-- Who may read what. Visitors never reach a table: the edge functions speak for them. Members read the rows of their
-- chatbots and write only through functions. The secret key (service_role) passes by the policies, for imports.

revoke all on all tables in schema public from public, anon, authenticated, service_role;
revoke all on all sequences in schema public from public, anon, authenticated, service_role;
revoke all on all tables in schema private from public, anon, authenticated, service_role;
grant select, insert, update, delete on all tables in schema public to service_role;
grant usage, select on all sequences in schema public to service_role;
-- Defaults, checks and generated columns run as whoever writes the row.
grant execute on function private.is_email, private.fold, private.plain, private.new_reference to service_role;

alter table public.profiles enable row level security;
alter table public.chatbots enable row level security;
alter table public.chatbot_members enable row level security;
alter table public.chatbot_invites enable row level security;
alter table public.human_support_settings enable row level security;
alter table public.escalation_recipients enable row level security;
alter table public.alert_channels enable row level security;
alter table public.push_devices enable row level security;
alter table public.alert_rungs enable row level security;
alter table public.followup_buttons enable row level security;
alter table public.lead_forms enable row level security;
alter table public.office_hours enable row level security;
alter table public.bots enable row level security;
alter table public.answers enable row level security;
alter table public.intent_phrases enable row level security;
alter table public.canned_replies enable row level security;
alter table public.conversations enable row level security;
alter table public.messages enable row level security;
alter table public.leads enable row level security;
alter table public.conversation_reads enable row level security;
alter table public.escalations enable row level security;
alter table public.timeline_entries enable row level security;
alter table public.events enable row level security;
alter table public.webhook_endpoints enable row level security;
alter table public.api_keys enable row level security;
alter table public.deliveries enable row level security;
alter table public.delivery_attempts enable row level security;
alter table public.reply_receipts enable row level security;

grant select on public.profiles, public.chatbots, public.chatbot_members, public.human_support_settings,
  public.escalation_recipients, public.alert_rungs, public.followup_buttons, public.lead_forms, public.office_hours, public.answers,
  public.intent_phrases, public.canned_replies, public.conversations, public.messages, public.leads,
  public.conversation_reads, public.escalations, public.timeline_entries, public.events,
  public.delivery_attempts, public.reply_receipts to authenticated;
-- Without the columns that would help somebody to pretend: the keys' places in Vault, the hashes, the leases.
grant select (chatbot_id, kind, base_url, model, instructions, updated_at) on public.bots to authenticated;
grant select (id, chatbot_id, email, role, invited_by, created_at, expires_at, accepted_at)
  on public.chatbot_invites to authenticated;
grant select (id, chatbot_id, name, prefix, created_by, created_at, last_used_at, revoked_at)
  on public.api_keys to authenticated;
grant select (id, chatbot_id, url, description, events, is_enabled, disabled_reason, failing_since, last_success_at,
  previous_secret_until, created_by, created_at, updated_at) on public.webhook_endpoints to authenticated;
grant select (id, chatbot_id, kind, name, settings, is_enabled, disabled_reason, failing_since, last_success_at, created_by, created_at,
  updated_at) on public.alert_channels to authenticated;
grant select (id, user_id, label, created_at, last_told_at, failing_since, last_failure) on public.push_devices to authenticated;
grant select (id, chatbot_id, conversation_id, escalation_id, event_id, kind, purpose, recipient, endpoint_id, channel_id, channel_name, device_id, device_name, status, reason, body,
  attempt_count, attempt_base, lost_count, next_attempt_at, provider_message_id, summary_id, rung, round, skipped_by, period, place, created_at, sent_at,
  delivered_at, finished_at, last_error, lane) on public.deliveries to authenticated;

create policy "People can read the profiles of their teammates" on public.profiles for select to authenticated
  using (user_id = (select auth.uid()) or user_id in (select private.my_teammate_ids()));
create policy "Members can read their chatbots" on public.chatbots for select to authenticated
  using (id in (select private.my_chatbot_ids()));
create policy "Members can see who else is a member" on public.chatbot_members for select to authenticated
  using (chatbot_id in (select private.my_chatbot_ids()));
create policy "Admins can read invitations to their chatbots" on public.chatbot_invites for select to authenticated
  using (chatbot_id in (select private.my_admin_chatbot_ids()));
create policy "Members can read human support settings of their chatbots" on public.human_support_settings
  for select to authenticated using (chatbot_id in (select private.my_chatbot_ids()));
create policy "Members can read recipients of their chatbots" on public.escalation_recipients
  for select to authenticated using (chatbot_id in (select private.my_chatbot_ids()));
create policy "Members can read the channels of their chatbots" on public.alert_channels
  for select to authenticated using (chatbot_id in (select private.my_chatbot_ids()));
create policy "People can read their own devices" on public.push_devices
  for select to authenticated using (user_id = (select auth.uid()));
create policy "Members can read who is told and when on their chatbots" on public.alert_rungs
  for select to authenticated using (chatbot_id in (select private.my_chatbot_ids()));
create policy "Members can read follow-up buttons of their chatbots" on public.followup_buttons
  for select to authenticated using (chatbot_id in (select private.my_chatbot_ids()));
create policy "Members can read lead forms of their chatbots" on public.lead_forms for select to authenticated
  using (chatbot_id in (select private.my_chatbot_ids()));
create policy "Members can read office hours of their chatbots" on public.office_hours for select to authenticated
  using (chatbot_id in (select private.my_chatbot_ids()));
create policy "Admins can read who answers on their chatbots" on public.bots for select to authenticated
  using (chatbot_id in (select private.my_admin_chatbot_ids()));
create policy "Members can read answers of their chatbots" on public.answers for select to authenticated
  using (chatbot_id in (select private.my_chatbot_ids()));
create policy "Members can read the built-in intent phrases and their own" on public.intent_phrases
  for select to authenticated using (chatbot_id is null or chatbot_id in (select private.my_chatbot_ids()));
create policy "Members can read canned replies of their chatbots" on public.canned_replies
  for select to authenticated using (chatbot_id in (select private.my_chatbot_ids()));
create policy "Members can read conversations of their chatbots" on public.conversations
  for select to authenticated using (chatbot_id in (select private.my_chatbot_ids()));
create policy "Members can read messages of their chatbots" on public.messages for select to authenticated
  using (chatbot_id in (select private.my_chatbot_ids()));
create policy "Members can read what became of replies on their chatbots" on public.reply_receipts
  for select to authenticated using (chatbot_id in (select private.my_chatbot_ids()));
create policy "Members can read leads of their chatbots" on public.leads for select to authenticated
  using (chatbot_id in (select private.my_chatbot_ids()));
create policy "People can read how far they have read" on public.conversation_reads for select to authenticated
  using (user_id = (select auth.uid()) and chatbot_id in (select private.my_chatbot_ids()));
create policy "Members can read escalations of their chatbots" on public.escalations for select to authenticated
  using (chatbot_id in (select private.my_chatbot_ids()));
create policy "Members can read the timeline of their chatbots" on public.timeline_entries
  for select to authenticated using (chatbot_id in (select private.my_chatbot_ids()));
create policy "Members can read events of their chatbots" on public.events for select to authenticated
  using (chatbot_id in (select private.my_chatbot_ids()));
-- An address of a webhook is often a secret of its own.
create policy "Admins can read webhook endpoints of their chatbots" on public.webhook_endpoints
  for select to authenticated using (chatbot_id in (select private.my_admin_chatbot_ids()));
create policy "Admins can read API keys of their chatbots" on public.api_keys for select to authenticated
  using (chatbot_id in (select private.my_admin_chatbot_ids()));
create policy "Members can read deliveries of their chatbots" on public.deliveries for select to authenticated
  using (chatbot_id in (select private.my_chatbot_ids()));
-- An attempt at a webhook holds its address and its signatures.
create policy "Members can read attempts at mail, admins all attempts" on public.delivery_attempts
  for select to authenticated using (
    chatbot_id in (select private.my_admin_chatbot_ids())
    or chatbot_id in (select private.my_chatbot_ids())
      and exists (select from public.deliveries d where d.id = delivery_id and d.kind = 'email'));
