import type { UnshareTotals } from "../../core/unshare-report.ts";
import {
  array,
  base64,
  maybeBase64,
  number,
  object,
  text,
  unmatched,
  writtenThrough,
} from "../schema-parts.ts";

const TOTALS: Record<keyof UnshareTotals, string> = {
  files: "regular files found",
  shared: "inodes with more than one link, below the roots or elsewhere",
  names: "their paths below the roots",
  unshared: "paths that got a separate file; with dryRun, that would get one",
  takenBytes: "bytes on the disk that the copies take; clones take none",
  restored: "files that became writable again; with dryRun, that would become writable",
  skipped:
    "paths left alone: they changed or vanished during the run, or their directories do not let files be removed",
  failed:
    "paths that could not get a separate file, and files and directories that could not be read",
  seconds: "elapsed time",
};

/** The JSON Schema (2020-12) of what `dedupe unshare --json` prints. */
export function jsonSchema(): object {
  const totals = Object.fromEntries(
    Object.entries(TOTALS).map(([key, description]) => [key, { ...number, description }]),
  );
  const outcome = {
    enum: ["unshared", "kept", "changed", "vanished", "forbidden", "failed", "pending"],
  };
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
        unmatched,
        methods: object({ clone: number, copy: number }),
        warnings: array(object({ code: { enum: ["no-native", "state"] }, message: text })),
        files: array(
          object(
            {
              path: text,
              pathBase64: base64,
              outcome,
              by: { enum: ["clone", "copy"] },
              restored: {
                type: "boolean",
                description: "--protect had made it read-only, and it is writable again",
              },
              detail: text,
            },
            ["pathBase64", "by", "detail"],
          ),
        ),
        writtenThrough,
        problems: array(
          object({ path: text, pathBase64: base64, code: text, message: text }, ["pathBase64"]),
        ),
      },
      ["rootsBase64"],
    ),
  };
}
