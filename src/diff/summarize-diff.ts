import { KINDS } from "../artifacts/kinds.ts";
import { type BytePath, compareBytes } from "../core/byte-path.ts";
import type {
  DiffReport,
  DiffTotals,
  DifferenceGroup,
  DifferentPair,
} from "../core/diff-report.ts";
import type { DifferenceClass, Explanation } from "../core/explanation.ts";
import type { FileTable } from "../core/file-table.ts";
import type { Tree } from "../core/model.ts";
import type { Unmatched } from "../core/report.ts";
import { Compared } from "./compare-pairs.ts";
import type { ComparedLinks, Comparison } from "./compare-trees.ts";
import type { Side } from "./pair-files.ts";
import { relativePath } from "./pair-tables.ts";

/** The results of a run of `dedupe diff`. */
export interface DiffFindings {
  readonly tree: Tree;
  readonly comparison: Comparison;
  readonly unmatched: readonly Unmatched[];
  /** The two trees, as given by the user. */
  readonly paths: readonly BytePath[];
  readonly interrupted: boolean;
  readonly seconds: number;
}

/** The classes, the most serious first. */
const CLASSES: readonly DifferenceClass[] = ["code", "data", "names", "other", "noise"];
const PERMISSIONS = 0o7777;

/** Combines the results of `dedupe diff` into its report. */
export function summarizeDiff(findings: DiffFindings): DiffReport {
  const { tree, comparison, paths, interrupted, seconds, unmatched } = findings;
  const { files } = tree;
  const pathOf = (side: Side): BytePath =>
    "link" in side ? side.link.path : relativePath(files, paths, side.row);
  const groups = new GroupBuilder();
  const counts = { equal: 0, equalBytes: 0, unknown: 0 };
  const { a, b, verdicts, kinds, explanations, links } = comparison;
  let selected = 0;
  verdicts.forEach((verdict, pair) => {
    if (verdict === Compared.unselected) return;
    selected += 1;
    if (verdict === Compared.unknown) {
      counts.unknown += 1;
      return;
    }
    const modes = modesOf(files, a[pair], b[pair]);
    if (verdict === Compared.equal && modes === undefined) {
      counts.equal += 1;
      counts.equalBytes += files.columns.size[a[pair]];
      return;
    }
    const names = pathsOf(pathOf({ row: a[pair] }), pathOf({ row: b[pair] }));
    const { size } = files.columns;
    groups.add(
      nameOfKind(kinds[pair]),
      verdict === Compared.equal ? MODE_DIFFERS : (explanations.get(pair) ?? UNEXPLAINED),
      { ...names, sizes: [size[a[pair]], size[b[pair]]], ...modes },
    );
  });
  for (const link of links) {
    if (link.verdict === Compared.equal) counts.equal += 1;
    else if (link.verdict === Compared.unknown) counts.unknown += 1;
    else groups.add("symbolic-link", describeLinks(link), linkPair(link, pathOf));
  }
  const [onlyA, onlyB] = [comparison.onlyA, comparison.onlyB].map((sides) =>
    sides.map(pathOf).sort(compareBytes),
  );
  const pairs = selected + links.length;
  const problems = [...tree.problems, ...comparison.problems].sort(
    (x, y) => compareBytes(x.path, y.path) || compareBytes(x.code, y.code),
  );
  const totals: DiffTotals = {
    artifactsA: pairs + onlyA.length,
    artifactsB: pairs + onlyB.length,
    pairs,
    ...counts,
    different: pairs - counts.equal - counts.unknown,
    classes: groups.classes,
    onlyA: onlyA.length,
    onlyB: onlyB.length,
    bytesRead: comparison.bytesRead,
    failed: problems.length,
    seconds,
  };
  return {
    schema: 1,
    command: "diff",
    interrupted,
    roots: paths,
    totals,
    groups: groups.finish(),
    onlyA,
    onlyB,
    unmatched,
    problems,
  };
}

type Reason = Pick<Explanation, "verdict" | "class" | "parts" | "remedy"> &
  Partial<Pick<Explanation, "format" | "firstDifference">>;

const MODE_DIFFERS: Reason = { verdict: "modes differ", class: "other", parts: [] };
/** The file changed before the reason was found, or a reader failed. */
const UNEXPLAINED: Reason = { verdict: "contents differ", class: "other", parts: [] };

type PairFacts = Omit<DifferentPair, "parts" | "firstDifference">;

/** Collects different pairs into groups of one kind and verdict. */
class GroupBuilder {
  readonly classes: Record<DifferenceClass, number> = {
    code: 0,
    data: 0,
    names: 0,
    other: 0,
    noise: 0,
  };
  readonly #groups = new Map<string, DifferenceGroup & { readonly pairs: DifferentPair[] }>();

  add(kind: string, reason: Reason, facts: PairFacts): void {
    const { format, verdict, remedy, firstDifference, parts } = reason;
    // A mode is no noise: with it, the pair is as serious as "other" at least.
    const isWorse = facts.modes !== undefined && reason.class === "noise";
    const level = isWorse ? "other" : reason.class;
    this.classes[level] += 1;
    const key = [kind, level, format ?? "", verdict, remedy ?? ""].join("\0");
    const known = this.#groups.get(key);
    const group = known ?? { kind, format, verdict, class: level, remedy, pairs: [] };
    if (known === undefined) this.#groups.set(key, group);
    group.pairs.push({
      ...facts,
      ...(firstDifference === undefined ? {} : { firstDifference }),
      parts,
    });
  }

  finish(): DifferenceGroup[] {
    const rank = ({ class: level }: DifferenceGroup): number => CLASSES.indexOf(level);
    const groups = [...this.#groups.entries()].sort(
      ([x, one], [y, other]) =>
        rank(one) - rank(other) || other.pairs.length - one.pairs.length || compareBytes(x, y),
    );
    for (const [, group] of groups) group.pairs.sort((x, y) => compareBytes(x.path, y.path));
    return groups.map(([, group]) => group);
  }
}

function modesOf(
  { columns: { mode } }: FileTable,
  a: number,
  b: number,
): Pick<DifferentPair, "modes"> | undefined {
  const modes = [mode[a] & PERMISSIONS, mode[b] & PERMISSIONS] as const;
  return modes[0] === modes[1] ? undefined : { modes };
}

function pathsOf(path: BytePath, other: BytePath): Pick<DifferentPair, "path" | "other"> {
  return path === other ? { path } : { path, other };
}

export function nameOfKind(kind: number): string {
  return KINDS[kind]?.name ?? "other";
}

function describeLinks({ a, b }: ComparedLinks): Reason {
  const verdict = "link" in a && "link" in b ? "targets differ" : "only one is a symbolic link";
  return { verdict, class: "other", parts: [] };
}

function linkPair({ a, b, targets }: ComparedLinks, pathOf: (side: Side) => BytePath): PairFacts {
  return { ...pathsOf(pathOf(a), pathOf(b)), targets };
}
