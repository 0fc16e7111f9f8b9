import { type BytePath, join, toText } from "../core/byte-path.ts";
import { DedupeError } from "../core/errors.ts";
import { isErrno, tryErrno } from "../core/result.ts";
import { disk } from "../fs/disk.ts";
import type { Store } from "./open-store.ts";

/**
 * Checks that the files of the roots can be linked to the store: it is on the same file system, behind the same mount,
 * and neither is inside the other. Paths that do not exist are not checked here.
 *
 * @throws DedupeError that names the store and the root.
 */
export function checkRoots(store: Store, roots: readonly BytePath[]): void {
  const mounts = readMounts();
  for (const root of roots) {
    const real = tryErrno(() => disk.realPath(root));
    const stat = tryErrno(() => disk.stat(root));
    if (isErrno(real) || isErrno(stat)) continue;
    const refuse = (why: string, hint: string): DedupeError =>
      new DedupeError("bad-option", `--store ${toText(store.path)}: ${why}`, hint);
    if (isBelow(store.path, real))
      throw refuse(
        `it is inside ${toText(root)}, which is searched`,
        "name a directory outside of the paths to search",
      );
    if (isBelow(real, store.path))
      throw refuse(
        `${toText(root)} is inside it`,
        "the store's own files are never replaced; see dedupe store --help",
      );
    const isElsewhere =
      stat.dev !== store.device || mountOf(mounts, real) !== mountOf(mounts, store.path);
    if (isElsewhere)
      throw refuse(
        `it is on another file system than ${toText(root)}, or behind another mount`,
        "a store serves the trees of one file system: name a directory there, --store <dir>",
      );
  }
}

function isBelow(path: BytePath, dir: BytePath): boolean {
  return path === dir || path.startsWith(join(dir, ""));
}

/** Mount points and the numbers of what is mounted there, the latest last. */
type Mounts = readonly (readonly [point: BytePath, id: string])[];

/** The mounts of this process (proc_pid_mountinfo(5)); none if the system does not tell them. */
function readMounts(): Mounts {
  const text = tryErrno(() => disk.readWhole("/proc/self/mountinfo").toString("latin1"));
  return isErrno(text) ? [] : parseMounts(text);
}

/** @param text Lines of `36 35 98:0 /root /mount/point options…`; a space in a path is `\\040`. */
export function parseMounts(text: string): Mounts {
  return text.split("\n").flatMap((line): [BytePath, string][] => {
    const [id, , , , point] = line.split(" ");
    if (point === undefined) return [];
    const path = point.replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    return [[path, id]];
  });
}

/** The mount through which a path is reached; undefined if that is not known. */
export function mountOf(mounts: Mounts, path: BytePath): string | undefined {
  let found: Mounts[number] | undefined;
  for (const mount of mounts)
    if (isBelow(path, mount[0]) && (found === undefined || mount[0].length >= found[0].length))
      found = mount;
  return found?.[1];
}
