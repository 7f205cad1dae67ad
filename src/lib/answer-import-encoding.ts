// Which encoding a file is in, as far as its bytes tell it. What no byte tells is a guess, and is called one: then the person who
// knows where the file comes from chooses.

export const ENCODINGS = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 (little endian)',
  'utf-16be': 'UTF-16 (big endian)',
  'windows-1252': 'Windows-1252, Western European',
  'windows-1250': 'Windows-1250, Central European',
  'windows-1251': 'Windows-1251, Cyrillic',
  'windows-1253': 'Windows-1253, Greek',
  'windows-1254': 'Windows-1254, Turkish',
  'windows-1255': 'Windows-1255, Hebrew',
  'windows-1256': 'Windows-1256, Arabic',
  macintosh: 'Mac OS Roman',
  shift_jis: 'Shift JIS, Japanese',
  gb18030: 'GB 18030, Chinese',
  big5: 'Big5, Chinese',
  'euc-kr': 'EUC-KR, Korean',
} as const;

export type Encoding = keyof typeof ENCODINGS;

export interface Found {
  encoding: Encoding;
  has_mark: boolean;
  /** Whether the bytes would be text in another encoding as well. */
  is_guess: boolean;
}

const MARKS: [Encoding, number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
const SAMPLE_BYTES = 4096;
/** So many bytes of Latin text in UTF-16 are zero, and none of text in any other encoding. */
const ZEROS_SHARE = 0.2;

/** Looks for a byte order mark, for the zeros of UTF-16, and for bytes that UTF-8 cannot hold. */
export function findEncoding(bytes: Uint8Array): Found {
  for (const [encoding, mark] of MARKS) {
    if (mark.every((byte, at) => bytes[at] === byte)) return { encoding, has_mark: true, is_guess: false };
  }
  const zeros = [0, 0];
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  sample.forEach((byte, at) => (zeros[at % 2]! += byte === 0 ? 1 : 0));
  if (Math.max(...zeros) > sample.length * ZEROS_SHARE) {
    const encoding = zeros[1]! > zeros[0]! ? 'utf-16le' : 'utf-16be';
    return { encoding, has_mark: false, is_guess: false };
  }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { encoding: 'utf-8', has_mark: false, is_guess: false };
  } catch {
    return { encoding: 'windows-1252', has_mark: false, is_guess: true };
  }
}

/** The text without its byte order mark; what the encoding cannot hold becomes U+FFFD. */
export function decode(bytes: Uint8Array, encoding: Encoding): string {
  return new TextDecoder(encoding).decode(bytes);
}
