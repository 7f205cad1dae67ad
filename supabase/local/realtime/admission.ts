/** Why a join is refused before anybody's rights are asked, in the order clients meet the reasons. */
import type { JoinConfig } from './config.ts';
import type { Connection } from './connection.ts';

export interface Refusal {
  reason: string;
  /** Whether the socket is closed after the reply. */
  isDisconnecting?: boolean;
}

/** Counts the join and gives the reason against it, or null. */
export function refuseAdmission(connection: Connection, topic: string, config: JoinConfig): Refusal | null {
  const { server, channels } = connection;
  const { limits, users } = server;
  if (topic === '') return { reason: 'TopicNameRequired: You must provide a topic name' };
  if (limits.isPrivateOnly && !config.isPrivate) {
    return { reason: 'PrivateOnly: This project only allows private channels' };
  }
  if (!users.has(connection) && users.size >= limits.maxUsers) {
    return { reason: 'ConnectionRateLimitReached: Too many connected users' };
  }
  if (server.isOverJoinRate) {
    const reason = 'ClientJoinRateLimitReached: Too many joins per second';
    return { reason, isDisconnecting: true };
  }
  server.joins.add();
  if (channels.size >= limits.maxChannelsPerSocket) {
    return { reason: 'ChannelRateLimitReached: Too many channels' };
  }
  return null;
}

/** The refusal of a reader without rights; the text is also what a joined channel is shut down with. */
export const unreadable = (topic: string) =>
  `You do not have permissions to read from this Channel topic: ${topic}`;
