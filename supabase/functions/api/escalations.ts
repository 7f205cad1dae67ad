import { described, integer, oneOf, optional, uuid } from '../_shared/fields.ts';
import * as examples from './examples.ts';
import { operation } from './operation.ts';
import type { Operation } from './operation.ts';
import { cursor, ESCALATION, listOf } from './schemas.ts';

const MAX_ROWS = 200;

const listEscalations = operation({
  id: 'listEscalations',
  method: 'GET',
  template: '/escalations',
  summary: 'List escalations',
  description: 'Newest first. While there is more, `next` is what to pass as `after`.',
  query: {
    status: described(optional(oneOf('open', 'resolved')), 'Only these; without it all.'),
    after: described(optional(cursor()), 'The `next` of the page before.'),
    limit: described(optional(integer(1, MAX_ROWS)), 'Rows per page; 50 without it.'),
  },
  answers: {
    200: {
      description: 'A page.',
      schema: listOf('escalations', ESCALATION),
      example: { escalations: [examples.ESCALATION], next: null },
    },
  },
  example: {},
  refusals: ['INVAL'],
  run: async (rpc, p_key_hash, { query }) => ({
    status: 200,
    body: await rpc('api_list_escalations', {
      p_key_hash,
      p_status: query.status,
      p_after: query.after,
      p_limit: query.limit ?? 50,
    }),
  }),
});

const resolveEscalation = operation({
  id: 'resolveEscalation',
  method: 'POST',
  template: '/escalations/{escalation_id}/resolve',
  summary: 'Mark an escalation resolved',
  description: 'Resolving what is resolved already is harmless.',
  path: { escalation_id: uuid() },
  answers: { 200: { description: 'It is resolved.', schema: ESCALATION, example: examples.RESOLVED } },
  example: { path: { escalation_id: examples.ESCALATION_ID } },
  refusals: ['NTUID', 'NTFND'],
  run: async (rpc, p_key_hash, { path }) => ({
    status: 200,
    body: await rpc('api_resolve', { p_key_hash, p_escalation_id: path.escalation_id }),
  }),
});

export const escalationOperations: Operation[] = [listEscalations, resolveEscalation];
