/** What the JSON documents of all commands consist of. */
import { type BytePath, isUtf8, toText } from "../core/byte-path.ts";
import type { Problem, Unmatched, WrittenThrough } from "../core/report.ts";

interface ComparisonHead {
  readonly schema: number;
  readonly command: string;
  readonly interrupted: boolean;
  readonly roots: readonly BytePath[];
  readonly totals: object;
  readonly unmatched: readonly Unmatched[];
}

/** Characters that a terminal would obey, or that change the direction of the text; JSON itself escapes only some. */
const UNSAFE = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** JSON in which control characters are escaped as `\uXXXX`, so that printing it is harmless. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(UNSAFE, escapeUnits);
}

/** Escapes each UTF-16 unit: a character beyond U+FFFF has two. */
function escapeUnits(text: string): string {
  return Array.from(
    { length: text.length },
    (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`,
  ).join("");
}

/** The elements of an array, in pieces, so that a long array never becomes one string. */
export function* elements<T>(items: readonly T[], toJson: (item: T) => object): Generator<string> {
  let separator = "\n";
  for (const item of items) {
    yield separator + safeJson(toJson(item));
    separator = ",\n";
  }
}

/** A field with a path. If the path is not valid UTF-8, a second field has its bytes in base64. */
export function pathField(key: string, path: BytePath): Record<string, string> {
  if (isUtf8(path)) return { [key]: toText(path) };
  return { [key]: toText(path), [`${key}Base64`]: base64(path) };
}

/** A field with paths. If one is not valid UTF-8, a second field has the bytes of each such path, and null for the others. */
export function pathsField(
  key: string,
  paths: readonly BytePath[],
): Record<string, readonly (string | null)[]> {
  const texts = { [key]: paths.map(toText) };
  if (paths.every(isUtf8)) return texts;
  return { ...texts, [`${key}Base64`]: paths.map((path) => (isUtf8(path) ? null : base64(path))) };
}

/** The fields with which the documents of comparisons begin, without the closing brace. */
export function openComparison({
  schema,
  command,
  interrupted,
  roots,
  totals,
  unmatched,
}: ComparisonHead): string {
  const head = {
    schema,
    command,
    interrupted,
    ...pathsField("roots", roots),
    totals,
    unmatched: unmatched.map(unmatchedToJson),
  };
  return safeJson(head).slice(0, -1);
}

/** The last field of a document: what failed. */
export function* closeWithProblems(problems: readonly Problem[]): Generator<string> {
  yield '],"problems":[';
  yield* elements(problems, ({ path, code, message }) => ({
    ...pathField("path", path),
    code,
    message,
  }));
  yield "]}\n";
}

export function unmatchedToJson({ option, value }: Unmatched): object {
  return { option, ...pathField("value", value) };
}

function base64(path: BytePath): string {
  return Buffer.from(path, "latin1").toString("base64");
}

export function writtenThroughToJson({ path, ...rest }: WrittenThrough): object {
  return { ...pathField("path", path), ...rest };
}
