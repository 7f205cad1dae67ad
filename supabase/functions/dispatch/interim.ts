// Some receivers say `100 Continue` although nobody asked (RFC 9110, section 15.2: a client has to take it). undici breaks the exchange
// off there, after the request has arrived, so the receiver would get every attempt and none would succeed. These heads are taken out
// of what the socket reads before undici sees it.

/** What is read of a socket; those of node:net and node:tls. */
export interface Readable {
  read: (size?: number) => Uint8Array | null;
  write: (...data: never[]) => boolean;
}

const HEAD = /^HTTP\/1\.[01] 100[ \r\n]/;
const START_LENGTH = 'HTTP/1.1 100 '.length;
/** More than this before an answer begins is no answer. */
const HELD_MAX_BYTES = 16 * 1024;

/** Makes a socket skip `100 Continue` where an answer begins: after each request that is written. */
export function skipContinue<Socket extends Readable>(socket: Socket): Socket {
  const read = socket.read.bind(socket);
  const write = socket.write.bind(socket);
  let isStart = true;
  let held: Uint8Array = new Uint8Array();
  let skipped = 0;
  socket.write = (...data: never[]) => {
    isStart = true;
    return write(...data);
  };
  socket.read = (size?: number) => {
    for (;;) {
      const chunk = read(size);
      if (chunk === null || !isStart) return chunk;
      held = joined(held, chunk);
      const rest = withoutContinue(held);
      skipped += rest === null ? 0 : held.length - rest.length;
      if (rest === null && held.length + skipped < HELD_MAX_BYTES) continue;
      const passed = rest ?? held;
      held = new Uint8Array();
      isStart = false;
      skipped = 0;
      return passed;
    }
  };
  return socket;
}

/** What follows the heads to be skipped; null while it takes more bytes to know. */
function withoutContinue(bytes: Uint8Array): Uint8Array | null {
  let rest = bytes;
  for (;;) {
    const start = new TextDecoder('latin1').decode(rest.subarray(0, START_LENGTH));
    if (start.length < START_LENGTH && 'HTTP/1.1 100 '.startsWith(start.replace('1.0', '1.1'))) return null;
    if (!HEAD.test(start)) return rest;
    const text = new TextDecoder('latin1').decode(rest);
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return null;
    rest = rest.subarray(end + 4);
    if (rest.length === 0) return null;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
