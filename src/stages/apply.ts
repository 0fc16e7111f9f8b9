import { type Outcomes, type Plan, type Tree, Verdict } from "../model.ts";
import type { Crew } from "../workers/crew.ts";
import { carryOut } from "./carry-out.ts";

/**
 * Carries out what the plan says of links.
 *
 * @param before The plan with nothing carried out yet.
 */
export function apply(
  { files }: Tree,
  plan: Plan,
  before: Outcomes,
  crew: Crew,
): Promise<Outcomes> {
  return carryOut({ verdict: Verdict.replace, task: "replace" }, files, plan, before, crew);
}
