import { type Outcomes, type Plan, type Tree, Verdict } from "../core/model.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { executePlan } from "./execute-plan.ts";
import { replaceSetsTask } from "./replace-sets.ts";

/**
 * Carries out what the plan says of links.
 *
 * @param before The plan with nothing carried out yet.
 */
export function apply(
  { files }: Tree,
  plan: Plan,
  before: Outcomes,
  pool: WorkerPool,
): Promise<Outcomes> {
  return executePlan(
    { verdict: Verdict.replace, task: replaceSetsTask },
    files,
    plan,
    before,
    pool,
  );
}
