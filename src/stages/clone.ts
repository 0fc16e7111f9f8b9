import { type Outcomes, type Plan, type Tree, Verdict } from "../model.ts";
import type { Settings } from "../options.ts";
import type { Crew } from "../workers/crew.ts";
import { carryOut } from "./carry-out.ts";

/** Carries out what the plan says of clones, after its links; what became of both. */
export async function clone(
  { files }: Tree,
  plan: Plan,
  linked: Outcomes,
  settings: Settings,
  crew: Crew,
): Promise<Outcomes> {
  if (settings.dryRun) return linked;
  return carryOut({ verdict: Verdict.clone, task: "clone" }, files, plan, linked, crew);
}
