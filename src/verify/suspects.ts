import type { BytePath } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { type Outcomes, type Plan, Verdict } from "../core/model.ts";

/** A former file that was linked to one with another modification time, with all of its paths. */
export interface Suspect {
  /** Rows of the plan. */
  readonly rows: readonly number[];
  /** The difference between the two times in nanoseconds. */
  readonly difference: bigint;
  readonly paths: readonly BytePath[];
}

/** Lists the files whose time was changed by a link. */
export function listSuspects(files: FileTable, plan: Plan, outcomes: Outcomes): Suspect[] {
  const { mtime } = files.columns;
  const suspects: { rows: number[]; difference: bigint; paths: BytePath[] }[] = [];
  plan.names.forEach((name, row) => {
    const difference = mtime[name] - mtime[outcomes.keepers[row]];
    if (outcomes.verdicts[row] !== Verdict.replaced || difference === 0n) return;
    const path = files.path(name);
    const last = suspects.at(-1);
    if (last?.rows.at(-1) === row - 1 && files.sameInode(plan.names[row - 1], name)) {
      last.rows.push(row);
      last.paths.push(path);
    } else {
      const distance = difference < 0n ? -difference : difference;
      suspects.push({ rows: [row], difference: distance, paths: [path] });
    }
  });
  return suspects;
}

/**
 * Sorts suspects in place: first those that the build tool names in its output (the more components of the path it
 * names, the better), then those with the largest difference in time.
 *
 * @returns The number of suspects that the output names.
 */
export function rankSuspects(suspects: Suspect[], output: string): number {
  /** By the last component: the words of the output that may be paths. */
  const words = new Map<string, string[]>();
  for (const word of new Set(output.split(/[\s'"`=:,;()[\]]+/))) {
    const name = word.slice(word.lastIndexOf("/") + 1);
    const others = words.get(name);
    if (others === undefined) words.set(name, [word]);
    else others.push(word);
  }
  const ranked = suspects.map((suspect) => ({
    suspect,
    score: suspect.paths.reduce((best, path) => Math.max(best, scoreOf(path, words)), 0),
  }));
  ranked.sort(
    (a, b) =>
      b.score - a.score ||
      Number(b.suspect.difference - a.suspect.difference) ||
      a.suspect.rows[0] - b.suspect.rows[0],
  );
  ranked.forEach(({ suspect }, i) => {
    suspects[i] = suspect;
  });
  return ranked.filter(({ score }) => score > 0).length;
}

/** The number of components, from the end of the path, that a word of the output names. */
function scoreOf(path: BytePath, words: ReadonlyMap<string, readonly string[]>): number {
  const name = Buffer.from(path, "latin1").toString("utf8");
  let best = 0;
  for (const word of words.get(name.slice(name.lastIndexOf("/") + 1)) ?? []) {
    const plain = word.replace(/^(?:\.\/)+/, "");
    const isMatch = name === plain || name.endsWith(`/${plain}`) || plain.endsWith(`/${name}`);
    if (isMatch) best = Math.max(best, plain.split("/").length);
  }
  return best;
}
