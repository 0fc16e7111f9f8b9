import { KINDS } from "../artifacts/kinds.ts";
import { type BytePath, compareBytes } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import {
  type DuplicateSets,
  type Outcomes,
  type Classification,
  type Plan,
  type Protection,
  type Tree,
  Verdict,
  skipReasonOf,
} from "../core/model.ts";
import type {
  Alias,
  Problem,
  PathOutcome,
  Report,
  SetReport,
  Skipped,
  Totals,
  Verification,
  Warning,
} from "../core/report.ts";
import type { Settings } from "../core/options.ts";
import { describeMtimeBound } from "./mtime-bound-message.ts";
import { compareVariants } from "./variant-totals.ts";
import { countKinds } from "./kind-totals.ts";
import { listAliases } from "./list-aliases.ts";
import { Role, rolesOf } from "./roles.ts";
import { countSets } from "./set-totals.ts";

/** All that a run knows at its end. */
export interface Findings {
  readonly tree: Tree;
  readonly classification: Classification;
  /** Whether a file took part. */
  readonly isSelected: (file: number) => boolean;
  readonly sets: DuplicateSets;
  readonly plan: Plan;
  readonly outcomes: Outcomes;
  readonly protection: Protection;
  readonly settings: Settings;
  readonly warnings: readonly Warning[];
  /** What `--verify` came to; undefined where it was not asked for, or nothing was changed. */
  readonly verification: Verification | undefined;
  readonly seconds: number;
}

/** Turns what was found and done into numbers and sorted lists. */
export function summarize(found: Findings): Report {
  const {
    tree,
    classification,
    isSelected,
    sets,
    plan,
    outcomes,
    protection,
    settings,
    warnings,
    seconds,
  } = found;
  const { files } = tree;
  const troubled = [tree, sets, { problems: plan.refused ?? [] }, outcomes, protection];
  const problems = troubled
    .flatMap((part): readonly Problem[] => part.problems)
    .sort((a, b) => compareBytes(a.path, b.path));
  const roles = rolesOf(files, sets.nextLink, settings, isSelected);
  const skipped = listSkipped(files, sets, plan, outcomes, settings);
  let lazyAliases: readonly Alias[] | undefined;
  let lazySets: readonly SetReport[] | undefined;
  return {
    schema: 1,
    command: "dedupe",
    action: settings.action,
    dryRun: settings.dryRun,
    interrupted: outcomes.interrupted,
    roots: settings.paths,
    totals: {
      ...countArtifacts(tree, roles),
      ...countSets(files, sets, plan, outcomes, settings),
      protected: protection.count,
      skipped: skipped.length,
      failed: problems.length,
      bytesRead: sets.bytesRead,
      seconds,
    },
    ...compareVariants(files, classification, plan, roles),
    kinds: countKinds(files, sets, plan, roles),
    get aliases() {
      return (lazyAliases ??= listAliases(tree, sets.nextLink));
    },
    get sets() {
      return (lazySets ??= listSets(files, plan, outcomes, settings));
    },
    skipped,
    methods: outcomes.methods,
    verification: found.verification,
    warnings: [...warnings].sort(
      (a, b) => compareBytes(a.code, b.code) || compareBytes(a.path, b.path),
    ),
    problems,
  };
}

function countArtifacts(
  tree: Tree,
  roles: Uint8Array,
): Pick<Totals, "files" | "artifacts" | "bytes" | "allocatedBytes" | "inodes"> {
  const { size, allocated } = tree.files.columns;
  const totals = { files: tree.fileCount, artifacts: 0, bytes: 0, allocatedBytes: 0, inodes: 0 };
  for (let file = 0; file < tree.files.count; file += 1) {
    if (roles[file] === Role.none) continue;
    totals.artifacts += 1;
    if (roles[file] !== Role.file) continue;
    totals.inodes += 1;
    totals.bytes += size[file];
    totals.allocatedBytes += allocated[file];
  }
  return totals;
}

