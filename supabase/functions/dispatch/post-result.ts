// What came of calling a receiver, in words for the delivery log.
import { BlockedError } from '../_shared/checked-connect.ts';

/** The deadline over the whole exchange, from the first DNS query to the last byte read, in milliseconds. */
export const POST_DEADLINE_MS = 15_000;
/** How much of an answer is kept as text, in bytes. */
export const SNIPPET_MAX_BYTES = 1024;
/** All that anybody learns about an address that may not be called, so that nobody can explore a network by it. */
export const BLOCKED_SENTENCE = 'This address can’t be called: it doesn’t lead to a public server.';

/** What came of one call. Either `status` or `failure` is set; both when an answer broke off after its status. */
export interface PostResult {
  status: number | null;
  failure: PostFailure | null;
  /** The receiver's wish, in seconds from now. */
  retry_after_seconds: number | null;
  snippet: string | null;
  duration_ms: number;
}

export type PostFailure =
  | { kind: 'blocked' | 'unreachable'; code: string; message: string }
  /** The request may have arrived although no whole answer came back. */
  | { kind: 'unclear'; code: string; message: string };

/** The start of an answer as text; NUL and other controls, which neither Postgres nor a page can show, left out. */
export function snippetOf(chunks: Uint8Array[]): string | null {
  const bytes = new Uint8Array(SNIPPET_MAX_BYTES);
  let length = 0;
  for (const chunk of chunks) {
    const part = chunk.subarray(0, SNIPPET_MAX_BYTES - length);
    bytes.set(part, length);
    length += part.length;
  }
  // `stream` leaves out a character that the cut went through.
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, length), { stream: true });
  return text.replace(/[^\P{Cc}\t\n]/gu, '').trim() || null;
}

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * Why no secure connection came about, by the words of OpenSSL and of Deno's TLS; the first that fits counts. Without one nothing
 * of the request was read: it was never handed on by the receiver's end of TLS.
 */
const HANDSHAKE_REFUSALS = [
  {
    told: /NO_APPLICATION_PROTOCOL|NoApplicationProtocol/,
    message: 'The receiver doesn’t support HTTP/1.1.',
  },
  {
    told: /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|ProtocolVersion/,
    message: 'The receiver supports no secure version of TLS. TLS 1.2 or newer is required.',
  },
  {
    told: /CERTIFICATE_REQUIRED|CertificateRequired/i,
    message: 'The receiver requires a client certificate, which we can’t provide.',
  },
  {
    told: /HANDSHAKE_FAILURE|HandshakeFailure/,
    message:
      'The receiver refused a secure connection. It may require a client certificate or insecure ciphers.',
  },
  {
    told: /WRONG_VERSION_NUMBER|InvalidContentType/,
    message: 'The receiver doesn’t support TLS at this address.',
  },
  {
    told: /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|INVALID_CA|certificate/,
    message: 'The certificate isn’t valid for this address.',
  },
  { told: /TLS|SSL/, message: 'No secure connection could be established.' },
];

/** Says what went wrong in words that tell a stranger nothing about our network. */
export function failureOf(error: unknown, isLate: boolean): PostFailure {
  if (error instanceof BlockedError) return { kind: 'blocked', code: 'BLOCKED', message: BLOCKED_SENTENCE };
  if (isLate) {
    const seconds = POST_DEADLINE_MS / 1000;
    return {
      kind: 'unclear',
      code: 'TIMEOUT',
      message: `No complete answer within ${seconds} seconds; it may have arrived.`,
    };
  }
  const code = codeOf(error);
  if (NEVER_CONNECTED.has(code)) {
    return { kind: 'unreachable', code, message: 'No connection could be made.' };
  }
  const refusal = HANDSHAKE_REFUSALS.find(({ told }) => told.test(`${code} ${messageOf(error)}`));
  if (refusal) return { kind: 'unreachable', code, message: refusal.message };
  return {
    kind: 'unclear',
    code,
    message: 'The connection broke before a complete answer; it may have arrived.',
  };
}

function messageOf(error: unknown): string {
  const { message } = error as { message?: unknown };
  return typeof message === 'string' ? message : '';
}

function codeOf(error: unknown): string {
  const { code, message, name } = error as { code?: unknown; message?: string; name?: string };
  if (typeof code === 'string') return code;
  // Deno reports a refused certificate without a code.
  return /certificate/i.test(message ?? '') ? 'CERT' : (name ?? 'UNKNOWN');
}
