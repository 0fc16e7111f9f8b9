import { type BytePath, compareBytes } from "../core/byte-path.ts";
import type { Explanation } from "../core/explanation.ts";
import type { Tree } from "../core/model.ts";
import type { NearGroup, NearPair, NearReport } from "../core/near-report.ts";
import type { Unmatched } from "../core/report.ts";
import type { NearFindings } from "./find-near.ts";
import { nameOfKind } from "./summarize-diff.ts";

/** Combines the results of `dedupe diff --near` into its report. */
export function summarizeNear(findings: {
  readonly tree: Tree;
  readonly found: NearFindings;
  readonly unmatched: readonly Unmatched[];
  /** The roots, as given by the user. */
  readonly paths: readonly BytePath[];
  readonly interrupted: boolean;
  readonly seconds: number;
}): NearReport {
  const { tree, found, unmatched, paths, interrupted, seconds } = findings;
  const groups = groupNear(tree, found);
  const problems = [...tree.problems, ...found.problems].sort(
    (x, y) => compareBytes(x.path, y.path) || compareBytes(x.code, y.code),
  );
  return {
    schema: 1,
    command: "diff --near",
    interrupted,
    roots: paths,
    totals: {
      files: tree.files.count,
      units: found.unitCount,
      near: found.near.length,
      nearBytes: groups.reduce((sum, { bytes }) => sum + bytes, 0),
      bytesRead: found.bytesRead,
      failed: problems.length,
      seconds,
    },
    groups,
    unmatched,
    problems,
  };
}

function groupNear({ files }: Tree, { near }: NearFindings): NearGroup[] {
  const groups = new Map<string, NearGroup & { bytes: number; readonly pairs: NearPair[] }>();
  for (const { row, of, kind, explanation } of near) {
    const { format, verdict } = explanation;
    const remedy = remedyForVariants(explanation);
    const name = nameOfKind(kind);
    const key = [name, format, verdict, remedy ?? ""].join("\0");
    const known = groups.get(key);
    const group = known ?? { kind: name, format, verdict, remedy, bytes: 0, pairs: [] };
    if (known === undefined) groups.set(key, group);
    const size = files.columns.size[row];
    group.bytes += size;
    group.pairs.push({ path: files.path(row), of: files.path(of), size });
  }
  for (const { pairs } of groups.values()) pairs.sort((a, b) => compareBytes(a.path, b.path));
  return [...groups]
    .sort(([x, one], [y, other]) => other.bytes - one.bytes || compareBytes(x, y))
    .map(([, group]) => group);
}

/** The sections that differ if the debug information records other options: the string with them, and its users. */
const OPTIONS_SECTION = /(?:^|\()(?:\.debug_str|\.rela?\.debug_info)\)?$/;

/**
 * The remedy of an explanation for files that were compiled with different options: gcc and clang record the options in
 * the debug information, unless told otherwise.
 */
function remedyForVariants({ remedy, parts }: Explanation): string | undefined {
  if (remedy === undefined && parts.every(({ label }) => OPTIONS_SECTION.test(label)))
    return "build with -gno-record-gcc-switches";
  return remedy?.replace("-ffile-prefix-map=$PWD=.", "$& -gno-record-gcc-switches");
}
