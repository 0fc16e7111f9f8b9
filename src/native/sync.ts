import type { Library } from "./load.ts";
import type { Native } from "./types.ts";

/** syncfs(2): glibc and musl have it, under this name on every architecture. */
export function linuxSync(library: Library): Native["syncFileSystem"] {
  const { lastError } = library;
  const syncfs = library.func("syncfs", "int", ["int"]);
  return (fd) => (syncfs(fd) === 0 ? undefined : lastError());
}
