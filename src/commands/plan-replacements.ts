import {
  type ApartPaths,
  type Classification,
  type DuplicateSets,
  type Locations,
  type Plan,
  type StaysApart,
  Verdict,
} from "../core/model.ts";
import type { FileTable } from "../core/file-table.ts";
import { type ClonePlanOptions, planClones } from "../plan/plan-clones.ts";
import { type PlanInput, type PlanOptions, plan as planLinks } from "../plan/plan.ts";
import { ForbiddenPaths } from "../replace/forbidden-paths.ts";

interface Input extends PlanInput {
  readonly files: FileTable;
  readonly classification: Classification;
  readonly sets: DuplicateSets;
  /** The sets with the entries of the content store. */
  readonly withEntries: DuplicateSets;
  readonly apart: ApartPaths;
  /** Undefined if nothing is to be cloned. */
  readonly locations: Locations | undefined;
}

/**
 * Makes the plan of the links and clones. If a path that it replaces is in a directory that does not let files be
 * removed, that path stays apart, and the plan is made again.
 */
export function planReplacements(
  input: Input,
  options: PlanOptions & ClonePlanOptions & { readonly changesDisk: boolean },
): Plan {
  const { files, classification, withEntries, locations, store } = input;
  const forbidden = new ForbiddenPaths(files, options.changesDisk);
  const apart = new Map(input.apart);
  try {
    for (;;) {
      const links = planLinks({ ...input, apart }, options);
      const plan = planClones(
        { files, classification, sets: withEntries, locations, links, store },
        options,
      );
      const found = findForbidden(plan, forbidden);
      if (found.size === 0) return plan;
      for (const [file, why] of found) apart.set(file, why);
    }
  } finally {
    forbidden.close();
  }
}

function findForbidden(
  { names, keepers, verdicts }: Plan,
  forbidden: ForbiddenPaths,
): Map<number, StaysApart> {
  const found = new Map<number, StaysApart>();
  for (let row = 0; row < names.length; row += 1) {
    if (verdicts[row] !== Verdict.replace) continue;
    const why = forbidden.why(names[row], keepers[row]);
    if (why !== undefined) found.set(names[row], { reason: "forbidden", why });
  }
  return found;
}
