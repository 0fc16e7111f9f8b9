import {
  type LeftOut,
  SKIP_REASONS,
  type StoreReport,
  type Totals,
  type Warning,
} from "../../core/report.ts";
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

const WARNINGS: readonly Warning["code"][] = [
  "archive",
  "build-record",
  "foreign-build-file",
  "state",
  "linked-outside",
  "no-threads",
  "npm-pack",
  "overlay",
  "store",
];

const TOTALS: Record<keyof Totals, string> = {
  files: "regular files found",
  selected: "files that may be artifacts and that no option leaves out",
  artifacts: "paths of artifacts",
  bytes: "bytes of all artifacts, each inode counted once",
  allocatedBytes: "the same, in bytes allocated on the disk",
  inodes: "inodes of the artifacts",
  sets: "sets of two or more inodes that are identical byte for byte",
  duplicates: "paths of inodes that are identical to the first of their set",
  duplicateBytes: "bytes of these inodes",
  replaceable: "paths that an action replaces",
  freeableBytes: "bytes on the disk that this frees",
  replaced: "paths that were replaced; with dryRun, that would be replaced",
  cloned: "those of them that became clones instead of links",
  savedBytes: "bytes on the disk that were freed; an inode with further links outside frees none",
  protected: "linked files that were made read-only; with dryRun, that would be made read-only",
  skipped: "paths left alone for a reason that is not a failure",
  failed: "paths that could not be replaced, and files and directories that could not be read",
  bytesRead: "bytes read to compare files",
  seconds: "elapsed time",
};

const STORE: Record<Exclude<keyof StoreReport, "path" | "evicted">, string> = {
  found: "inodes whose content the store had",
  replaceable: "paths that an action replaces by a file of the store, beyond totals.replaceable",
  freeableBytes: "bytes on the disk that this frees, beyond totals.freeableBytes",
  replaced: "those of them that were replaced; with dryRun, that would be replaced",
  savedBytes: "bytes on the disk that the store has freed, beyond totals.savedBytes",
  added: "files put into the store; with dryRun, that would be put in",
  trimmed: "unused entries that the daily trim has removed",
  trimmedBytes: "their bytes on the disk",
};

/** The JSON Schema (2020-12) of what `--json` prints. */
export function jsonSchema(): object {
  const outcome = {
    enum: ["replaced", "cloned", "failed", "pending", "duplicate", ...SKIP_REASONS],
  };
  const totals = Object.fromEntries(
    Object.entries(TOTALS).map(([key, description]) => [key, { ...number, description }]),
  );
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "dedupe report",
    ...object(
      {
        schema: { const: 1 },
        command: { const: "dedupe" },
        action: { enum: ["none", "hardlink", "reflink"] },
        dryRun: { type: "boolean" },
        interrupted: { type: "boolean" },
        roots: array(text),
        rootsBase64: maybeBase64,
        totals: object(totals),
        leftOut: {
          ...object({
            exclude: number,
            excludedDirs: number,
            kind: number,
            include: number,
            empty: number,
            minSize: number,
            maxSize: number,
            variant: number,
          } satisfies Record<keyof LeftOut, object>),
          description:
            "how many files that may be artifacts each option leaves out; empty files are never linked",
        },
        store: object(
          {
            path: text,
            pathBase64: base64,
            ...Object.fromEntries(
              Object.entries(STORE).map(([key, description]) => [key, { ...number, description }]),
            ),
            evicted: {
              ...array(text),
              description: "entries removed because their contents are not what their names say",
            },
            evictedBase64: maybeBase64,
          },
          ["pathBase64", "evictedBase64"],
        ),
        unmatched,
        methods: object({ exchange: number, rename: number, clone: number, dedupeRange: number }),
        variants: array(
          object({ name: text, artifacts: number, bytes: number, sharedBytes: number }),
        ),
        pairs: array(
          object({
            a: text,
            b: text,
            units: number,
            identical: number,
            bytes: number,
            identicalBytes: number,
          }),
        ),
        kinds: array(
          object({
            name: text,
            artifacts: number,
            bytes: number,
            replaceable: number,
            freeableBytes: number,
          }),
        ),
        uniform: object(
          { several: number, bytes: number, units: array(text), unitsBase64: maybeBase64 },
          ["unitsBase64"],
        ),
        conflicts: array(
          object(
            {
              unit: text,
              unitBase64: base64,
              variant: text,
              paths: array(text),
              pathsBase64: maybeBase64,
            },
            ["unitBase64", "pathsBase64"],
          ),
        ),
        aliases: array(
          object(
            {
              path: text,
              pathBase64: base64,
              of: text,
              ofBase64: base64,
              via: { enum: ["hardlink", "symlink", "root", "mount"] },
            },
            ["pathBase64", "ofBase64"],
          ),
        ),
        sets: array(
          object(
            {
              size: number,
              hash: { type: "string", pattern: "^(xxh64:[0-9a-f]{16}|sha256:[0-9a-f]{64})$" },
              kind: text,
              kept: text,
              keptBase64: base64,
              names: array(text),
              namesBase64: maybeBase64,
              replaced: array(
                object({ path: text, pathBase64: base64, outcome, to: text, toBase64: base64 }, [
                  "pathBase64",
                  "to",
                  "toBase64",
                ]),
              ),
            },
            ["hash", "keptBase64", "namesBase64"],
          ),
        ),
        skipped: array(
          object({ path: text, pathBase64: base64, reason: { enum: SKIP_REASONS }, detail: text }, [
            "pathBase64",
          ]),
        ),
        writtenThrough,
        verification: object(
          {
            command: text,
            runs: number,
            quiet: { type: "boolean" },
            reverted: array(text),
            revertedBase64: maybeBase64,
            rebuilt: array(text),
            rebuiltBase64: maybeBase64,
          },
          ["quiet", "revertedBase64", "rebuiltBase64"],
        ),
        warnings: array(
          object({ code: { enum: WARNINGS }, path: text, pathBase64: base64, message: text }, [
            "pathBase64",
          ]),
        ),
        problems: array(
          object({ path: text, pathBase64: base64, code: text, message: text }, ["pathBase64"]),
        ),
      },
      ["rootsBase64", "store", "verification"],
    ),
  };
}
