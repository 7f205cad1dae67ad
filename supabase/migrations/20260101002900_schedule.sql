-- The clock. The sweep every ten seconds is what correctness rests on: it calls the dispatcher like the doorbell does, and
-- does nothing where nobody has told the project its own address yet. Repeating this file changes nothing.

create function private.sweep() returns void
  language plpgsql security definer set search_path = '' as $$
begin
  perform private.ring_doorbell();
end $$;
comment on function private.sweep is 'Calls the dispatcher; run by cron.';

-- A sweep that has done its share, or has waited for what is due, asks for a call to follow it, by the same bell.
create function public.hand_over_sweep() returns void
  language sql security definer set search_path = '' as $$ select private.ring_doorbell() $$;
comment on function public.hand_over_sweep is 'Has another call of the dispatcher come at once.';
revoke execute on function public.hand_over_sweep from public, anon, authenticated;
grant execute on function public.hand_over_sweep to service_role;

select cron.schedule('handoff-sweep', '10 seconds', 'select private.sweep()');
select cron.schedule('handoff-prune', '17 3 * * *', 'select private.prune()');

-- The first sweep does not wait for the clock: whoever looks at a new project at once reads that the sender runs.
select private.sweep();
