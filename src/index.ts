/** The public API: what the command line uses is what a program can use. */
export { dedupe } from "./commands/dedupe.ts";
export { type StatusOptions, status } from "./commands/status.ts";
export { diff } from "./commands/diff.ts";
export { diffNear } from "./commands/near.ts";
export { type SuspiciousOptions, diffSuspicious } from "./commands/suspicious.ts";
export { unshare } from "./commands/unshare.ts";
export { DedupeError, type MistakeCode } from "./core/errors.ts";
export type { Event, Hooks, Listener } from "./core/events.ts";
export type { Problem, SkipReason } from "./core/report.ts";
export type { Options, TimePolicy } from "./commands/options.ts";
export type { DiffOptions, NearOptions } from "./commands/diff-options.ts";
export type { DiffReport, DiffTotals, DifferenceGroup, DifferentPair } from "./core/diff-report.ts";
export type { NearGroup, NearPair, NearReport, NearTotals } from "./core/near-report.ts";
export type {
  SuspiciousCommand,
  Suspicion,
  SuspicionReport,
  SuspicionTotals,
} from "./core/suspicion-report.ts";
export type { DifferenceClass, PartDifference } from "./core/explanation.ts";
export type { UnshareOptions } from "./commands/unshare-options.ts";
export type {
  Action,
  PathOutcome,
  Report,
  Scope,
  SetReport,
  Skipped,
  Totals,
  VariantPair,
  VariantTotals,
} from "./core/report.ts";
export type {
  UnshareOutcome,
  UnshareReport,
  UnshareTotals,
  UnsharedFile,
} from "./core/unshare-report.ts";
export type {
  FileSystemSummary,
  LeftAlone,
  LinkedInode,
  MarkedPath,
  StateSummary,
  StatusReport,
  StatusTotals,
} from "./core/status-report.ts";
export { type BytePath, isUtf8, toText } from "./core/byte-path.ts";
export { KINDS, type Kind } from "./artifacts/kinds.ts";
