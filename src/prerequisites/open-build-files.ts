import type { BytePath } from "../core/byte-path.ts";
import type { Tree } from "../core/model.ts";
import type { Warning } from "../core/report.ts";
import { currentDir } from "../fs/disk.ts";
import { PrerequisiteLookup } from "./prerequisite-lookup.ts";

/** The build files in and above a tree. */
export interface BuildFiles {
  readonly lookup: PrerequisiteLookup;
  /** By path: build files that could not be read. Grows with the lookups. */
  readonly warnings: ReadonlyMap<BytePath, Warning>;
}

export interface BuildFileOptions {
  /** The roots, as given by the user. */
  readonly paths: readonly BytePath[];
  /** Nothing is built in the tree any more. */
  readonly final: boolean;
  /** Every duplicate becomes a clone, which keeps its own time. */
  readonly onlyClones: boolean;
}

/**
 * Opens the files in which builds record what they do. Each is read by the first lookup that needs it.
 *
 * @returns undefined if there are none, or it does not matter what they contain.
 */
export function openBuildFiles(
  { dependencyInfo }: Tree,
  { paths, final, onlyClones }: BuildFileOptions,
): BuildFiles | undefined {
  if (final || onlyClones) return undefined;
  const warnings = new Map<BytePath, Warning>();
  const lookup = new PrerequisiteLookup(
    dependencyInfo,
    paths,
    currentDir(),
    (path, fault, isForeign) => {
      const code = isForeign === true ? "foreign-build-file" : "build-record";
      const effect = isForeign === true ? "ignored" : "some prerequisites may be unknown";
      warnings.set(path, { code, path, message: `${effect}: ${fault}` });
    },
  );
  return lookup.isEmpty ? undefined : { lookup, warnings };
}
