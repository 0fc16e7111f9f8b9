/** Random damage to files that build tools have written. */
import fc from "fast-check";

interface Edit {
  readonly at: number;
  readonly length: number;
  readonly times: number;
  readonly insert: string;
}

/**
 * Edits that cut out, repeat, or insert at some places.
 *
 * @param tokens What the format gives a meaning to.
 */
export function edits(tokens: readonly string[]): fc.Arbitrary<Edit[]> {
  const token = fc.constantFrom(...tokens);
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(60),
    times: fc.constantFrom(0, 1, 2, 3, 40, 1000),
    insert: fc.oneof(
      token,
      fc.array(token, { maxLength: 12 }).map((some) => some.join("")),
      fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    ),
  });
  return fc.array(edit, { maxLength: 8 });
}

/** The text with the edits, cut to the length of a large file. */
export function mutate(text: string, all: readonly Edit[]): string {
  return all.reduce(applyEdit, text).slice(0, 300_000);
}

function applyEdit(text: string, { at, length, times, insert }: Edit): string {
  const from = Math.floor(at * text.length);
  const part = text.slice(from, from + length) + insert;
  return text.slice(0, from) + part.repeat(times) + text.slice(from + length);
}
