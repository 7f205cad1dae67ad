// PagerDuty, by an integration of its Events API v2 (developer.pagerduty.com, "Send an alert event", and the schema in
// github.com/PagerDuty/api-schema, read 2026-11). One case is one alert: triggered, acknowledged when somebody has seen it, resolved
// when it is, all by one key. So nothing is summed up.
import { cut } from '../../clean.ts';
import { inHeader, shortened } from '../../mail-text.ts';
import type { Channel, Notice } from '../channel.ts';
import { postJson } from '../entering.ts';
import { gone, jsonOf, judgeByStatus } from '../judging.ts';
import { headline, linkText, questionOf } from '../wording.ts';

const SUMMARY_MAX = 1024;
const QUESTION_MAX = 2000;
const SOURCE_MAX = 100;
const HOSTS: Record<string, string> = { us: 'events.pagerduty.com', eu: 'events.eu.pagerduty.com' };

const ACTIONS: Record<Notice['kind'], 'trigger' | 'acknowledge' | 'resolve' | null> = {
  escalated: 'trigger',
  // The same alert, so a second trigger only adds to its log.
  waiting: 'trigger',
  test: 'trigger',
  seen: 'acknowledge',
  resolved: 'resolve',
  contact: null,
  summary: null,
};

export const channel: Channel = {
  description: {
    name: 'PagerDuty',
    setup: [
      'In PagerDuty, open “Services”, choose the service that is to be told, and open its “Integrations”.',
      'Press “Add an integration”, choose “Events API V2”, and press “Add”.',
      'Open it, copy the “Integration Key”, and paste it here.',
    ],
    fields: [
      {
        name: 'routing_key',
        label: 'Integration key',
        is_secret: true,
        is_optional: false,
        placeholder: '32 letters and digits',
        help: 'Whoever has it can open incidents at your service.',
      },
      {
        name: 'region',
        label: 'Service region',
        is_secret: false,
        is_optional: true,
        placeholder: 'us',
        help: '“us” or “eu”. Left empty: us.',
      },
    ],
    pace: { messages: 120, seconds: 60 },
    is_summarised: false,
  },

  validate(entered, kept) {
    const routing_key = entered['routing_key']?.trim() ?? '';
    const region = entered['region']?.trim().toLowerCase() || 'us';
    if (!kept?.has('routing_key') && !/^[A-Za-z0-9]{32}$/.test(routing_key)) {
      return { field: 'routing_key', problem: 'An integration key has 32 letters and digits.' };
    }
    if (!(region in HOSTS)) return { field: 'region', problem: 'The region is “us” or “eu”.' };
    return { settings: { routing_key, region } };
  },

  words(notice) {
    const event_action = ACTIONS[notice.kind];
    if (event_action === null) return null;
    const key = { event_action, dedup_key: notice.incident };
    if (event_action !== 'trigger') return key;
    const question = questionOf(notice, QUESTION_MAX);
    return {
      ...key,
      client: 'Handoff',
      client_url: notice.url,
      links: [{ href: notice.url, text: linkText(notice) }],
      payload: {
        summary: cut(
          [headline(notice), shortened(inHeader(question), 200)].filter(Boolean).join(': '),
          SUMMARY_MAX,
        ),
        source: shortened(inHeader(notice.chatbot), SOURCE_MAX) || 'Handoff',
        severity: notice.kind === 'test' ? 'info' : 'error',
        ...(notice.escalated_at && { timestamp: notice.escalated_at }),
        custom_details: {
          ...(notice.reference && { reference: notice.reference }),
          ...(question && { question }),
        },
      },
    };
  },

  send({ routing_key = '', region = 'us' }, words) {
    return postJson(`https://${HOSTS[region] ?? HOSTS['us']}/v2/enqueue`, { routing_key, ...words });
  },

  judge(answer) {
    const { errors } = jsonOf(answer);
    // A key that is not known is taken for a mistake in the event.
    if (answer.status === 400 && /routing_key/.test(JSON.stringify(errors ?? ''))) {
      return gone('PAGERDUTY_KEY', 'PagerDuty doesn’t know this integration key.');
    }
    return judgeByStatus(answer, [401, 403, 404]);
  },
};
