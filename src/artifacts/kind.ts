/** A kind of build artifact: a row of the table in `kind-table.ts`. */
export interface Kind {
  /** The name in `--kind` and in JSON; kebab-case. */
  readonly name: string;
  /** The name in the text report. */
  readonly title: string;
  /** Endings of file names, with the dot. A separate rule assigns versioned names (`libx.so.1.2`) to `shared-library`. */
  readonly endings: readonly string[];
  /** Patterns of first bytes, each of which proves the kind. */
  readonly magic: readonly Magic[];
  /** The tools that commonly write it. */
  readonly writtenBy: string;
  /**
   * How these tools overwrite an existing file. `replace`: the name gets a new inode, so other hard links keep
   * the old content. `in-place`: every hard link changes. `mixed`: it depends on the tool or the build rules.
   */
  readonly writers: "replace" | "in-place" | "mixed";
  /**
   * What is assumed of a file if neither a build rule nor its content shows what writes it. `replace` only if all
   * writers that were measured replace it; `unknown` and `in-place`: it is not linked.
   */
  readonly assumed: "replace" | "in-place" | "unknown";
  /** For `in-place`: why the file is not linked, and what to do. One sentence. */
  readonly why?: string;
  /** Files that are not artifacts use the endings too, so the first bytes must confirm the kind. */
  readonly ambiguous?: boolean;
  /** The kind (its name) whose endings the files of this kind have; only the first bytes tell them apart. */
  readonly subkindOf?: string;
  /** The evidence: a measurement, a document, a file of a project. */
  readonly source: string;
}

/** A pattern of first bytes. */
export interface Magic {
  /** The offset of `bytes` in the file. */
  readonly offset: number;
  readonly bytes: readonly number[];
  /** A further condition on the first bytes of the file (up to 4096, may be fewer). */
  readonly check?: (head: Uint8Array) => boolean;
  /** Proves the kind only together with the ending, as gzip's magic does for `.mod`. */
  readonly withName?: boolean;
}

/** A pattern given as ASCII or Latin-1 text. */
export function text(chars: string, more: Omit<Partial<Magic>, "bytes"> = {}): Magic {
  return { offset: 0, bytes: Array.from(chars, (char) => char.charCodeAt(0)), ...more };
}

/** A pattern given in hexadecimal digits. */
export function hex(digits: string, more: Omit<Partial<Magic>, "bytes"> = {}): Magic {
  return {
    offset: 0,
    bytes: (digits.match(/../g) ?? []).map((pair) => parseInt(pair, 16)),
    ...more,
  };
}
