/**
 * White space in byte paths, as C's `isspace` has it. `\s` and `trim` also take the byte 0xA0 for a space, which is
 * part of "à" in UTF-8.
 */

const WORDS = /[^ \t-\r]+/g;

/** Whether the character at an index is white space; false at the end of the text. */
export function isSpaceAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 32 || (code >= 9 && code <= 13);
}

export function wordsIn(text: string): string[] {
  return text.match(WORDS) ?? [];
}

/** Replaces each word. */
export function editWords(text: string, edit: (word: string) => string): string {
  return text.replaceAll(WORDS, edit);
}

export function trim(text: string): string {
  let from = 0;
  while (isSpaceAt(text, from)) from += 1;
  let to = text.length;
  while (to > from && isSpaceAt(text, to - 1)) to -= 1;
  return text.slice(from, to);
}
