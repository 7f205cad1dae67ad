import type { SupabaseClient } from '@supabase/supabase-js';
import type { Role } from '$lib/server/guards';
import { rows, rpc } from '$lib/server/supabase';

export interface Member {
  user_id: string;
  role: Role;
  created_at: string;
  email: string;
  display_name: string | null;
  /** Whether alerts are addressed to this person; the owner's always are. */
  gets_alerts: boolean;
}

/** What an invitation's link is worth to the person who looks. */
export interface OpenedInvite {
  state: 'open' | 'accepted' | 'expired' | 'elsewhere' | 'unknown';
  chatbot?: string;
  role?: Role;
  gets_alerts?: boolean;
}

/** A link as invitations have it; what looks otherwise is none. */
const TOKEN = /^[\w-]{40,64}$/;

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
  const [found, recipients] = await Promise.all([
    rows<
      Pick<Member, 'user_id' | 'role' | 'created_at'> & { profile: Pick<Member, 'email' | 'display_name'> }
    >(
      db
        .from('chatbot_members')
        .select('user_id, role, created_at, profile:profiles(email, display_name)')
        .eq('chatbot_id', chatbot_id)
        .order('created_at'),
    ),
    rows<{ email: string }>(db.from('escalation_recipients').select('email').eq('chatbot_id', chatbot_id)),
  ]);
  const told = new Set(recipients.map(({ email }) => email.toLowerCase()));
  return found
    .map(({ profile, ...member }) => ({
      ...member,
      ...profile,
      gets_alerts: member.role === 'owner' || told.has(profile.email.toLowerCase()),
    }))
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

/** Says what the link is worth, and changes nothing. Whoever is not signed in learns only whether it could be one. */
export async function readInvite(
  db: SupabaseClient,
  token: string,
  isSignedIn: boolean,
): Promise<OpenedInvite> {
  if (!TOKEN.test(token)) return { state: 'unknown' };
  return isSignedIn ? rpc<OpenedInvite>(db, 'read_invite', { token }) : { state: 'open' };
}

/** Adds the member's address to the recipients of alerts, or takes it away. */
export function saveAlerts(
  db: SupabaseClient,
  chatbot_id: string,
  user_id: string,
  gets_alerts: boolean,
): Promise<void> {
  return rpc(db, 'save_member_alerts', { chatbot_id, user_id, gets_alerts });
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
