import { type BytePath, isUtf8, toText } from "../core/byte-path.ts";

/** A whole UTF-8 sequence in a byte string, or one byte that belongs to none. */
const SEQUENCE =
  /[\u0000-\u007f]+|[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}|[\u00f0-\u00f4][\u0080-\u00bf]{3}|[\u0080-\u00ff]/g;
/** What moves the cursor, colours the screen or turns the direction of writing. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\]/gu;
const NAMED: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
  "\\": "\\\\",
};

/**
 * A path made safe for a terminal and a log: one line, nothing that a terminal obeys. Bytes that are no
 * UTF-8 are written `\xff`, control characters `\n`, `\x1b` or `\u202e`.
 */
export function printable(path: BytePath): string {
  if (/^[ -[\]-~]*$/.test(path)) return path;
  if (isUtf8(path)) return escapeText(toText(path));
  return path.replace(SEQUENCE, (bytes) =>
    isUtf8(bytes)
      ? escapeText(toText(bytes))
      : Array.from(bytes, (byte) => `\\x${hex(byte, 2)}`).join(""),
  );
}

function escapeText(text: string): string {
  return text.replace(UNSAFE, (char) => {
    const code = char.codePointAt(0) as number;
    return NAMED[char] ?? (code < 0x100 ? `\\x${hex(char, 2)}` : `\\u{${code.toString(16)}}`);
  });
}

function hex(char: string, digits: number): string {
  return char.charCodeAt(0).toString(16).padStart(digits, "0");
}
