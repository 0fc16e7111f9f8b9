import { SKIP_REASONS } from "../../core/report.ts";
import type { StatusTotals } from "../../core/status-report.ts";
import {
  array,
  base64,
  maybeBase64,
  number,
  object,
  text,
  writtenThrough,
} from "../schema-parts.ts";

const TOTALS: Record<keyof StatusTotals, string> = {
  files: "regular files found",
  inodes: "inodes that dedupe has linked",
  paths: "their paths below the roots",
  savedBytes: "blocks that separate files would take in addition, in bytes",
  otherInodes: "inodes with several links that dedupe has not linked, as far as it remembers",
  otherPaths: "their paths below the roots",
  replaceable: "paths that dedupe --hardlink would replace",
  freeableBytes: "bytes on the disk that this would free",
  skipped: "redundant copies that it would leave alone",
  failed: "files and directories that could not be read, and states that could not be written",
  seconds: "elapsed time",
};
const bool = { type: "boolean" } as const;

/** The JSON Schema (2020-12) of what `dedupe status --json` prints. */
export function jsonSchema(): object {
  const totals = Object.fromEntries(
    Object.entries(TOTALS).map(([key, description]) => [key, { ...number, description }]),
  );
  const reason = { enum: SKIP_REASONS };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "dedupe status report",
    ...object(
      {
        schema: { const: 1 },
        command: { const: "status" },
        interrupted: bool,
        roots: array(text),
        rootsBase64: maybeBase64,
        totals: object(totals),
        native: bool,
        forgotten: number,
        linked: array(
          object(
            {
              by: { enum: ["dedupe", "other"] },
              size: number,
              links: number,
              paths: array(text),
              pathsBase64: maybeBase64,
            },
            ["pathsBase64"],
          ),
        ),
        writtenThrough,
        leftAlone: {
          ...array(
            object({
              reason,
              count: number,
              examples: array(
                object({ path: text, pathBase64: base64, detail: text }, ["pathBase64"]),
              ),
            }),
          ),
          description: "redundant copies that dedupe --hardlink leaves alone, by reason",
        },
        marked: {
          ...array(
            object(
              {
                path: text,
                pathBase64: base64,
                reason: { enum: ["in-place-kind", "rebuilt-before"] },
              },
              ["pathBase64"],
            ),
          ),
          description: "paths that runs remember not to link; --forget drops these marks",
        },
        states: array(
          object(
            {
              file: text,
              fileBase64: base64,
              root: text,
              rootBase64: base64,
              paths: number,
              size: number,
              savedAt: text,
            },
            ["fileBase64", "rootBase64"],
          ),
        ),
        fileSystems: array(
          object({ path: text, pathBase64: base64, type: text, clones: bool, exchange: bool }, [
            "pathBase64",
            "type",
            "exchange",
          ]),
        ),
        warnings: array(
          object({ code: { enum: ["state"] }, path: text, pathBase64: base64, message: text }, [
            "pathBase64",
          ]),
        ),
        problems: array(
          object({ path: text, pathBase64: base64, code: text, message: text }, ["pathBase64"]),
        ),
      },
      ["rootsBase64", "forgotten"],
    ),
  };
}