function listSkipped(
  files: FileTable,
  sets: DuplicateSets,
  plan: Plan,
  outcomes: Outcomes,
  settings: Settings,
): Skipped[] {
  const skipped: Skipped[] = [];
  for (const [file, reason] of sets.lost) {
    skipped.push({ path: files.path(file), reason, detail: `it ${reason} while it was read` });
  }
  for (let set = 0; set + 1 < plan.starts.length; set += 1) {
    for (let row = plan.starts[set]; row < plan.starts[set + 1]; row += 1) {
      const reason = skipReasonOf(outcomes.verdicts[row]);
      if (reason === undefined) continue;
      const equalTo = files.path(plan.names[plan.starts[set]]);
      const detail =
        outcomes.details.get(row) ??
        describeSkip(reason, files, plan.names[row], equalTo, settings, plan);
      skipped.push({ path: files.path(plan.names[row]), reason, detail });
    }
  }
  return skipped.sort((a, b) => compareBytes(a.path, b.path));
}

/** The words for each reason; a reason without words does not compile. */
function describeSkip(
  reason: Skipped["reason"],
  files: FileTable,
  file: number,
  equalTo: BytePath,
  settings: Settings,
  { bounds, inPlaceRules }: Plan,
): string {
  switch (reason) {
    case "mode":
      return `equal to ${equalTo}, but its permission bits differ (--ignore-mode links it)`;
    case "owner":
      return `equal to ${equalTo}, but its owner differs (--ignore-owner links it)`;
    case "time":
      return `equal to ${equalTo}, but its modification time differs`;
    case "name":
      return `equal to ${equalTo}, but its file name differs`;
    case "xattrs":
      return `equal to ${equalTo}, but its access list, capabilities or extended attributes differ, or cannot be compared here`;
    case "scope":
      return `equal to ${equalTo}, but --scope ${settings.scope} keeps them apart`;
    case "changed":
      return "it changed meanwhile";
    case "vanished":
      return "it vanished meanwhile";
    case "would-rebuild":
      return describeMtimeBound(
        bounds.get(file),
        files.columns.mtime[file],
        equalTo,
        settings.newestTime,
      );
    case "link-limit":
      return "the file kept takes no more names; this one is kept for the rest";
    case "no-gain":
      return `equal to ${equalTo}, but it has no blocks of its own that could be freed`;
    case "in-place-kind": {
      const rule = inPlaceRules.get(file);
      if (rule !== undefined) return `equal to ${equalTo}, but ${rule}`;
      const kind = KINDS[files.columns.kind[file]];
      // The reason in the table says what to do, too.
      return `equal to ${equalTo}, but ${kind?.why ?? `its writers write in place: --kind ${kind?.name} links it`}`;
    }
  }
}

function listSets(
  files: FileTable,
  plan: Plan,
  outcomes: Outcomes,
  settings: Settings,
): SetReport[] {
  const reports: SetReport[] = [];
  for (let set = 0; set + 1 < plan.starts.length; set += 1) {
    const names: BytePath[] = [];
    const replaced: { path: BytePath; outcome: PathOutcome; to?: BytePath }[] = [];
    for (let row = plan.starts[set]; row < plan.starts[set + 1]; row += 1) {
      const path = files.path(plan.names[row]);
      names.push(path);
      const outcome = wordOf(outcomes.verdicts[row], settings);
      if (outcome === "replaced" || outcome === "cloned")
        replaced.push({ path, outcome, to: files.path(outcomes.keepers[row]) });
      else if (outcome !== undefined) replaced.push({ path, outcome });
    }
    const first = plan.names[plan.starts[set]];
    const hash = plan.hashes[set];
    reports.push({
      size: files.columns.size[first],
      hash: hash === undefined ? undefined : `xxh64:${hash}`,
      kind: KINDS[files.columns.kind[first]]?.name ?? "other",
      kept: files.path(first),
      names: names.sort(compareBytes),
      replaced: replaced.sort((a, b) => compareBytes(a.path, b.path)),
    });
  }
  return reports.sort((a, b) => compareBytes(a.names[0], b.names[0]));
}

function wordOf(verdict: number, settings: Settings): PathOutcome | undefined {
  switch (verdict) {
    case Verdict.keep:
      return undefined;
    case Verdict.replace:
      return settings.action === "none" ? "duplicate" : "replaced";
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
