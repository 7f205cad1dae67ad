import type { Role } from '$lib/server/guards';

export interface Tab {
  /** The folder under the chatbot's own address. */
  path: string;
  label: string;
}

const TABS: (Tab & { isForAgents: boolean })[] = [
  { path: 'human-support', label: 'Human Support', isForAgents: true },
  { path: 'embed', label: 'Embed', isForAgents: false },
  { path: 'answers', label: 'Answers', isForAgents: false },
  { path: 'webhooks', label: 'Webhooks', isForAgents: false },
  { path: 'members', label: 'Members', isForAgents: true },
  { path: 'proof', label: 'Proof', isForAgents: true },
  { path: 'health', label: 'Health', isForAgents: true },
  { path: 'first-run', label: 'Get started', isForAgents: false },
];

/** The tabs this role may open, in order; getting started is over one day. */
export function tabsFor(role: Role, isSetUp: boolean): Tab[] {
  return TABS.filter(({ path, isForAgents }) =>
    path === 'first-run' ? role !== 'agent' && !isSetUp : isForAgents || role !== 'agent',
  );
}

/** The sub-tabs of Embed, in order. */
export const EMBED_TABS: Tab[] = [
  { path: 'install', label: 'Install' },
  { path: 'appearance', label: 'Appearance' },
  { path: 'follow-up-buttons', label: 'Follow-up Buttons' },
  { path: 'human-support', label: 'Human Support' },
  { path: 'alerts', label: 'Alerts' },
  { path: 'targets', label: 'Targets' },
  { path: 'lead-form', label: 'Lead Form' },
  { path: 'replies', label: 'Replies' },
  { path: 'office-hours', label: 'Office Hours' },
  { path: 'phrases', label: 'Phrases' },
];
