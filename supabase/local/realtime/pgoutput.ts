/** A row of realtime.messages as it was committed; text values as Postgres prints them. */
export interface InsertedRow {
  id: string | null;
  topic: string | null;
  event: string | null;
  private: boolean | null;
  /** The JSON text, byte for byte. */
  payload: Buffer | null;
  binary_payload: Buffer | null;
}

const RELATION = 'R'.charCodeAt(0);
const INSERT = 'I'.charCodeAt(0);
const TEXT = 't'.charCodeAt(0);

/**
 * Reads pgoutput (protocol 1, text format). Only the relations and inserts of realtime.messages and its
 * partitions matter; every other message is passed over.
 */
export class PgOutput {
  readonly #columns = new Map<number, string[]>();
  readonly #onInsert: (row: InsertedRow) => void;

  constructor(onInsert: (row: InsertedRow) => void) {
    this.#onInsert = onInsert;
  }

  read(message: Buffer): void {
    if (message[0] === RELATION) this.#readRelation(message);
    else if (message[0] === INSERT) this.#readInsert(message);
  }

  #readRelation(message: Buffer): void {
    let offset = 5;
    const text = () => {
      const end = message.indexOf(0, offset);
      const value = message.toString('utf8', offset, end);
      offset = end + 1;
      return value;
    };
    text();
    text();
    offset += 1;
    const count = message.readUInt16BE(offset);
    offset += 2;
    const names: string[] = [];
    for (let index = 0; index < count; index += 1) {
      offset += 1;
      names.push(text());
      offset += 8;
    }
    this.#columns.set(message.readUInt32BE(1), names);
  }

  #readInsert(message: Buffer): void {
    const names = this.#columns.get(message.readUInt32BE(1));
    if (!names) return;
    const values = new Map<string, Buffer>();
    let offset = 8;
    for (const name of names) {
      const kind = message[offset];
      offset += 1;
      if (kind !== TEXT) continue;
      const length = message.readUInt32BE(offset);
      values.set(name, message.subarray(offset + 4, offset + 4 + length));
      offset += 4 + length;
    }
    const text = (name: string) => values.get(name)?.toString('utf8') ?? null;
    const flag = text('private');
    const hex = text('binary_payload');
    this.#onInsert({
      id: text('id'),
      topic: text('topic'),
      event: text('event'),
      private: flag === null ? null : flag === 't',
      payload: values.get('payload') ?? null,
      binary_payload: hex === null ? null : Buffer.from(hex.slice(2), 'hex'),
    });
  }
}
