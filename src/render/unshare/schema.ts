import type { UnshareTotals } from "../../core/unshare-report.ts";
import { array, base64, maybeBase64, number, object, text } from "../schema-parts.ts";

const TOTALS: Record<keyof UnshareTotals, string> = {
  files: "regular files met",
  shared: "stored files that had another name, here or elsewhere",
  names: "their names below the roots",
  unshared: "names that got a file of their own; with dryRun, that would get one",
  takenBytes: "bytes on the disk that their copies take; clones take none",
  restored: "files that got their write bits back; with dryRun, that would get them",
  skipped: "names left alone because they changed or vanished meanwhile",
  failed: "names that could not be given a file, files and directories that could not be read",
  seconds: "wall time",
};

/** The JSON Schema (2020-12) of what `dedupe unshare --json` prints. */
export function unshareSchema(): object {
  const totals = Object.fromEntries(
    Object.entries(TOTALS).map(([key, description]) => [key, { ...number, description }]),
  );
  const outcome = { enum: ["unshared", "kept", "changed", "vanished", "failed", "pending"] };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "dedupe unshare report",
    ...object(
      {
        schema: { const: 1 },
        command: { const: "unshare" },
        dryRun: { type: "boolean" },
        interrupted: { type: "boolean" },
        roots: array(text),
        rootsBase64: maybeBase64,
        totals: object(totals),
        methods: object({ clone: number, copy: number }),
        warnings: array(object({ code: { enum: ["no-native"] }, message: text })),
        files: array(
          object(
            {
              path: text,
              pathBase64: base64,
              outcome,
              by: { enum: ["clone", "copy"] },
              restored: {
                type: "boolean",
                description: "its write bits, taken by --protect, are back",
              },
              detail: text,
            },
            ["pathBase64", "by", "detail"],
          ),
        ),
        problems: array(
          object({ path: text, pathBase64: base64, code: text, message: text }, ["pathBase64"]),
        ),
      },
      ["rootsBase64"],
    ),
  };
}
