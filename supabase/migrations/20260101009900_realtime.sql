-- Who may listen and speak on a chatbot's private topic: its members. Notices carry ids alone, and the topic
-- moves when a member leaves, so whoever is removed hears that and nothing after it. Last, because policies on these
-- tables hold locks that sign-ins wait for.

create function private.is_my_topic(topic text) returns boolean
  language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.chatbot_members m
    where m.user_id = (select auth.uid()) and private.topic_of(m.chatbot_id) = topic)
$$;
comment on function private.is_my_topic is 'Whether a topic is that of a chatbot the signed-in person is a member of.';
revoke execute on function private.is_my_topic from public, anon;
grant execute on function private.is_my_topic to authenticated;

create function private.my_topic(p_chatbot_id uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_chatbot_id, 'agent');
  return (select private.topic_of(b.id) from public.chatbots b where b.id = p_chatbot_id);
end
$$;
create function public.my_topic(chatbot_id uuid) returns text
language sql stable set search_path = '' as $$ select private.my_topic($1) $$;
comment on function public.my_topic is 'The private topic on which a member hears of a chatbot; another one after somebody has left.';
revoke execute on function private.my_topic, public.my_topic from public, anon, authenticated;
grant execute on function private.my_topic, public.my_topic to authenticated;

create policy "Members can listen to their chatbots" on realtime.messages for select to authenticated
  using (extension in ('broadcast', 'presence') and (select private.is_my_topic((select realtime.topic()))));
create policy "Members can show that they are there" on realtime.messages for insert to authenticated
  with check (extension in ('broadcast', 'presence') and (select private.is_my_topic((select realtime.topic()))));
-- The health page joins, has the database say one word there, and leaves; nobody else knows the name.
create policy "Signed-in people can hear their own health check" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select realtime.topic()) like 'health:%');
