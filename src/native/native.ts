import { linux } from "./linux.ts";
import { loadLibrary } from "./load.ts";
import { macos } from "./macos.ts";
import type { Native } from "./types.ts";

export { type CommonBlocks, commonBlocks, EXTENT } from "./extents.ts";
export { StatBuffer } from "./stat-buffer.ts";
export type * from "./types.ts";

/** What loading came to: the calls, or why there are none. undefined: not tried yet. */
let loaded: { readonly calls: Native } | { readonly missing: string } | undefined;

/**
 * The system calls that Node has no API for; undefined where koffi or the platform lacks them.
 *
 * Loaded at the first call, once a thread (some milliseconds), and never throws. The environment variable
 * `DEDUPE_NO_NATIVE=1` switches it off, for tests and for troubles.
 */
export function native(): Native | undefined {
  loaded ??= load();
  return "calls" in loaded ? loaded.calls : undefined;
}

/** Why `native()` is undefined, in words for a user; undefined where it is not. */
export function whyNoNative(): string | undefined {
  loaded ??= load();
  return "missing" in loaded ? loaded.missing : undefined;
}

function load(): NonNullable<typeof loaded> {
  if (process.env["DEDUPE_NO_NATIVE"] === "1")
    return { missing: "switched off by DEDUPE_NO_NATIVE" };
  const { platform, arch } = process;
  try {
    const calls =
      platform === "linux"
        ? linux(loadLibrary(), arch)
        : platform === "darwin"
          ? macos(loadLibrary(), arch)
          : undefined;
    return calls === undefined ? { missing: `not written for ${platform} on ${arch}` } : { calls };
  } catch (error) {
    // koffi is not installed, has no build for this system, or the C library lacks a call.
    const [why] = String(error instanceof Error ? error.message : error).split("\n");
    return { missing: why ?? "" };
  }
}
