import { type BytePath, nameOf } from "../../core/byte-path.ts";
import type { Suspicion, SuspicionReport, SuspiciousCommand } from "../../core/suspicion-report.ts";
import { codeSpan, escapeMarkdown } from "../markdown-parts.ts";
import { count, plural } from "../numbers.ts";
import { painter } from "../paint.ts";
import { printable } from "../printable.ts";
import { resultLine } from "../result-line.ts";
import { wrap } from "../wrap.ts";

/** How much to print: one line, a paragraph for each suspicion, or also the paths of all modules. */
export type Detail = "brief" | "summary" | "paths";

const WIDTH = 80;
const EXAMPLES = 3;
/** Modules and commands that a paragraph names. */
const MOST_NAMES = 3;

/** Yields the lines of the report for a terminal. The first one is the verdict. */
export function* renderText(
  report: SuspicionReport,
  { detail, color }: { readonly detail: Detail; readonly color: boolean },
): Generator<string> {
  const paint = painter(color);
  yield paint("bold", headline(report));
  if (detail === "brief") return;
  // Those in modules come first: something may be wrong already.
  const [inModules, inCommands] = [true, false].map((linked) =>
    report.suspicions.filter(({ modules }) => modules.length > 0 === linked),
  );
  for (const group of [inModules, inCommands]) yield* renderGroup(group, detail);
  const closing = closingText(report);
  if (closing === undefined) return;
  yield "";
  yield* wrap(closing, WIDTH);
}

function* renderGroup(group: readonly Suspicion[], detail: Detail): Generator<string> {
  // One more takes no more room than the line that counts it.
  const isShort = detail !== "paths" && group.length > EXAMPLES + 1;
  const shown = isShort ? group.slice(0, EXAMPLES) : group;
  for (const suspicion of shown) {
    yield "";
    yield* wrap(describe(suspicion), WIDTH);
    if (detail === "paths") for (const path of suspicion.modules) yield `  ${printable(path)}`;
  }
  if (!isShort) return;
  yield "";
  yield `and ${count(group.length - shown.length)} more (-v lists all)`;
}

/** The report as Markdown, for the summary page of a CI job. */
export function renderMarkdown(report: SuspicionReport): string {
  const items = report.suspicions.map((each) => `- ${escapeMarkdown(describe(each))}`);
  const roots = report.roots.map(codeSpan).join(", ");
  const parts = [
    `### dedupe diff --suspicious: ${headline(report)}`,
    `in ${roots}`,
    items.join("\n"),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n\n`;
}

/** `1 suspicious object; looked for 3 objects in 2 modules, 0.05 s`. */
function headline({ suspicions, totals, interrupted }: SuspicionReport): string {
  const { objects, modules, commands, failed, seconds } = totals;
  const figures = [
    suspicions.length === 0 ? "nothing suspicious" : plural(suspicions.length, "suspicious object"),
    `${plural(objects, "object")} looked for in ${plural(modules, "module")}`,
    ...(commands > 0 ? [plural(commands, "command")] : []),
  ];
  return resultLine(figures, { failed, seconds, interrupted });
}

function describe({ object, modules, commands }: Suspicion): string {
  const name = printable(object);
  const differ = `${plural(commands.length, "command")} that differ in ${differences(commands)}`;
  if (modules.length === 0)
    return `${name} is written by ${differ}. Do they run in one build? Then chance decides which one comes last: let each write an object of its own.`;
  const contain = `${namesOf(modules)} ${modules.length === 2 ? "both" : "all"} contain ${name}`;
  const wrong = modules.length === 2 ? "one of them is wrong" : "only one of them is right";
  const advice = "build with -j1, and compare both builds with dedupe diff.";
  return commands.length > 0
    ? `${contain}, which is written by ${differ}. Probably ${wrong}: ${advice}`
    : `${contain}. Do they compile its source with different options? Then ${wrong}: ${advice}`;
}

/** `mod1, mod2 and mod3`. */
function namesOf(modules: readonly BytePath[]): string {
  const names = modules.map((path) => printable(nameOf(path)).replace(/\..*$/, ""));
  const shown = names.length > MOST_NAMES + 1 ? names.slice(0, MOST_NAMES) : names;
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(", ")} and ${count(rest)} more`;
  return `${shown.slice(0, -1).join(", ")} and ${shown.at(-1) ?? ""}`;
}

/** `-DKIND=1 and -DKIND=2`. */
function differences(commands: readonly SuspiciousCommand[]): string {
  const shown = commands
    .slice(0, MOST_NAMES)
    .map(({ words }) => printable(words.slice(0, MOST_NAMES).join(" ")) || "nothing else");
  const rest = commands.length - shown.length;
  return rest > 0 ? `${shown.join(", ")} and ${count(rest)} more` : shown.join(" and ");
}

function closingText({ interrupted, suspicions, totals }: SuspicionReport): string | undefined {
  if (interrupted) return "The figures are partial: the run was interrupted.";
  if (suspicions.length > 0 || totals.modules > 0 || totals.commands > 0) return undefined;
  return "Objects are looked for where setuptools builds several modules: in build/temp* and build/lib*. --commands examines the log of any build.";
}
