import { KINDS } from "../artifacts/kinds.ts";
import { type BytePath, compareBytes } from "../core/byte-path.ts";
import { eachGroup, linksOf } from "../core/groups.ts";
import { lazy } from "../core/lazy.ts";
import { type Tree, Verdict, skipReasonOf } from "../core/model.ts";
import {
  type Action,
  type Alias,
  NO_MEMORY,
  type PathOutcome,
  type Problem,
  type Report,
  type SetReport,
} from "../core/report.ts";
import { rolesOf } from "./roles.ts";
import type { Findings } from "./findings.ts";
import { countSkipped, listSkipped } from "./skipped.ts";
import { countStore, isOfStore } from "./store-totals.ts";
import { countArtifacts, countKinds, countSelected, countSets } from "./totals.ts";
import { compareVariants } from "./variant-totals.ts";

/** Combines the results of a run into the report, of which most parts are computed on first access. */
export function summarize(findings: Findings): Report {
  const { tree, sets, plan, outcomes, protection, options, memory = NO_MEMORY } = findings;
  const { files } = tree;
  const problems = allProblems(findings);
  const roles = lazy(() => rolesOf(files, sets.nextLink, findings.isSelected, options));
  const variants = lazy(() =>
    compareVariants(files, findings.classification, plan, roles(), sets.nextLink),
  );
  const selection = lazy(() => countSelected(findings));
  const totals = lazy(() => ({
    selected: selection().selected,
    ...countArtifacts(tree, roles()),
    ...countSets(findings),
    protected: protection.count,
    skipped: countSkipped(findings),
    failed: problems.length,
    bytesRead: sets.bytesRead,
    seconds: findings.seconds,
  }));
  const kinds = lazy(() => countKinds(findings, roles()));
  const aliases = lazy(() => listAliases(tree, sets.nextLink));
  const setReports = lazy(() => listSets(findings));
  const skipped = lazy(() => listSkipped(findings));
  return {
    schema: 1,
    command: "dedupe",
    action: options.action,
    dryRun: options.dryRun,
    interrupted: outcomes.interrupted,
    roots: options.paths,
    get totals() {
      return totals();
    },
    get variants() {
      return variants().variants;
    },
    get pairs() {
      return variants().pairs;
    },
    get uniform() {
      return variants().uniform;
    },
    get conflicts() {
      return variants().conflicts;
    },
    get kinds() {
      return kinds();
    },
    get aliases() {
      return aliases();
    },
    get sets() {
      return setReports();
    },
    get skipped() {
      return skipped();
    },
    writtenThrough: memory.writtenThrough,
    methods: outcomes.methods,
    unmatched: findings.unmatched,
    get leftOut() {
      return selection().leftOut;
    },
    store: countStore(findings),
    verification: findings.verification,
    warnings: [...findings.warnings, ...memory.warnings].sort(
      (a, b) => compareBytes(a.code, b.code) || compareBytes(a.path, b.path),
    ),
    problems,
  };
}

/** The problems of all stages, ordered by path. */
export function allProblems(findings: Findings): Problem[] {
  const { tree, sets, plan, outcomes, protection, memory, defects } = findings;
  const refused = { problems: plan.refused ?? [] };
  return [tree, sets, refused, outcomes, protection, memory]
    .flatMap((stage): readonly Problem[] => stage?.problems ?? [])
    .concat(defects)
    .sort((a, b) => compareBytes(a.path, b.path));
}

/** Every further path of a file or directory: hard links, symbolic links, overlapping roots and mounts. */
function listAliases(tree: Tree, nextLink: Int32Array): Alias[] {
  const { files } = tree;
  const aliases = [...tree.aliases];
  const isFurther = new Uint8Array(files.count);
  for (const next of nextLink) if (next >= 0) isFurther[next] = 1;
  for (let file = 0; file < files.count; file += 1) {
    if (isFurther[file] === 1 || nextLink[file] < 0) continue;
    const of = files.path(file);
    for (const link of linksOf(nextLink, nextLink[file]))
      aliases.push({ path: files.path(link), of, via: "hardlink" });
  }
  return aliases.sort((a, b) => compareBytes(a.path, b.path));
}

function listSets({ tree, extendedFiles, sets, plan, outcomes, options }: Findings): SetReport[] {
  const { files } = tree;
  const reports: SetReport[] = [];
  for (const { group: set, from, to } of eachGroup(plan.starts)) {
    const { starts } = sets;
    const isAlone = starts[set + 1] - starts[set] === 1;
    // What the store alone does not link is no duplicate.
    if (isAlone && !isOfStore(plan, from)) continue;
    const names: BytePath[] = [];
    const replaced: SetReport["replaced"][number][] = [];
    for (let row = from; row < to; row += 1) {
      const path = files.path(plan.names[row]);
      names.push(path);
      const outcome = wordOf(outcomes.verdicts[row], options.action);
      if (outcome === undefined) continue;
      const isShared = outcome === "replaced" || outcome === "cloned";
      const keeper = (): BytePath => (extendedFiles ?? files).path(outcomes.keepers[row]);
      replaced.push(isShared ? { path, outcome, to: keeper() } : { path, outcome });
    }
    const first = plan.names[from];
    const hash = plan.hashes[set];
    reports.push({
      size: files.columns.size[first],
      hash: hash ? `${hash.length === 16 ? "xxh64" : "sha256"}:${hash}` : undefined,
      kind: KINDS[files.columns.kind[first]]?.name ?? "other",
      kept: isOfStore(plan, from)
        ? (extendedFiles ?? files).path(plan.keepers[from])
        : files.path(first),
      names: names.sort(compareBytes),
      replaced: replaced.sort((a, b) => compareBytes(a.path, b.path)),
    });
  }
  return reports.sort((a, b) => compareBytes(a.names[0], b.names[0]));
}

/** The outcome of one path in the report's words; undefined for a path that is kept. */
function wordOf(verdict: number, action: Action): PathOutcome | undefined {
  switch (verdict) {
    case Verdict.keep:
      return undefined;
    case Verdict.replace:
      return action === "none" ? "duplicate" : "replaced";
    case Verdict.replaced:
      return "replaced";
    case Verdict.clone:
    case Verdict.cloned:
      return "cloned";
    case Verdict.failed:
      return "failed";
    case Verdict.pending:
      return "pending";
    default:
      return skipReasonOf(verdict);
  }
}
