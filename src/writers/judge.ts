import type { Kind } from "../artifacts/kinds.ts";
import { UNKNOWN } from "../prerequisites/make-words.ts";
import type { StaysApart } from "../core/model.ts";
import type { SkipReason } from "../core/report.ts";
import type { Producer } from "./producers.ts";
import { NO_PROJECT } from "./touched-files.ts";
import type { RuleWriter } from "./rule-writers.ts";
import { WILD } from "./shell-words.ts";

/** What is known about the tool that writes a file, strongest evidence first. */
export interface Evidence {
  /** The build rule that makes it. */
  readonly rule: RuleWriter | undefined;
  /** The tool that its content names. */
  readonly producer: Producer | undefined;
  /** undefined if it is no artifact. */
  readonly kind: Kind | undefined;
}

/** How the user selected a file. */
export interface Selection {
  /** By `--kind`: it is linked unless this very file is known to be written in place. */
  readonly byKind: boolean;
  /** By `--all` or `--include`: it is linked unless it, or its kind, is known to be written in place. */
  readonly byUser: boolean;
}

/**
 * Why a file is not linked; undefined if it may be linked.
 *
 * A file is linked if what writes it is known to replace it, so that the next build does not change its other links.
 */
export function judge(
  { rule, producer, kind }: Evidence,
  { byKind, byUser }: Selection,
): StaysApart | undefined {
  const isNamed = byKind || byUser;
  if (rule?.effect === "in-place" || rule?.effect === "touch") return writtenByRule(rule);
  const isRewritten = producer?.effect === "in-place" || producer?.effect === "touch";
  if (isRewritten && rule === undefined) return writtenByProducer(producer);
  if (isRewritten && rule?.effect === "replace" && !isNamed)
    return disagreement(rule, producer, kind);
  if (rule?.effect === "replace" || (rule === undefined && producer?.effect === "replace"))
    return undefined;
  if (rule === undefined && producer === undefined) {
    if (kind?.assumed === "replace") return undefined;
    if (kind?.assumed === "in-place") return byKind ? undefined : leftAlone(kind.why ?? "");
  }
  if (isNamed) return undefined;
  return rule === undefined ? unknownProducer(producer, kind) : unknownCommand(rule, kind);
}

function leftAlone(why: string, reason: SkipReason = "in-place-kind"): StaysApart {
  return { reason, why };
}

function writtenByRule({ effect, command, file }: RuleWriter): StaysApart {
  return leftAlone(
    effect === "touch"
      ? `its rule in ${file} runs ${command}, which only updates the time of a file that is up to date, so that every link to it would look newer than it is`
      : `its rule in ${file} writes it in place (${command}), so a rebuild would change every link to it; use install, or run dedupe unshare before the build`,
  );
}

function writtenByProducer({ effect, command, reader }: Producer): StaysApart {
  const compared =
    reader === undefined
      ? ""
      : reader === NO_PROJECT
        ? ", and what compares times is not known, as neither its directory nor any above has .git, go.work or go.mod"
        : `, and ${reader} may have its time compared`;
  return leftAlone(
    effect === "touch"
      ? `it was written by ${command}, which only updates the time of a file that is up to date, so that every link to it would look newer than it is${compared}; if the tree is no longer built, use --final`
      : `it was written by ${command}, which writes into the existing file, so the next build would change every link to it; if the tree is no longer built, use --final`,
  );
}

function disagreement(rule: RuleWriter, producer: Producer, kind: Kind | undefined): StaysApart {
  return leftAlone(
    `its rule in ${rule.file} runs ${rule.command}, but its content was written by ${producer.command}, which does not replace an existing file${remedies(producer.command, kind)}`,
    "unknown-writer",
  );
}

function unknownCommand(
  { command, file, unreadable }: RuleWriter,
  kind: Kind | undefined,
): StaysApart {
  if (unreadable)
    return leftAlone(
      `it is not known what writes it, as ${file} cannot be read${remedies(undefined, kind)}`,
      "unknown-writer",
    );
  if (command === UNKNOWN || command.includes(WILD)) {
    const who = command === UNKNOWN ? "make" : "the shell";
    return leftAlone(
      `its rule in ${file} runs a command that only ${who} can expand, so it is not known whether it replaces an existing file${remedies(undefined, kind)}`,
      "unknown-writer",
    );
  }
  return leftAlone(
    `its rule in ${file} runs ${command}, which is not known to replace an existing file${remedies(command, kind)}`,
    "unknown-writer",
  );
}

function unknownProducer(producer: Producer | undefined, kind: Kind | undefined): StaysApart {
  return leftAlone(
    producer === undefined
      ? `it is not known what writes it: no build rule was found for it, and its content names no tool${remedies(undefined, kind)}`
      : `it was written by ${producer.command}, which does not always replace an existing file${remedies(producer.command, kind)}`,
    "unknown-writer",
  );
}

/** What links the file all the same. */
function remedies(command: string | undefined, kind: Kind | undefined): string {
  const ways = [
    ...(command === undefined ? [] : [`--writer ${command}=replace if it does`]),
    ...(kind === undefined ? [] : [`--kind ${kind.name}`]),
    "--final if the tree is no longer built",
  ];
  return `; to link it, use ${ways.slice(0, -1).join(", ")}${ways.length > 1 ? " or " : ""}${ways.at(-1)}`;
}
