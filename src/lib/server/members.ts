import type { SupabaseClient } from '@supabase/supabase-js';
import type { Role } from '$lib/server/guards';
import { rows, rpc } from '$lib/server/supabase';

export interface Member {
  user_id: string;
  role: Role;
  created_at: string;
  email: string;
  display_name: string | null;
}

/** An invitation that nobody has accepted yet. */
export interface Invite {
  id: string;
  email: string;
  role: Role;
  created_at: string;
  expires_at: string;
}

const RANK: Record<Role, number> = { owner: 0, admin: 1, agent: 2 };

/** Everybody who works on a chatbot, the owner first. */
export async function list(db: SupabaseClient, chatbot_id: string): Promise<Member[]> {
  const found = await rows<
    Omit<Member, 'email' | 'display_name'> & { profile: Pick<Member, 'email' | 'display_name'> }
  >(
    db
      .from('chatbot_members')
      .select('user_id, role, created_at, profile:profiles(email, display_name)')
      .eq('chatbot_id', chatbot_id)
      .order('created_at'),
  );
  return found
    .map(({ profile, ...member }) => ({ ...member, ...profile }))
    .sort((a, b) => RANK[a.role] - RANK[b.role]);
}

/** Open invitations, newest first; row-level security shows them to admins and the owner alone. */
export function listInvites(db: SupabaseClient, chatbot_id: string): Promise<Invite[]> {
  return rows<Invite>(
    db
      .from('chatbot_invites')
      .select('id, email, role, created_at, expires_at')
      .eq('chatbot_id', chatbot_id)
      .is('accepted_at', null)
      .order('created_at', { ascending: false }),
  );
}

/** Sends an invitation by mail; inviting an address again replaces the link it has. */
export function invite(db: SupabaseClient, chatbot_id: string, email: string, role: string): Promise<Invite> {
  return rpc<Invite>(db, 'invite_member', { chatbot_id, email, role });
}

export function withdrawInvite(db: SupabaseClient, id: string): Promise<void> {
  return rpc(db, 'withdraw_invite', { id });
}

/** Joins, and answers with the chatbot's id. Throws FORBD for another address, TOOLT when it has expired. */
export function acceptInvite(db: SupabaseClient, token: string): Promise<string> {
  return rpc<string>(db, 'accept_invite', { token });
}

export function setRole(
  db: SupabaseClient,
  chatbot_id: string,
  user_id: string,
  role: string,
): Promise<void> {
  return rpc(db, 'set_member_role', { chatbot_id, user_id, role });
}

/** Also how one leaves. What they had claimed is free again at once. */
export function remove(db: SupabaseClient, chatbot_id: string, user_id: string): Promise<void> {
  return rpc(db, 'remove_member', { chatbot_id, user_id });
}

/** Makes another member the owner; the owner so far stays as an admin. */
export function transfer(db: SupabaseClient, chatbot_id: string, user_id: string): Promise<void> {
  return rpc(db, 'transfer_chatbot', { chatbot_id, user_id });
}

/** Deletes a chatbot with all that belongs to it; throws INVAL when the name does not match. */
export function deleteChatbot(db: SupabaseClient, chatbot_id: string, confirm_name: string): Promise<void> {
  return rpc(db, 'delete_chatbot', { chatbot_id, confirm_name });
}
