import { describeErrno } from "../core/errno-messages.ts";
import { BY_CONTENT, STATE } from "../artifacts/kinds.ts";
import type { FileTable } from "../core/file-table.ts";
import { WRITE_BITS } from "../replace/original-mode.ts";
import {
  type DuplicateSets,
  type Outcomes,
  type Plan,
  type Protection,
  Verdict,
} from "../core/model.ts";
import type { Problem } from "../core/report.ts";
import { isErrno } from "../core/result.ts";
import { YIELD_INTERVAL, yieldToEventLoop } from "../core/yield-to-event-loop.ts";
import { DirHandleCache } from "../replace/dir-handle-cache.ts";
import { protectFile } from "./protect-file.ts";
import { fileRef } from "../replace/file-ref.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";

export interface ProtectOptions {
  /** Protect at all. */
  readonly protect: boolean;
  readonly dryRun: boolean;
  /** Files that are no artifacts take part, too. */
  readonly all: boolean;
}

const NOTHING: Protection = { count: 0, problems: [] };

/**
 * For `--protect`: takes the write bits of every artifact that has several names below the roots now,
 * whoever linked them, so that a tool that writes in place fails instead of changing them all.
 *
 * @param taken Which files take part.
 */
export async function protect(
  files: FileTable,
  isSelected: (file: number) => boolean,
  sets: DuplicateSets,
  plan: Plan,
  outcomes: Outcomes,
  settings: ProtectOptions,
  pool: WorkerPool,
): Promise<Protection> {
  if (!settings.protect) return NOTHING;
  const shared = sharedInodes(files, isSelected, sets, plan, outcomes, settings);
  if (settings.dryRun) return { count: shared.length, problems: [] };
  const dirs = new DirHandleCache(files);
  const problems: Problem[] = [];
  let count = 0;
  for (const [i, file] of shared.entries()) {
    if (i % YIELD_INTERVAL === YIELD_INTERVAL - 1) await yieldToEventLoop();
    if (pool.stopped) break;
    const place = fileRef(files, dirs, file);
    if (isErrno(place)) continue; // it is not where it was linked any more
    const { path } = place;
    const done = protectFile(place);
    if (done === "protected") count += 1;
    else if (isErrno(done)) {
      problems.push({
        path,
        code: done.code,
        message: `it cannot be made read-only: ${describeErrno(done.code)}`,
      });
    }
  }
  dirs.closeAll();
  return { count, problems };
}

/** Inodes that can be written to and have several names now: of each, a name that leads to it. */
function sharedInodes(
  files: FileTable,
  isSelected: (file: number) => boolean,
  sets: DuplicateSets,
  plan: Plan,
  outcomes: Outcomes,
  settings: ProtectOptions,
): number[] {
  const firstOf = firstNames(files, sets.nextLink);
  const done = settings.dryRun ? Verdict.replace : Verdict.replaced;
  const leadsTo = firstOf.slice();
  plan.names.forEach((file, row) => {
    if (outcomes.verdicts[row] === done) leadsTo[file] = firstOf[outcomes.keepers[row]];
  });
  const names = new Uint32Array(files.count);
  const own = new Int32Array(files.count).fill(-1);
  for (let file = 0; file < files.count; file += 1) {
    const { kind } = files.columns;
    if (!isSelected(file) || (kind[file] >= BY_CONTENT && kind[file] !== STATE && !settings.all))
      continue;
    names[leadsTo[file]] += 1;
    if (leadsTo[file] === firstOf[file] && own[firstOf[file]] < 0) own[firstOf[file]] = file;
  }
  const { mode } = files.columns;
  return Array.from(own).filter(
    (file, first) => file >= 0 && names[first] > 1 && (mode[file] & WRITE_BITS) !== 0,
  );
}

/** By file: the first name of its inode. */
function firstNames(files: FileTable, nextLink: Int32Array): Uint32Array {
  const isFurther = new Uint8Array(files.count);
  for (const next of nextLink) if (next >= 0) isFurther[next] = 1;
  const firstOf = Uint32Array.from({ length: files.count }, (_, file) => file);
  for (let file = 0; file < files.count; file += 1) {
    if (isFurther[file] === 1) continue;
    for (let name = nextLink[file]; name >= 0; name = nextLink[name]) firstOf[name] = file;
  }
  return firstOf;
}
