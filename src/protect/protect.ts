import { BY_CONTENT, STATE, kindOfContent } from "../artifacts/kinds.ts";
import { describeErrno } from "../core/errno-messages.ts";
import type { FileTable } from "../core/file-table.ts";
import { linksOf } from "../core/groups.ts";
import {
  type DuplicateSets,
  type Outcomes,
  type Plan,
  type Protection,
  Verdict,
} from "../core/model.ts";
import type { Problem, Warning } from "../core/report.ts";
import { isErrno } from "../core/result.ts";
import { YIELD_INTERVAL, yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { readHead } from "../fs/durable-file.ts";
import { DirHandleCache } from "../replace/dir-handle-cache.ts";
import { whyNoNative } from "../native/native.ts";
import { fileRef } from "../replace/file-ref.ts";
import { WRITE_BITS } from "../replace/original-mode.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { protectFile } from "./protect-file.ts";

/** Bytes of a file that tell its kind. */
const HEAD = 4096;

export interface ProtectOptions {
  readonly protect: boolean;
  readonly dryRun: boolean;
  /** Every file is protected, not only artifacts. */
  readonly all: boolean;
}

export interface ProtectInput {
  /** The table of the tree. */
  readonly files: FileTable;
  /** Whether a row takes part. */
  readonly isSelected: (file: number) => boolean;
  readonly sets: DuplicateSets;
  readonly plan: Plan;
  readonly outcomes: Outcomes;
  /** Whether the inode of a row has a link in a content store, whose files have the modes of those of the tree. */
  readonly isStored?: (file: number) => boolean;
}

/**
 * For `--protect`: removes the write bits of every artifact that now has several links below the roots, no matter who
 * made them. A tool that writes in place then fails instead of changing all of them. An inode that is not in the tree
 * is left alone, even if files of the tree were linked to it; so is one with further links elsewhere, which is named in
 * a warning. No file becomes read-only whose mode cannot be saved: `unshare` could not restore it.
 */
export async function protect(
  input: ProtectInput,
  options: ProtectOptions,
  pool: WorkerPool,
): Promise<Protection> {
  if (!options.protect) return { count: 0, warnings: [], problems: [] };
  const { inside: shared, outside } = findShared(input, options);
  const problems: Problem[] = [];
  const warnings = outside.map((one) => warnOfOutside(input.files, one));
  if (options.dryRun) return { count: shared.length, warnings, problems };
  const { files } = input;
  const dirs = new DirHandleCache(files);
  /** Devices on which no mode can be saved. */
  const unsupported = new Set<number>();
  let count = 0;
  for (const [i, file] of shared.entries()) {
    if (i % YIELD_INTERVAL === YIELD_INTERVAL - 1) await yieldToEventLoop();
    if (pool.stopped) break;
    if (unsupported.has(files.columns.device[file])) continue;
    const ref = fileRef(files, dirs, file);
    if (isErrno(ref)) continue; // its directory was moved or replaced
    const done = protectFile(ref);
    if (done === "protected") count += 1;
    if (done === "not-saved") {
      unsupported.add(files.columns.device[file]);
      const code = whyNoNative() === undefined ? "ENOTSUP" : "ENOSYS";
      problems.push({ path: ref.path, code, message: describeUnsupported() });
    }
    if (!isErrno(done)) continue;
    const message = `it cannot be made read-only: ${describeErrno(done.code)}`;
    problems.push({ path: ref.path, code: done.code, message });
  }
  dirs.closeAll();
  return { count, warnings, problems };
}

function describeUnsupported(): string {
  const why = whyNoNative();
  const here =
    why === undefined
      ? "this file system has no extended attributes"
      : `the native calls are missing: ${why}`;
  return `no file here is made read-only: its mode could not be restored (${here})`;
}

function warnOfOutside(files: FileTable, { file, names }: OutsideLinks): Warning {
  const others = names === 1 ? "another name" : `${names} other names`;
  const message = `it stays writable in spite of --protect: it has ${others} that the run did not find, and would be read-only there too`;
  return { code: "linked-outside", path: files.path(file), message };
}

/** An inode with links that are not in the tree. */
interface OutsideLinks {
  /** One of its links in the tree. */
  readonly file: number;
  /** The number of the others. */
  readonly names: number;
}

interface SharedFiles {
  /** A link of each inode all of whose links are in the tree. */
  readonly inside: readonly number[];
  readonly outside: readonly OutsideLinks[];
}

/** The inodes that can be written to and now have several links in the tree. */
function findShared(
  { files, isSelected, sets, plan, outcomes, isStored = () => false }: ProtectInput,
  { all, dryRun }: ProtectOptions,
): SharedFiles {
  const { kind, mode } = files.columns;
  const firstLink = firstLinks(files, sets.nextLink);
  const replaced = dryRun ? Verdict.replace : Verdict.replaced;
  /** By row: the first link of the inode that the path leads to now. Rows outside the tree stay as they are. */
  const inodeOf = firstLink.slice();
  plan.names.forEach((file, row) => {
    const keeper = outcomes.keepers[row];
    if (outcomes.verdicts[row] === replaced) inodeOf[file] = firstLink[keeper] ?? keeper;
  });
  const isProgram = programsAmong(files, firstLink);
  const links = new Uint32Array(files.count);
  /** By inode: a path that still leads to it. */
  const paths = new Int32Array(files.count).fill(-1);
  for (let file = 0; file < files.count; file += 1) {
    const isCounted =
      all || kind[file] < BY_CONTENT || kind[file] === STATE || isProgram(inodeOf[file]);
    if (!isCounted || !isSelected(file)) continue;
    const inode = inodeOf[file];
    links[inode] += 1;
    if (inode === firstLink[file] && paths[inode] < 0) paths[inode] = file;
  }
  const found = new Uint32Array(files.count);
  for (const inode of firstLink) found[inode] += 1;
  const inside: number[] = [];
  const outside: OutsideLinks[] = [];
  paths.forEach((file, inode) => {
    if (file < 0 || (mode[file] & WRITE_BITS) === 0) return;
    const stored = Number(isStored(inode));
    if (links[inode] + stored < 2) return;
    const wasStored = stored === 1 && files.columns.links[file] > found[inode] ? 1 : 0;
    const names = files.columns.links[file] - found[inode] - wasStored;
    if (names > 0) outside.push({ file, names });
    else inside.push(file);
  });
  return { inside, outside };
}

/**
 * Whether an inode is an artifact that only its first bytes tell. If all of its links were there before, no other file
 * equals it in size, so that nothing has read it.
 */
function programsAmong(files: FileTable, firstLink: Uint32Array): (inode: number) => boolean {
  const { kind, links } = files.columns;
  const known = new Map<number, boolean>();
  return (inode) => {
    const first = firstLink[inode] ?? inode;
    if (kind[first] !== BY_CONTENT || links[first] < 2) return false;
    let isProgram = known.get(first);
    if (isProgram === undefined) {
      const head = readHead(files.path(first), HEAD);
      isProgram = !isErrno(head) && kindOfContent(head) < BY_CONTENT;
      known.set(first, isProgram);
    }
    return isProgram;
  };
}

/** By row: the first link of its inode. */
function firstLinks(files: FileTable, nextLink: Int32Array): Uint32Array {
  const isFurther = new Uint8Array(files.count);
  for (const next of nextLink) if (next >= 0) isFurther[next] = 1;
  const firstLink = Uint32Array.from({ length: files.count }, (_, file) => file);
  for (let file = 0; file < files.count; file += 1) {
    if (isFurther[file] === 1 || nextLink[file] < 0) continue;
    for (const link of linksOf(nextLink, file)) firstLink[link] = file;
  }
  return firstLink;
}
