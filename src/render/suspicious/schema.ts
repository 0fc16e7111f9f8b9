import type { SuspicionTotals } from "../../core/suspicion-report.ts";
import { array, base64, maybeBase64, number, object, text, unmatched } from "../schema-parts.ts";

const TOTALS: Record<keyof SuspicionTotals, string> = {
  objects: "objects that were looked for in modules",
  modules: "modules that were searched",
  commands: "commands in the log that compile a source",
  failed: "files and directories that could not be read",
  seconds: "elapsed time",
};

/** The JSON Schema (2020-12) of what `dedupe diff --suspicious --json` prints. */
export function jsonSchema(): object {
  const totals = Object.fromEntries(
    Object.entries(TOTALS).map(([key, description]) => [key, { ...number, description }]),
  );
  const command = object({
    line: { ...number, description: "in the log, or the number of the entry; counted from 1" },
    words: { ...array(text), description: "what not all of these commands have" },
  });
  const suspicion = object(
    {
      object: text,
      objectBase64: base64,
      modules: {
        ...array(text),
        description: "modules that all contain the object; empty if only commands are suspicious",
      },
      modulesBase64: maybeBase64,
      commands: { ...array(command), description: "different commands that write the object" },
    },
    ["objectBase64", "modulesBase64"],
  );
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "dedupe diff --suspicious report",
    ...object(
      {
        schema: { const: 1 },
        command: { const: "diff --suspicious" },
        interrupted: { type: "boolean" },
        roots: array(text),
        rootsBase64: maybeBase64,
        totals: object(totals),
        unmatched,
        suspicions: array(suspicion),
        problems: array(
          object({ path: text, pathBase64: base64, code: text, message: text }, ["pathBase64"]),
        ),
      },
      ["rootsBase64"],
    ),
  };
}
