// What the services at which teams are told are called.

const NAMES: Record<string, string> = {
  slack: 'Slack',
  teams: 'Microsoft Teams',
  discord: 'Discord',
  google_chat: 'Google Chat',
  mattermost: 'Mattermost',
  telegram: 'Telegram',
  ntfy: 'ntfy',
  pagerduty: 'PagerDuty',
};

/** "Microsoft Teams" for `teams`. */
export function channelName(kind: string): string {
  return NAMES[kind] ?? kind;
}
