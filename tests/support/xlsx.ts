// Reads workbooks as our exports write them, apart from the writer: parts out of the ZIP directory, cells out of the sheets.
import { crc32, inflateRawSync } from 'node:zlib';

/** The parts of a ZIP file by name; throws when a part's size or checksum is not what the directory says. */
export function unzip(file: Buffer): Map<string, Buffer> {
  const parts = new Map<string, Buffer>();
  const end = file.lastIndexOf(Buffer.from('PK\x05\x06'));
  if (end < 0) throw new Error('This is no whole ZIP file.');
  let at = file.readUInt32LE(end + 16);
  for (let left = file.readUInt16LE(end + 10); left > 0; left--) {
    const [crc, packed, bytes] = [16, 20, 24].map((offset) => file.readUInt32LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const [name_length, extra, comment] = [28, 30, 32].map((offset) => file.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const local = file.readUInt32LE(at + 42);
    const name = file.toString('utf8', at + 46, at + 46 + name_length);
    const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const part = inflateRawSync(file.subarray(start, start + packed));
    if (part.length !== bytes || crc32(part) !== crc)
      throw new Error(`${name} is not what the directory says.`);
    parts.set(name, part);
    at += 46 + name_length + extra + comment;
  }
  return parts;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };

function textOf(xml: string): string {
  return xml
    .replace(/&(\w+);/g, (_, name: string) => ENTITIES[name]!)
    .replace(/_x([0-9a-f]{4})_/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

/** The rows of a sheet with its header; times are serial numbers, an empty cell is null. */
export function rowsOf(parts: Map<string, Buffer>, sheet = 1): (string | number | null)[][] {
  const xml = parts.get(`xl/worksheets/sheet${sheet}.xml`)!.toString();
  const rows = [...xml.matchAll(/<row r="\d+">(.*?)<\/row>/gs)].map(([, cells = '']) => {
    const row: (string | number | null)[] = [];
    for (const [, letters = '', body = ''] of cells.matchAll(/<c r="([A-Z]+)\d+"[^>]*>(.*?)<\/c>/gs)) {
      const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
      while (row.length < column) row.push(null);
      const text = /<t xml:space="preserve">(.*?)<\/t>/s.exec(body)?.[1];
      row.push(text === undefined ? Number(/<v>(.*?)<\/v>/.exec(body)![1]) : textOf(text));
    }
    return row;
  });
  const width = rows[0]?.length ?? 0;
  return rows.map((row) => [...row, ...Array<null>(width - row.length).fill(null)]);
}
