import { toText } from "../../core/byte-path.ts";
import type { SuspicionReport } from "../../core/suspicion-report.ts";
import {
  closeWithProblems,
  elements,
  openComparison,
  pathField,
  pathsField,
} from "../json-parts.ts";

/** The report of `dedupe diff --suspicious` as one JSON document, in pieces. */
export function* renderJson(report: SuspicionReport): Generator<string> {
  yield `${openComparison(report)},"suspicions":[`;
  yield* elements(report.suspicions, ({ object, modules, commands }) => ({
    ...pathField("object", object),
    ...pathsField("modules", modules),
    commands: commands.map(({ line, words }) => ({ line, words: words.map(toText) })),
  }));
  yield* closeWithProblems(report.problems);
}
