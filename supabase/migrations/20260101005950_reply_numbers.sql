-- What became of the replies of a window, each in exactly one place. They are counted as messages and as receipts, so that the
-- difference means something; it is always 0.

create function private.reply_numbers(p_chatbot_id uuid, p_days integer) returns jsonb
language sql stable set search_path = '' as $$
  with parts as (
    select count(*) filter (where r.status = any (private.reply_statuses('reply_read'))) as read,
      count(*) filter (where r.status = any (private.reply_statuses('reply_fetched'))) as fetched,
      count(*) filter (where r.status = any (private.reply_statuses('reply_mailed'))) as mailed,
      count(*) filter (where r.status = any (private.reply_statuses('reply_waiting'))) as on_the_way,
      count(*) filter (where r.status = any (private.reply_statuses('reply_unreachable'))) as unreachable
    from public.reply_receipts r
    where r.chatbot_id = p_chatbot_id and r.created_at >= private.window_start(p_days)
  ), sent as (
    select count(*) as replies from public.messages m
    where m.chatbot_id = p_chatbot_id and m.role = 'agent' and m.created_at >= private.window_start(p_days)
  )
  select jsonb_build_object(
    'replies', s.replies, 'read', p.read, 'fetched', p.fetched, 'mailed', p.mailed, 'on_the_way', p.on_the_way,
    'unreachable', p.unreachable,
    'unexplained', s.replies - p.read - p.fetched - p.mailed - p.on_the_way - p.unreachable)
  from parts p cross join sent s
$$;

revoke execute on function private.reply_numbers from public, anon, authenticated;
