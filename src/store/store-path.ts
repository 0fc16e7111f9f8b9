import { type BytePath, absolutePath, fromText, join } from "../core/byte-path.ts";
import { DedupeError } from "../core/errors.ts";
import { currentDir } from "../fs/disk.ts";

/**
 * Where the store is: the directory given, else `$DEDUPE_STORE`, else `$XDG_CACHE_HOME/dedupe/store` or
 * `$HOME/.cache/dedupe/store`.
 *
 * @throws DedupeError if nothing says where it is.
 */
export function storePath(given: BytePath | undefined, env: NodeJS.ProcessEnv): BytePath {
  if (given === "") throw new DedupeError("bad-option", "--store: the name is empty");
  const named = given ?? fromText(env["DEDUPE_STORE"] ?? "");
  if (named !== "") return absolutePath(currentDir(), named);
  const { XDG_CACHE_HOME: cache = "", HOME: home = "" } = env;
  if (cache.startsWith("/")) return join(fromText(cache), "dedupe/store");
  if (home.startsWith("/")) return join(fromText(home), ".cache/dedupe/store");
  throw new DedupeError(
    "bad-option",
    "--store: there is no home directory to keep the store in",
    "name a directory: --store <dir>",
  );
}
