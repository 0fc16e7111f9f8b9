import type { SpawnSyncOptions } from "node:child_process";
import { run } from "../support/run.ts";

/** The document of `dedupe unshare` as a script sees it. */
export interface Unshared {
  readonly totals: Record<string, number>;
  readonly methods: { readonly clone: number; readonly copy: number };
  readonly files: readonly {
    readonly path: string;
    readonly outcome: string;
    readonly by?: string;
    readonly restored: boolean;
  }[];
  readonly problems: readonly { readonly code: string; readonly message: string }[];
}

/** `dedupe unshare --json <args>`, for runs in which nothing may go wrong. */
export function unshareJson(...args: (string | SpawnSyncOptions)[]): Unshared {
  const words = args.filter((arg) => typeof arg === "string");
  const options = args.find((arg) => typeof arg === "object") ?? {};
  const done = run(["unshare", "--json", ...words], options);
  if (done.code !== 0) throw new Error(`exit code ${done.code}: ${done.stderr}`);
  return done.json as unknown as Unshared;
}
