/**
 * The layout of a store: 256 directories `00` to `ff` by the first byte of the digest, and in them one file for each
 * entry. 100,000 entries take 257 inodes and 13 MB of directories on ext4; a directory for each entry would take
 * 100,257 inodes and 422 MB.
 */
import type { BytePath } from "../core/byte-path.ts";

/** The version of this layout. */
export const FORMAT = 1;

export const BUCKET_COUNT = 256;

/** How many files of one content and mode a store has at most: with other owners, attributes or times. */
export const MOST_GENERATIONS = 8;

/** Bytes of a program's name that the name of its entry has at most: 255 are allowed. */
const LONGEST_NAME = 160;
const PERMISSIONS = 0o7777;
const EXECUTE_BITS = 0o111;

const ENTRY = /^([0-9a-f]{64})-([0-7]{1,4})(?:\.([1-7]))?(?:-([^]+))?$/;

/** What the name of an entry consists of. */
export interface EntryName {
  /** SHA-256 of the content, in hexadecimal. */
  readonly digest: string;
  /** The permission bits when it was put in. They may have changed since. */
  readonly mode: number;
  /** Counts the entries of one digest, mode and program name, from 0. */
  readonly generation: number;
  /** For a file with an execute bit: the name of the first file that brought it, so that people recognize it. */
  readonly program: BytePath;
}

export function formatEntryName({ digest, mode, generation, program }: EntryName): BytePath {
  const number = generation === 0 ? "" : `.${generation}`;
  const suffix = program === "" ? "" : `-${program}`;
  return `${digest}-${(mode & PERMISSIONS).toString(8)}${number}${suffix}`;
}

/** Parses the name of an entry; undefined for any other name. */
export function parseEntryName(name: BytePath): EntryName | undefined {
  const parts = ENTRY.exec(name);
  if (parts === null) return undefined;
  const [, digest, mode, generation = "0", program = ""] = parts;
  return { digest, mode: Number.parseInt(mode, 8), generation: Number(generation), program };
}

/** What the entry of a file is called if it is the first one. */
export function entryNameOf(digest: string, mode: number, name: BytePath): EntryName {
  const program = (mode & EXECUTE_BITS) === 0 ? "" : name.slice(0, LONGEST_NAME);
  return { digest, mode: mode & PERMISSIONS, generation: 0, program };
}

/** The index of the directory for a digest. */
export function bucketOf(digest: string): number {
  return Number.parseInt(digest.slice(0, 2), 16);
}

/** The name of a directory for entries. */
export function bucketName(bucket: number): string {
  return bucket.toString(16).padStart(2, "0");
}

export const README = `This directory is a content store of dedupe (https://www.npmjs.com/package/dedupe-artifacts): build trees
share identical files with it, and so with each other.

Each file in 00 to ff is named by the SHA-256 of its content and its permissions. Do not write to these files: most are
hard links of files in build trees, which would change too. To see what is in here, run 'dedupe store status --store
<this directory>'; to remove what no tree uses any more, 'dedupe store trim'. The whole directory can be removed at any
time: build trees keep their files.
`;
