/** The public API: what the command line uses is what a program can use. */
export { type Hooks, dedupe } from "./dedupe.ts";
export { unshare } from "./unshare.ts";
export type { UnshareOptions } from "./unsharing/unshare-options.ts";
export { DedupeError, type MistakeCode } from "./errors.ts";
export type { Event, Listener } from "./events.ts";
export type { Problem, SkipReason } from "./model.ts";
export type { Action, Options, Scope, TimePolicy } from "./options.ts";
export type {
  NameOutcomeWord,
  Report,
  SetReport,
  Skipped,
  Totals,
  UnshareOutcomeWord,
  UnshareReport,
  UnshareTotals,
  UnsharedFile,
  VariantPair,
  VariantTotals,
} from "./report.ts";
export { type BytePath, isUtf8, toText } from "./byte-path.ts";
export { KINDS, type Kind } from "./artifacts/kinds.ts";
