import type { SharedFileTable } from "../core/file-table.ts";
import type { FirstBlockBatch } from "../match/first-block-batch.ts";
import type { MatchOptions, MatchWork, Matched } from "../match/match-groups.ts";
import type { HeldTimes, TimesToRestore } from "../replace/dir-times.ts";
import type { Located } from "../extents/locate-blocks.ts";
import type { ReplaceResult, ReplaceWork } from "../apply/replace-sets.ts";
import type { UnsharePlan } from "../unshare/plan-unshare.ts";
import type { UnshareResult } from "../unshare/unshare-files.ts";
import type { WalkRules } from "../walk/walk-rules.ts";
import type { DirTask, TableChunk } from "../walk/table-chunk.ts";

/** Work that any thread can do. What later tasks need is sent once, before them. */
export type Task =
  | { readonly type: "rules"; readonly rules: WalkRules }
  | { readonly type: "walk"; readonly tasks: readonly DirTask[]; readonly budget: number }
  | { readonly type: "table"; readonly table: SharedFileTable }
  | {
      readonly type: "begin";
      readonly members: Uint32Array;
      /** Bytes of each file's first block. */
      readonly length: number;
      readonly options: MatchOptions;
    }
  | ({ readonly type: "match"; readonly options: MatchOptions } & MatchWork)
  | { readonly type: "replace"; readonly work: ReplaceWork }
  | { readonly type: "locate"; readonly members: Uint32Array; readonly starts: Uint32Array }
  | { readonly type: "clone"; readonly work: ReplaceWork }
  | { readonly type: "unshare"; readonly plan: UnsharePlan }
  /** When the directories were changed in which this thread has replaced names. */
  | { readonly type: "times" }
  /** The directories that this thread holds get their times back; it answers which it does not hold. */
  | { readonly type: "put-back"; readonly times: TimesToRestore }
  /** What a thread keeps from task to task is let go: directories, buffers. */
  | { readonly type: "release" };

interface Results {
  rules: undefined;
  walk: TableChunk;
  table: undefined;
  begin: FirstBlockBatch;
  match: Matched;
  replace: ReplaceResult;
  locate: Located;
  clone: ReplaceResult;
  unshare: UnshareResult;
  times: HeldTimes;
  "put-back": { readonly dirs: Uint32Array };
  release: undefined;
}
export type ResultOf<T extends Task> = Results[T["type"]];
