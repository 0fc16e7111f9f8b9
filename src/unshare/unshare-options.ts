import type { Settings, WalkOptions } from "../core/options.ts";
import { resolveOptions } from "../core/options.ts";

/** What a program asks `unshare` for. As in `Options`, but that state files and empty files are taken too. */
export type UnshareOptions = WalkOptions;

/**
 * @throws DedupeError that names the option.
 * @internal
 */
export function resolveUnshareOptions(options: UnshareOptions): Settings {
  // An action: the walk sweeps before a run that changes the disk.
  const settings = resolveOptions({ ...options, action: "hardlink" });
  const minSize = options.minSize === undefined ? 0 : Math.min(settings.minSize, options.minSize);
  return Object.freeze({ ...settings, minSize, state: true });
}
