import { type BytePath, join } from "../core/byte-path.ts";
import { PARTIAL } from "../core/temporary-name.ts";
import { makeCopyName } from "../replace/run-identity.ts";

/** Where files of a store are kept until they are complete, or until they are removed. */
export const TEMPORARY_DIR = "tmp";

/** A new temporary path in a directory. */
export function temporaryPath(dir: BytePath, replaced: BytePath): BytePath {
  return join(dir, makeCopyName(PARTIAL, PARTIAL, replaced));
}
