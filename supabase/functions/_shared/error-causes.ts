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
    cure: 'Copy the snippet again from Embed → Install.',
  },
  NTFND: {
    cause:
      'The case, conversation, member or other thing does not exist, or belongs to a chatbot you’re not a member of. The answer is the same for both on purpose.',
    cure: 'Check the id, and that you’re signed in as a member of that chatbot.',
  },
  NOPTH: {
    cause: 'The address isn’t a call of this function.',
    cure: 'Compare it with the OpenAPI document (`GET …/functions/v1/api/openapi.json`).',
  },
  NOMTH: {
    cause: 'The call exists, but not with this HTTP method.',
    cure: 'Use a method from the response’s `Allow` header.',
  },
  ORIGN: {
    cause: 'The page’s origin is not among the chatbot’s allowed origins.',
    cure: 'Add it under Embed → Install, with its scheme and port, or empty the list to allow any site.',
  },
  FORBD: {
    cause: 'You’re a member, but your role doesn’t allow this.',
    cure: 'Ask an admin or the owner; roles are changed under Members.',
  },
  TOKMS: {
    cause: 'A call about a conversation came without its `Authorization: Bearer` token.',
    cure: 'Start a session with `POST …/widget/sessions` and send the token it returns.',
  },
  TOKIV: {
    cause: 'The conversation token is unknown, has expired, or belongs to another conversation.',
    cure: 'Start a new session. The widget does this itself.',
  },
  KEYMS: {
    cause: 'A call of the API came without a key.',
    cure: 'Send `Authorization: Bearer hk_…`; create keys under Webhooks → API keys.',
  },
  KEYIV: {
    cause: 'The API key is mistyped, has been revoked, or its chatbot is gone.',
    cure: 'Create a new key under Webhooks → API keys.',
  },
  SIGNI: {
    cause: 'Nobody is signed in, or the session has ended.',
    cure: 'Sign in again. Anything you hadn’t sent is kept on your device.',
  },
  BDCTY: {
    cause: 'The body is declared as something other than JSON.',
    cure: 'Send `Content-Type: application/json`.',
  },
  BDJSN: { cause: 'The body could not be read as JSON.', cure: 'Send one valid JSON object in UTF-8.' },
  TOBIG: {
    cause: 'The body is larger than the call allows.',
    cure: 'Send less, or split it into several calls.',
  },
  NTUID: {
    cause: 'A field or a part of the address must be a UUID and isn’t.',
    cure: 'Send a UUID, for example from `crypto.randomUUID()`.',
  },
  TXTLN: {
    cause: 'A message is empty or longer than 4,000 characters.',
    cure: 'Shorten it, or send it in parts.',
  },
  INVAL: {
    cause: 'A field is missing, of the wrong type, or out of its range; `message` names it.',
    cure: 'Correct that field. Nothing was changed.',
  },
  RCPTA: {
    cause: 'A recipient isn’t a valid e-mail address; `message` names it.',
    cure: 'Correct the address and save again. Nothing was saved.',
  },
  RCPTM: {
    cause: 'More than ten recipients besides the owner.',
    cure: 'Remove one, or use a group address.',
  },
  URLBD: {
    cause: 'The webhook’s address is not https, is not public, or carries a name and password.',
    cure: 'Use a public https address. Only the embedded stack allows `http://127.0.0.1`.',
  },
  LASTO: {
    cause: 'The change would leave the chatbot without an owner, or with two.',
    cure: 'Transfer the chatbot to someone else first.',
  },
  STALE: {
    cause:
      'Somebody else, or the visitor, changed the case after you looked at it; `detail` says who, what and when.',
    cure: 'Read what changed, then try again. Nothing was done.',
  },
  CLAIM: {
    cause: 'Somebody else claimed the case first.',
    cure: 'Talk to them, or assign the case to yourself.',
  },
  CONFL: {
    cause:
      'The state doesn’t allow it: the case is already resolved, say, or the id was used before with different content.',
    cure: 'Read the current state first, and use a new id for new content.',
  },
  TOOLT: {
    cause: 'The ten seconds for undoing a resolve are over, or its webhook was already sent.',
    cure: 'Reopen the case instead. That’s announced like any other change.',
  },
  TOOMY: {
    cause: 'There were more requests than this call allows. Escalations are never refused for this reason.',
    cure: 'Wait as long as `Retry-After` says.',
  },
  UNAVL: {
    cause: 'The database or the network was unavailable for a moment.',
    cure: 'Send the same request again with the same id. Repeating it is harmless.',
  },
  INTRN: {
    cause: 'Something failed on our side. The log of the function or of the app has the details.',
    cure: 'Try again. If it keeps happening, report it with the time of the response.',
  },
};
