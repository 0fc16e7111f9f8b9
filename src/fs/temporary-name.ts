import type { BytePath } from "../core/byte-path.ts";
import { fnv1a } from "../core/fnv1a.ts";
import { type RunIdentity, ownIdentity } from "./run-identity.ts";

/**
 * Names of our temporaries:
 * `.dedupe-<place>-<pid>-<start>-<keeper's inode>-<hash of the name replaced>-<number>.tmp`.
 *
 * They are recognisable, tell a later run who made them and what they stand for, are not made from the
 * file's own name (which may take all of the 255 bytes), and end like no artifact.
 */
const TEMPORARY =
  /^\.dedupe-([0-9a-f]{8})-([0-9a-z]+)-([0-9a-z]+)-([0-9a-z]+)-([0-9a-f]{8})-(C?)[0-9a-z]+\.tmp$/;

export function isTemporaryName(name: BytePath): boolean {
  return name.charCodeAt(0) === 46 && name.startsWith(".dedupe-") && TEMPORARY.test(name);
}

export interface TemporaryName {
  readonly maker: RunIdentity;
  /** Inode number of the file that was to be linked. */
  readonly keeper: bigint;
  /** `nameHash` of the name that was to be replaced. */
  readonly replaces: string;
  /** The keeper is a new file: as long as it is under this name, its content is elsewhere too. */
  readonly isCopy: boolean;
}

/** What a temporary's name tells; undefined for a name that is none of ours. */
export function readTemporaryName(name: BytePath): TemporaryName | undefined {
  const parts = TEMPORARY.exec(name);
  if (parts === null) return undefined;
  const [, place, pid, start, keeper, replaces, copy] = parts;
  return {
    maker: { place, pid: Number.parseInt(pid, 36), start },
    keeper: fromBase36(keeper),
    replaces,
    isCopy: copy !== "",
  };
}

let made = Math.floor(Math.random() * 2 ** 29);
/** What all names of this run begin with. */
let prefix: string | undefined;

/** In place of the keeper's inode: a copy in the making, which nothing is lost with. */
export const PARTIAL = 0n;

/** A name that no other replacement has. */
export function makeTemporaryName(keeper: bigint, replaced: BytePath): BytePath {
  return makeName(keeper, replaced, "");
}

/** The same for a new file that is to replace a name: `PARTIAL` until it is complete, then its own inode. */
export function makeCopyName(copy: bigint, replaced: BytePath): BytePath {
  return makeName(copy, replaced, "C");
}

function makeName(keeper: bigint, replaced: BytePath, lockShared: string): BytePath {
  prefix ??= prefixOf(ownIdentity());
  made += 1;
  // Decimal digits: V8 makes those of other bases in many times the time.
  return `${prefix}${keeper.toString(36)}-${nameHash(replaced)}-${lockShared}${made}.tmp`;
}

function prefixOf({ place, pid, start }: RunIdentity): string {
  return `.dedupe-${place}-${pid.toString(36)}-${start}-`;
}

export function nameHash(name: BytePath): string {
  const hash = fnv1a(name);
  return HEX[hash >>> 24] + HEX[(hash >>> 16) & 255] + HEX[(hash >>> 8) & 255] + HEX[hash & 255];
}

/** Every byte as two digits. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function fromBase36(digits: string): bigint {
  let value = 0n;
  for (const digit of digits) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return value;
}
