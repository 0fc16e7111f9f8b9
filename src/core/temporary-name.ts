import type { BytePath } from "./byte-path.ts";
import { fnv1a } from "./fnv1a.ts";

/** Identifies a process, so that a later run can tell whether it still runs. */
export interface RunIdentity {
  /** A hash of machine, boot and process namespace, 8 hex digits: process ids are unique within one. */
  readonly place: string;
  readonly pid: number;
  /** When the process started, in clock ticks since boot, base 36: tells it from a later process with its id. */
  readonly start: string;
}

/** A file as it was when a temporary was named. */
export interface FileIdentity {
  readonly ino: bigint;
  /** Nanoseconds since 1970. */
  readonly mtimeNs: bigint;
}

/**
 * The names of temporaries: `.dedupe-<place>-<pid>-<start>-<keeper>-<target>-<hash of the replaced name>-<number>.tmp`.
 * The keeper, and the file that the replaced name led to, are each given by `<inode>-<modification time>`.
 *
 * A later run sees from the name who made the file and for what. The name does not contain the replaced one, which may
 * have the maximum of 255 bytes, and it ends like no artifact.
 */
const TEMPORARY =
  /^\.dedupe-([0-9a-f]{8})-([0-9a-z]+)-([0-9a-z]+)-([0-9a-z]+)-([0-9a-f]{1,16})-([0-9a-z]+)-([0-9a-f]{1,16})-([0-9a-f]{8})-(C?)[0-9a-z]+\.tmp$/;

export interface TemporaryName {
  readonly maker: RunIdentity;
  /** The file to which the replaced name is to lead. */
  readonly keeper: FileIdentity;
  /** The file that the name led to. */
  readonly target: FileIdentity;
  /** `nameHash` of the name to replace. */
  readonly replaces: string;
  /** The keeper is a new file; as long as it has this name, its content exists elsewhere, too. */
  readonly isCopy: boolean;
}

/** The keeper in the name of a copy that is not complete. */
export const PARTIAL: FileIdentity = { ino: 0n, mtimeNs: 0n };

export function isTemporaryName(name: BytePath): boolean {
  return name.charCodeAt(0) === 46 && name.startsWith(".dedupe-") && TEMPORARY.test(name);
}

/** Parses the name of a temporary; undefined for any other name. */
export function readTemporaryName(name: BytePath): TemporaryName | undefined {
  const parts = TEMPORARY.exec(name);
  if (parts === null) return undefined;
  const [, place, pid, start, keeper, keeperTime, target, targetTime, replaces, copy] = parts;
  return {
    maker: { place, pid: Number.parseInt(pid, 36), start },
    keeper: { ino: fromBase36(keeper), mtimeNs: fromHex(keeperTime) },
    target: { ino: fromBase36(target), mtimeNs: fromHex(targetTime) },
    replaces,
    isCopy: copy !== "",
  };
}

/** The part of a temporary's name that all temporaries of a run have in common. */
export function temporaryPrefix({ place, pid, start }: RunIdentity): string {
  return `.dedupe-${place}-${pid.toString(36)}-${start}-`;
}

/** The rest of a temporary's name. `number` is in decimal digits, which V8 formats much faster than others. */
export function temporarySuffix(
  { keeper, target, replaces, isCopy }: Omit<TemporaryName, "maker">,
  number: number,
): string {
  return `${identityText(keeper)}-${identityText(target)}-${replaces}-${isCopy ? "C" : ""}${number}.tmp`;
}

/** A hash of a name, 8 hex digits. */
export function nameHash(name: BytePath): string {
  const hash = fnv1a(name);
  return HEX[hash >>> 24] + HEX[(hash >>> 16) & 255] + HEX[(hash >>> 8) & 255] + HEX[hash & 255];
}

/** Every byte as two hex digits. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function identityText({ ino, mtimeNs }: FileIdentity): string {
  return `${ino.toString(36)}-${BigInt.asUintN(64, mtimeNs).toString(16)}`;
}

/** Whether a file is the one that the name of a temporary was made from, and has the same modification time. */
export function isUnchanged(file: FileIdentity, named: FileIdentity): boolean {
  return file.ino === named.ino && BigInt.asIntN(64, file.mtimeNs) === named.mtimeNs;
}

function fromHex(digits: string): bigint {
  return BigInt.asIntN(64, BigInt(`0x${digits}`));
}

function fromBase36(digits: string): bigint {
  let value = 0n;
  for (const digit of digits) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return value;
}
