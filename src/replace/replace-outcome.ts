import type { BytePath } from "../core/byte-path.ts";
import type { Errno } from "../core/result.ts";

/** How a link was put in place of a name. */
export type Method = "exchange" | "rename";

/** What became of one name. Only `replaced` changed anything on the disk. */
export type ReplaceOutcome =
  | { readonly type: "replaced"; readonly method: Method }
  /** The name leads to the keeper already: another run was here. */
  | { readonly type: "already" }
  /** `leadsTo`: the inode that the name leads to now, where that is known. */
  | { readonly type: "changed"; readonly detail: string; readonly leadsTo?: bigint }
  | { readonly type: "vanished" }
  /** The keeper is not what was compared any more. */
  | { readonly type: "keeper-lost"; readonly how: "changed" | "vanished"; readonly detail: string }
  /** The keeper cannot be looked at, or may not be linked (immutable, somebody else's). */
  | { readonly type: "keeper-refused"; readonly code: string }
  /** The keeper's inode takes no further name (EMLINK; ERANGE on ntfs-3g). */
  | { readonly type: "keeper-full" }
  /** Keeper and name are on two mounts, even where the device number is one (bind mounts). */
  | { readonly type: "other-mount" }
  /** `left`: what could not be removed, or holds what could not be put back. */
  | { readonly type: "failed"; readonly code: string; readonly left?: BytePath };

/** A look at the name or its directory failed. */
export function targetGone({ code }: Errno): ReplaceOutcome {
  if (code === "ENOENT") return { type: "vanished" };
  if (dirWasSwapped(code))
    return { type: "changed", detail: "another directory took the place of the one it was in" };
  return { type: "failed", code };
}

/** A look at the keeper or its directory failed. */
export function keeperGone({ code }: Errno): ReplaceOutcome {
  if (code === "ENOENT")
    return { type: "keeper-lost", how: "vanished", detail: "it vanished meanwhile" };
  if (dirWasSwapped(code)) {
    return {
      type: "keeper-lost",
      how: "changed",
      detail: "another directory took the place of the one it was in",
    };
  }
  return { type: "keeper-refused", code };
}

/** ESTALE: of our own check, or of a network file system where another machine removed the directory. */
function dirWasSwapped(code: string): boolean {
  return code === "ENOTDIR" || code === "ELOOP" || code === "ESTALE";
}
