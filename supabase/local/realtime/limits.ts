/**
 * Everything Realtime counts or waits for. The waits are the hosted service's own. The capacities are its
 * largest plan's, except the message rate: on one machine its own speed is the limit, and a load test must
 * be able to reach it. Set the smaller plans' figures to rehearse them.
 */
export interface RealtimeLimits {
  /** Sockets with at least one joined channel. */
  maxUsers: number;
  maxJoinsPerSecond: number;
  /** Sent and delivered messages together. */
  maxMessagesPerSecond: number;
  maxPresencePerSecond: number;
  maxChannelsPerSocket: number;
  maxPayloadBytes: number;
  maxFrameBytes: number;
  /** Presence pushes allowed per channel within `presenceWindowMs`. */
  maxPresencePushes: number;
  presenceWindowMs: number;
  rateWindowSeconds: number;
  joinErrorDelayMs: number;
  refusedUpgradeDelayMs: number;
  idleTimeoutMs: number;
  /** The longest an accepted token goes unchecked. */
  tokenCheckMs: number;
  replicationReadyMs: number;
  /** Refuses public channels, like "Allow public access" switched off. */
  isPrivateOnly: boolean;
}

export const DEFAULT_LIMITS: Readonly<RealtimeLimits> = {
  maxUsers: 10_000,
  maxJoinsPerSecond: 2_500,
  maxMessagesPerSecond: Infinity,
  maxPresencePerSecond: 2_500,
  maxChannelsPerSocket: 100,
  maxPayloadBytes: 3_000_000,
  maxFrameBytes: 5_000_000,
  maxPresencePushes: 5,
  presenceWindowMs: 30_000,
  rateWindowSeconds: 60,
  joinErrorDelayMs: 5_000,
  refusedUpgradeDelayMs: 2_000,
  idleTimeoutMs: 60_000,
  tokenCheckMs: 300_000,
  replicationReadyMs: 60_000,
  isPrivateOnly: false,
};
