/** What is known about one kind of build artifact: a row of the table in `kind-table.ts`. */
export interface Kind {
  /** What users type after `--kind` and what JSON shows: kebab-case. */
  readonly name: string;
  /** What the text report shows. */
  readonly title: string;
  /** Endings of file names, with the dot. Versioned names (`libx.so.1.2`) belong to `shared-library` by a rule of their own. */
  readonly endings: readonly string[];
  /** First bytes that prove the kind; one of them is enough. */
  readonly magic: readonly Magic[];
  /** The tools that commonly write it. */
  readonly writtenBy: string;
  /**
   * How these tools write over a file that is there already: `replace` (the name gets a new inode, so
   * its other names are left alone), `in-place` (every other name changes with it), `mixed` (it
   * depends on the tool or on the build's rules).
   */
  readonly writers: "replace" | "in-place" | "mixed";
  /** Whether it is linked without being named by `--kind`. */
  readonly linkedByDefault: boolean;
  /** When not linked: why, and what to do. One sentence. */
  readonly why?: string;
  /** The ending is also used by files that are no artifacts: the first bytes have to confirm it. */
  readonly ambiguous?: boolean;
  /** Files that are called like this kind (its name), and that the first bytes show to be of the row's kind. */
  readonly subkindOf?: string;
  /** Where the fact comes from: a measurement, a document, a project's file. */
  readonly source: string;
}

/** A pattern of first bytes. */
export interface Magic {
  /** Position of `bytes` in the file. */
  readonly offset: number;
  /** What stands there. */
  readonly bytes: readonly number[];
  /** What `bytes` cannot say: looks at the whole head (up to 4096 bytes, may be shorter). */
  readonly check?: (head: Uint8Array) => boolean;
  /** Proves the kind only together with the ending (gzip's magic on a `.mod`); never used alone. */
  readonly withName?: boolean;
}

/** The bytes of an ASCII or Latin-1 text at `offset`. */
export function text(chars: string, more: Omit<Partial<Magic>, "bytes"> = {}): Magic {
  return { offset: 0, bytes: Array.from(chars, (char) => char.charCodeAt(0)), ...more };
}

/** Bytes written as hexadecimal digits: `hex("7f454c46")`. */
export function hex(digits: string, more: Omit<Partial<Magic>, "bytes"> = {}): Magic {
  return {
    offset: 0,
    bytes: (digits.match(/../g) ?? []).map((pair) => parseInt(pair, 16)),
    ...more,
  };
}
