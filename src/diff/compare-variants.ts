import type { Explanation } from "../core/explanation.ts";
import type { Problem } from "../core/report.ts";
import { tableOf } from "../workers/shared-table.ts";
import { defineTask } from "../workers/task.ts";
import { Compared, PairComparer } from "./compare-pairs.ts";
import type { KindFilter } from "./kind-filter.ts";

/** Units, each with the rows of its variants: unit `u` is `members[starts[u]]` to `members[starts[u + 1] - 1]`. */
export interface Units {
  readonly members: Uint32Array;
  readonly starts: Uint32Array;
}

/** A file that differs from another variant of its unit only in noise, and from no variant before it in nothing. */
export interface NearFile {
  readonly row: number;
  readonly of: number;
  /** Of `row`. */
  readonly kind: number;
  readonly explanation: Explanation;
}

export interface ComparedVariants {
  readonly near: readonly NearFile[];
  readonly bytesRead: number;
  readonly problems: readonly Problem[];
}

/** A content that a variant of a unit has. */
interface Content {
  readonly row: number;
  /** See `codeLengths`. */
  readonly code: string | undefined;
}

/** Different contents of a unit that a further variant is compared with. */
const MOST_CONTENTS = 16;

interface VariantsInput extends Units {
  readonly filter: KindFilter;
}

/** Finds the variants that equal another one but for noise. */
export const compareVariantsTask = defineTask(
  "compareVariants",
  async ({ members, starts, filter }: VariantsInput, thread): Promise<ComparedVariants> => {
    const files = tableOf(thread);
    const comparer = new PairComparer(thread, filter);
    const near: NearFile[] = [];
    // Most runs need no reader of formats.
    const { codeLengths } = await import("../explain/explain-difference.ts");
    for (let unit = 0; unit + 1 < starts.length; unit += 1) {
      const contents: Content[] = [];
      for (const row of members.subarray(starts[unit], starts[unit + 1])) {
        if (thread.stopped()) break;
        if (contents.some((other) => files.sameInode(row, other.row))) continue;
        const code = comparer.inspect(row, codeLengths);
        const found = await compareWithContents(comparer, contents, { row, code });
        if (found === "equal" || contents.length === MOST_CONTENTS) continue;
        contents.push({ row, code });
        if (found !== "different") near.push(found);
      }
    }
    const { bytesRead, problems } = comparer.reader;
    return { near, bytesRead, problems };
  },
);

/** Whether a file equals one of the contents, or equals one but for noise. */
async function compareWithContents(
  comparer: PairComparer,
  contents: readonly Content[],
  { row, code }: Content,
): Promise<NearFile | "equal" | "different"> {
  let near: NearFile | undefined;
  for (const { row: of, code: other } of contents) {
    if (code !== undefined && other !== undefined && code !== other) continue;
    const verdict = await comparer.compare(0, of, row);
    const explanation = comparer.explanations.pop()?.[1];
    if (verdict === Compared.equal) return "equal";
    if (verdict === Compared.different && explanation?.class === "noise")
      near ??= { row, of, kind: comparer.kind, explanation };
  }
  return near ?? "different";
}
