import { linux } from "./linux.ts";
import { loadLibrary } from "./load.ts";
import { macos } from "./macos.ts";
import type { Native } from "./types.ts";

export { EXTENT } from "./extents.ts";
export { StatBuffer } from "./stat-buffer.ts";
export type * from "./types.ts";

/** The result of loading: the calls, or why there are none. Undefined before the first attempt. */
let loaded: { readonly calls: Native } | { readonly missing: string } | undefined;

/**
 * The system calls that Node has no API for; undefined without koffi or on an unsupported platform.
 *
 * The first call in a thread loads them, which takes a few milliseconds. Never throws. `DEDUPE_NO_NATIVE=1` in the
 * environment disables them, for tests and troubleshooting.
 */
export function native(): Native | undefined {
  loaded ??= load();
  return "calls" in loaded ? loaded.calls : undefined;
}

/** A message for the user that says why `native()` is undefined; undefined if it is not. */
export function whyNoNative(): string | undefined {
  loaded ??= load();
  return "missing" in loaded ? loaded.missing : undefined;
}

function load(): NonNullable<typeof loaded> {
  if (process.env["DEDUPE_NO_NATIVE"] === "1") return { missing: "disabled by DEDUPE_NO_NATIVE=1" };
  const { platform, arch } = process;
  try {
    const calls =
      platform === "linux"
        ? linux(loadLibrary(), arch)
        : platform === "darwin"
          ? macos(loadLibrary(), arch)
          : undefined;
    return calls === undefined
      ? { missing: `not available for ${platform} on ${arch}` }
      : { calls };
  } catch (error) {
    // koffi is not installed, has no build for this system, or the C library lacks a call.
    const [why] = String(error instanceof Error ? error.message : error).split("\n");
    return { missing: why ?? "" };
  }
}
