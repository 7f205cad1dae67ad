-- Who may listen and speak on a chatbot's private topic: its members. Notices carry ids alone, so a member who is removed
-- learns nothing more than that something happened until the channel is checked again. Last, because policies on these
-- tables hold locks that sign-ins wait for.

create function private.is_my_topic(topic text) returns boolean
  language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.chatbot_members m
    where m.user_id = (select auth.uid()) and 'chatbot:' || m.chatbot_id = topic)
$$;
comment on function private.is_my_topic is 'Whether a topic is that of a chatbot the signed-in person is a member of.';
revoke execute on function private.is_my_topic from public, anon;
grant execute on function private.is_my_topic to authenticated;

create policy "Members can listen to their chatbots" on realtime.messages for select to authenticated
  using (extension in ('broadcast', 'presence') and (select private.is_my_topic((select realtime.topic()))));
create policy "Members can show that they are there" on realtime.messages for insert to authenticated
  with check (extension in ('broadcast', 'presence') and (select private.is_my_topic((select realtime.topic()))));
