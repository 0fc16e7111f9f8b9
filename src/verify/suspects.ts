import type { BytePath } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { type Outcomes, type Plan, Verdict } from "../core/model.ts";

/** Names of one former file that got another time by a link. */
export interface Suspect {
  /** Rows of the plan. */
  readonly rows: readonly number[];
  /** By how much the time moved, nanoseconds. */
  readonly moved: bigint;
  readonly paths: readonly BytePath[];
}

/** The links that were made and changed a time, former file by former file. */
export function listSuspects(files: FileTable, plan: Plan, outcomes: Outcomes): Suspect[] {
  const { mtime } = files.columns;
  const suspects: { rows: number[]; moved: bigint; paths: BytePath[] }[] = [];
  plan.names.forEach((name, row) => {
    const moved = mtime[name] - mtime[outcomes.keepers[row]];
    if (outcomes.verdicts[row] !== Verdict.replaced || moved === 0n) return;
    const last = suspects.at(-1);
    if (
      last !== undefined &&
      last.rows.at(-1) === row - 1 &&
      files.sameInode(plan.names[row - 1], name)
    ) {
      last.rows.push(row);
      last.paths.push(files.path(name));
    } else {
      suspects.push({ rows: [row], moved: moved < 0n ? -moved : moved, paths: [files.path(name)] });
    }
  });
  return suspects;
}

/**
 * The most suspect first: what the build tool names in its output (the longer the part of the path, the
 * better), then what moved farthest in time.
 *
 * @returns How many of the first ones are named in the output.
 */
export function rankSuspects(suspects: Suspect[], output: string): number {
  const words = new Map<string, string[]>();
  for (const word of new Set(output.split(/[\s'"`=:,;()[\]]+/))) {
    const last = word.slice(word.lastIndexOf("/") + 1);
    const others = words.get(last);
    if (others === undefined) words.set(last, [word]);
    else others.push(word);
  }
  const scores = new Map(
    suspects.map((suspect) => [
      suspect,
      Math.max(...suspect.paths.map((path) => score(path, words))),
    ]),
  );
  const scoreOf = (suspect: Suspect): number => scores.get(suspect) as number;
  suspects.sort(
    (a, b) =>
      scoreOf(b) - scoreOf(a) ||
      (a.moved === b.moved ? a.rows[0] - b.rows[0] : a.moved < b.moved ? 1 : -1),
  );
  return suspects.filter((suspect) => scoreOf(suspect) > 0).length;
}

/** How many components of the path, from its end, the output names. */
function score(path: BytePath, words: ReadonlyMap<string, readonly string[]>): number {
  const name = Buffer.from(path, "latin1").toString("utf8");
  let best = 0;
  for (const word of words.get(name.slice(name.lastIndexOf("/") + 1)) ?? []) {
    const plain = word.replace(/^(?:\.\/)+/, "");
    const ends = name === plain || name.endsWith(`/${plain}`) || plain.endsWith(`/${name}`);
    if (ends) best = Math.max(best, plain.split("/").length);
  }
  return best;
}
