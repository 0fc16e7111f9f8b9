import { checkOptions } from "./check-options.ts";
import { type Settings, WALK_OPTIONS, type WalkOptions, resolveOptions } from "./options.ts";

/** The options of `unshare`. As in `Options`, but build tools' state files and empty files are selected too. */
export type UnshareOptions = WalkOptions;

/**
 * @throws DedupeError that names the option.
 * @internal
 */
export function resolveUnshareOptions(options: UnshareOptions): Settings {
  checkOptions(options, WALK_OPTIONS);
  // With an action, `changesDisk` is set.
  const settings = resolveOptions({ ...options, action: "hardlink" });
  const minSize = options.minSize === undefined ? 0 : Math.min(settings.minSize, options.minSize);
  return Object.freeze({ ...settings, minSize, state: true });
}
