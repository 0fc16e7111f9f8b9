import { KINDS } from "../artifacts/kinds.ts";
import { type BytePath, absolutePath, dirOf } from "../core/byte-path.ts";
import type { FileTable } from "../core/file-table.ts";
import { eachGroup, linksOf } from "../core/groups.ts";
import type { DuplicateSets } from "../core/model.ts";
import type { Sliced } from "../core/slices.ts";
import { currentDir } from "../fs/disk.ts";
import type { PrerequisiteLookup } from "../prerequisites/prerequisite-lookup.ts";
import { Projects, unseenBuildFile } from "../prerequisites/unseen-build-files.ts";
import { producerOf } from "./producers.ts";
import { TimeReaders } from "./time-readers.ts";

/** Stands for any build file: the project that builds a file is not known. */
export const NO_PROJECT = "";

/**
 * The rows of files that their tool touches if they are up to date, although it does not look at their times itself:
 * programs of Go. Each with a build file whose tool may look at the time; undefined if there is none.
 */
export type TouchedFiles = ReadonlyMap<number, BytePath | undefined>;

/**
 * @param roots Absolute.
 * @param remembered Further rows of such files.
 * @param lookup undefined if there are no build files.
 */
export function* findTouched(
  files: FileTable,
  { members, starts, nextLink, producers }: DuplicateSets,
  roots: readonly BytePath[],
  remembered: readonly number[],
  lookup: PrerequisiteLookup | undefined,
): Sliced<Map<number, BytePath | undefined>> {
  const { kind } = files.columns;
  const readers = lookup && new TimeReaders(lookup);
  const found = new Map<number, BytePath | undefined>();
  const projects = new Projects();
  let unseen: { readonly reader: BytePath | undefined } | undefined;
  function* add(row: number): Sliced<void> {
    const path = files.path(row);
    unseen ??= { reader: unseenBuildFile(roots) };
    found.set(
      row,
      projects.include(dirOf(absolutePath(currentDir(), path)))
        ? (unseen.reader ?? (readers && (yield* readers.readerOf(path))))
        : NO_PROJECT,
    );
  }
  for (const row of remembered) yield* add(row);
  for (const { group, from, to } of eachGroup(starts)) {
    if (producers[group] === 0) continue;
    for (const inode of members.subarray(from, to)) {
      for (const row of linksOf(nextLink, inode)) {
        const producer = producerOf(producers[group], KINDS[kind[row]]?.name, files.path(row));
        if (producer?.ignoresTimes === true) yield* add(row);
      }
    }
  }
  return found;
}
