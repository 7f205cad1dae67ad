import { described, integer, optional } from '../_shared/fields.ts';
import * as examples from './examples.ts';
import { operation } from './operation.ts';
import type { Operation } from './operation.ts';
import { EVENT, listOf } from './schemas.ts';

const MAX_ROWS = 1000;

const readEvents = operation({
  id: 'readEvents',
  method: 'GET',
  template: '/events',
  summary: 'Read what happened',
  description:
    'The webhook events of this chatbot, oldest first, numbered from 1 without gaps, whether or not a webhook heard them. ' +
    'Keep the last `seq` and pass it as `after`: nothing is ever missed.',
  query: {
    after: described(optional(integer(0)), 'The last `seq` you have; 0 without it.'),
    limit: described(optional(integer(1, MAX_ROWS)), 'Rows per page; 100 without it.'),
  },
  answers: {
    200: {
      description: 'What happened since.',
      schema: listOf('events', EVENT, { type: 'integer' }),
      example: { events: [examples.EVENT], next: 3 },
    },
  },
  example: {},
  refusals: ['INVAL'],
  run: async (rpc, p_key_hash, { query }) => ({
    status: 200,
    body: await rpc('api_read_events', {
      p_key_hash,
      p_after: query.after ?? 0,
      p_limit: query.limit ?? 100,
    }),
  }),
});

export const eventOperations: Operation[] = [readEvents];
