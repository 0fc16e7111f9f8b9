import type { BytePath } from "./byte-path.ts";
import type { Problem } from "./report.ts";

/** What is in a store. Sizes are in bytes. */
export interface StoreStatus {
  readonly path: BytePath;
  readonly format: number;
  readonly entries: number;
  readonly bytes: number;
  /** The same, allocated on the disk. */
  readonly allocatedBytes: number;
  /** Hard links of entries that are not in the store: paths of trees. */
  readonly links: number;
  /** Bytes on the disk that these links would take beyond the entries, as files of their own. */
  readonly sharedBytes: number;
  /** Entries without such links, and their bytes on the disk. */
  readonly unused: number;
  readonly unusedBytes: number;
  /** Those of them that a trim removes now. */
  readonly trimmable: number;
  readonly trimmableBytes: number;
  /** Milliseconds since 1970; undefined if that is not known. */
  readonly lastTrim: number | undefined;
  /** Files and directories that are no entries, or cannot be read. */
  readonly strangers: readonly BytePath[];
}

export interface StoreStatusReport extends StoreStatus {
  readonly schema: 1;
  readonly command: "store status";
  readonly interrupted: boolean;
}

export interface StoreTrimReport {
  readonly schema: 1;
  readonly command: "store trim";
  readonly path: BytePath;
  readonly dryRun: boolean;
  readonly interrupted: boolean;
  /** Entries that were removed; in a dry run, that would be. */
  readonly removed: number;
  /** Their bytes on the disk. */
  readonly removedBytes: number;
  readonly kept: number;
  readonly problems: readonly Problem[];
  readonly seconds: number;
}

export interface StoreVerifyReport {
  readonly schema: 1;
  readonly command: "store verify";
  readonly path: BytePath;
  readonly interrupted: boolean;
  /** Entries whose content is what their names say. */
  readonly sound: number;
  /** Paths of the others, which were removed. */
  readonly damaged: readonly BytePath[];
  readonly bytesRead: number;
  /** Entries that cannot be read or removed, and what is no entry. */
  readonly problems: readonly Problem[];
  readonly seconds: number;
}
