import { NO_METHODS } from "../../src/core/model.ts";
import type { LeftOut, Report, Totals } from "../../src/core/report.ts";

/** The totals of a tree in which nothing was found. */
const NO_TOTALS: Totals = {
  files: 0,
  selected: 0,
  artifacts: 0,
  bytes: 0,
  allocatedBytes: 0,
  inodes: 0,
  sets: 0,
  duplicates: 0,
  duplicateBytes: 0,
  replaceable: 0,
  freeableBytes: 0,
  replaced: 0,
  cloned: 0,
  savedBytes: 0,
  protected: 0,
  skipped: 0,
  failed: 0,
  bytesRead: 0,
  seconds: 0,
};

const NO_FILES: LeftOut = {
  exclude: 0,
  excludedDirs: 0,
  kind: 0,
  include: 0,
  empty: 0,
  minSize: 0,
  maxSize: 0,
  variant: 0,
};

/** A report about an empty tree, with some fields replaced. */
export function reportOf({
  totals,
  ...fields
}: Partial<Omit<Report, "totals">> & { readonly totals?: Partial<Totals> } = {}): Report {
  return {
    schema: 1,
    command: "dedupe",
    action: "none",
    dryRun: false,
    interrupted: false,
    roots: ["build"],
    totals: { ...NO_TOTALS, ...totals },
    variants: [],
    pairs: [],
    uniform: { several: 0, bytes: 0, count: 0, units: [] },
    conflicts: [],
    kinds: [],
    aliases: [],
    sets: [],
    skipped: [],
    methods: NO_METHODS,
    unmatched: [],
    leftOut: NO_FILES,
    verification: undefined,
    warnings: [],
    writtenThrough: [],
    problems: [],
    ...fields,
  };
}
