// A ZIP file whose parts are written one after the other without knowing their sizes beforehand (APPNOTE 6.3, with data
// descriptors). It holds only what the directory at the end needs. Smaller than 4 GiB as a whole and in each part.
import { crc32 } from 'node:zlib';

const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
/** Sizes follow the part (bit 3), names are UTF-8 (bit 11). */
const FLAGS = 0x0808;
const DEFLATED = 8;
/** 1980-01-01, the first day that the format knows: the file says nothing about when it was made. */
const FIRST_DAY = 0x0021;

interface Part {
  name: Buffer;
  start: number;
  crc: number;
  packed: number;
  bytes: number;
}

/** Little-endian fields of two or four bytes. */
function fields(...all: [value: number, bytes: 2 | 4][]): Buffer {
  const result = Buffer.alloc(all.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of all) at = result.writeUIntLE(value, at, bytes);
  return result;
}

export class ZipWriter {
  #parts: Part[] = [];
  #written = 0;

  /** Bytes of the part under way before they were compressed. */
  get part_bytes(): number {
    return this.#parts.at(-1)?.bytes ?? 0;
  }

  #count(bytes: Buffer): Buffer {
    this.#written += bytes.length;
    return bytes;
  }

  #headOf({ crc, packed, bytes, name }: Part): Buffer {
    return fields(
      [VERSION, 2],
      [FLAGS, 2],
      [DEFLATED, 2],
      [0, 2],
      [FIRST_DAY, 2],
      [crc, 4],
      [packed, 4],
      [bytes, 4],
      [name.length, 2],
      [0, 2],
    );
  }

  /** The bytes that open the next part. */
  begin(name: string): Buffer {
    const part = { name: Buffer.from(name), start: this.#written, crc: 0, packed: 0, bytes: 0 };
    this.#parts.push(part);
    return this.#count(Buffer.concat([fields([LOCAL, 4]), this.#headOf(part), part.name]));
  }

  /** Takes note of the next piece of the part under way and gives back its compressed bytes. */
  add(raw: Buffer, packed: Buffer): Buffer {
    const part = this.#parts.at(-1)!;
    // Before Node 24 the sum of an empty buffer that has been compressed is 0, whatever went before it.
    if (raw.length > 0) part.crc = crc32(raw, part.crc);
    part.bytes += raw.length;
    part.packed += packed.length;
    return this.#count(packed);
  }

  /** The bytes that close the part under way. */
  end(): Buffer {
    const { crc, packed, bytes } = this.#parts.at(-1)!;
    return this.#count(fields([DESCRIPTOR, 4], [crc, 4], [packed, 4], [bytes, 4]));
  }

  /** The directory that ends the file. */
  finish(): Buffer {
    const start = this.#written;
    const entries = this.#parts.map((part) =>
      Buffer.concat([
        fields([ENTRY, 4], [VERSION, 2]),
        this.#headOf(part),
        fields([0, 2], [0, 2], [0, 2], [0, 4], [part.start, 4]),
        part.name,
      ]),
    );
    const directory = Buffer.concat(entries);
    const count = this.#parts.length;
    return Buffer.concat([
      directory,
      fields([END, 4], [0, 2], [0, 2], [count, 2], [count, 2], [directory.length, 4], [start, 4], [0, 2]),
    ]);
  }
}
