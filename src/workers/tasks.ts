import type { SharedFileTable } from "../file-table.ts";
import type { Beginnings } from "../matching/beginnings.ts";
import type { MatchOptions, MatchWork, Matched } from "../matching/match-groups.ts";
import type { HeldTimes, TimesToPutBack } from "../replacing/folder-times.ts";
import type { Located } from "../replacing/locate-blocks.ts";
import type { ReplaceResult, ReplaceWork } from "../replacing/replace-sets.ts";
import type { UnsharePlan } from "../unsharing/plan-own-files.ts";
import type { UnshareResult } from "../unsharing/unshare-names.ts";
import type { WalkRules } from "../walking/rules.ts";
import type { FolderTask, TreePart } from "../walking/tree-part.ts";

/** Work that any thread can do. What later tasks need is sent once, before them. */
export type Task =
  | { readonly type: "rules"; readonly rules: WalkRules }
  | { readonly type: "walk"; readonly tasks: readonly FolderTask[]; readonly budget: number }
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
  /** When the folders were changed in which this thread has replaced names. */
  | { readonly type: "times" }
  /** The folders that this thread holds get their times back; it answers which it does not hold. */
  | { readonly type: "put-back"; readonly times: TimesToPutBack }
  /** What a thread keeps from task to task is let go: folders, buffers. */
  | { readonly type: "release" };

interface Results {
  rules: undefined;
  walk: TreePart;
  table: undefined;
  begin: Beginnings;
  match: Matched;
  replace: ReplaceResult;
  locate: Located;
  clone: ReplaceResult;
  unshare: UnshareResult;
  times: HeldTimes;
  "put-back": { readonly folders: Uint32Array };
  release: undefined;
}
export type ResultOf<T extends Task> = Results[T["type"]];
