// Why each refusal comes and what to do about it, for `docs/errors.md` alone: no function and no page loads these words.
import type { RefusalCode } from './errors.ts';

/** What leads to a refusal, and what helps. */
export interface Explanation {
  cause: string;
  cure: string;
}

/** In the order of the page. */
export const CAUSES: Record<RefusalCode, Explanation> = {
  NOBOT: {
    cause: 'The chatbot id names no chatbot, or one that has been deleted.',
    cure: 'Copy the snippet from Embed → Install once more.',
  },
  NTFND: {
    cause:
      'The case, conversation, member or other thing does not exist, or belongs to a chatbot whose member you are not. Both answer alike on purpose.',
    cure: 'Check the id, and that you are signed in as a member of that chatbot.',
  },
  NOPTH: {
    cause: 'The address names no call of this function.',
    cure: 'Compare it with the OpenAPI document (`GET …/functions/v1/api/openapi.json`).',
  },
  NOMTH: {
    cause: 'The call exists, but not with this HTTP method.',
    cure: 'Use a method that the `Allow` header of the answer names.',
  },
  ORIGN: {
    cause: 'The page’s origin is not among the chatbot’s allowed origins.',
    cure: 'Add it under Embed → Install, with its scheme and port, or empty the list to allow any.',
  },
  FORBD: {
    cause: 'You are a member, but your role may not do this.',
    cure: 'Ask an admin or the owner; roles are changed under Members.',
  },
  TOKMS: {
    cause: 'A call about a conversation came without its `Authorization: Bearer` token.',
    cure: 'Start a session with `POST …/widget/sessions` and send the token it answers.',
  },
  TOKIV: {
    cause: 'The conversation token is unknown, has expired, or belongs to another conversation.',
    cure: 'Start a new session. The widget does so by itself.',
  },
  KEYMS: {
    cause: 'A call of the API came without a key.',
    cure: 'Send `Authorization: Bearer hk_…`; keys are made under Webhooks.',
  },
  KEYIV: {
    cause: 'The API key is mistyped, has been revoked, or its chatbot is gone.',
    cure: 'Make a new key under Webhooks.',
  },
  SIGNI: {
    cause: 'Nobody is signed in, or the session has ended.',
    cure: 'Sign in again. What was written and not sent is kept on the device.',
  },
  BDCTY: {
    cause: 'The body is declared as something other than JSON.',
    cure: 'Send `Content-Type: application/json`.',
  },
  BDJSN: { cause: 'The body could not be read as JSON.', cure: 'Send one valid JSON object in UTF-8.' },
  TOBIG: { cause: 'The body is larger than the call takes.', cure: 'Send less, or in several calls.' },
  NTUID: {
    cause: 'A field or a part of the address must be a UUID and is none.',
    cure: 'Send a UUID such as `crypto.randomUUID()` makes.',
  },
  TXTLN: {
    cause: 'A message is empty or longer than 4,000 characters.',
    cure: 'Shorten it, or send it in parts.',
  },
  INVAL: {
    cause: 'A field is missing, of the wrong type, or out of its range; `message` names it.',
    cure: 'Correct the field that is named. Nothing was changed.',
  },
  RCPTA: {
    cause: 'What was added as a recipient is no e-mail address; `message` names it.',
    cure: 'Correct the address and save again. Nothing was saved.',
  },
  RCPTM: {
    cause: 'More than ten recipients besides the owner.',
    cure: 'Take one away, or use the address of a group.',
  },
  URLBD: {
    cause: 'The webhook’s address is not https, is not public, or carries a name and password.',
    cure: 'Use a public https address. Only the embedded stack allows `http://127.0.0.1`.',
  },
  LASTO: {
    cause: 'The change would leave a chatbot without an owner, or with two.',
    cure: 'Transfer the chatbot to somebody else first.',
  },
  STALE: {
    cause:
      'Somebody else, or the visitor, changed the case after you looked at it; `detail` says who, what and when.',
    cure: 'Read what has changed, then act again. Nothing was done.',
  },
  CLAIM: {
    cause: 'Somebody else claimed the case first.',
    cure: 'Talk to them, or assign the case to yourself.',
  },
  CONFL: {
    cause:
      'The state does not allow it: resolving what is resolved, or an id that was used with another content.',
    cure: 'Read the present state first; use a new id for a new content.',
  },
  TOOLT: {
    cause: 'The ten seconds in which a resolve can be undone are over, or its webhook has left.',
    cure: 'Reopen the case instead; that is announced like every change.',
  },
  TOOMY: {
    cause: 'More requests than the limit of this call. Escalations are never refused for that.',
    cure: 'Wait for as long as `Retry-After` says.',
  },
  UNAVL: {
    cause: 'The database or the network was away for a moment.',
    cure: 'Send the same again with the same id: repeating is harmless.',
  },
  INTRN: {
    cause: 'A fault of ours. The log of the function or of the app has the details.',
    cure: 'Try again; if it stays, report it with the time of the answer.',
  },
};
