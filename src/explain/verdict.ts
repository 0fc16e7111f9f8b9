import type { DifferenceClass } from "../core/explanation.ts";
import { ALL_CAUSES, CAUSES, type Cause, remedyFor } from "./noise.ts";
import { CLASSES, type Part } from "./parts.ts";

/** Longer lists are cut off. */
const MAX_PHRASES = 3;
/** In characters. */
const MAX_PHRASE = 60;

interface Verdict {
  readonly verdict: string;
  readonly class: DifferenceClass;
  readonly remedy?: string;
}

/** What to say about two files of a name that differ in these parts, at least one. */
export function verdictOf(parts: readonly Part[], name: string): Verdict {
  const worst = CLASSES.find((each) => parts.some((part) => part.class === each)) ?? "other";
  const causes = ALL_CAUSES.filter((each) => parts.some(({ cause }) => cause === each));
  const isNoise = parts.every(({ cause }) => cause !== undefined);
  if (!isNoise && (worst === "code" || worst === "data")) {
    const serious = parts.filter(({ class: kind }) => kind === "code" || kind === "data");
    const areMembers = serious.every(({ isSingleMember }) => isSingleMember);
    return { verdict: areMembers ? "members differ" : `${worst} differs`, class: worst };
  }
  const remedy = isNoise ? remedyFor(causes, name) : undefined;
  return {
    verdict: `differ only in ${listed(phrases(parts, causes))}`,
    class: worst,
    ...(remedy !== undefined && { remedy }),
  };
}

/** In an order that does not depend on the number of bytes. */
function phrases(parts: readonly Part[], causes: readonly Cause[]): string[] {
  const others = parts.filter(({ cause }) => cause === undefined);
  const named = CLASSES.flatMap((each) =>
    others
      .filter((part) => part.class === each)
      .map(({ phrase }) => shortened(phrase))
      .sort(),
  );
  return [...new Set([...named, ...causes.map((cause) => CAUSES[cause].phrase)])];
}

/** Names in a file may be long, and contain anything. */
function shortened(phrase: string): string {
  const safe = phrase.replaceAll(/[^\x20-\x7e]/g, "?");
  return safe.length > MAX_PHRASE ? `${safe.slice(0, MAX_PHRASE)}…` : safe;
}

function listed(all: readonly string[]): string {
  if (all.length > MAX_PHRASES) return `${all.slice(0, MAX_PHRASES).join(", ")} and more`;
  const last = all.at(-1) ?? "";
  return all.length < 2 ? last : `${all.slice(0, -1).join(", ")} and ${last}`;
}
