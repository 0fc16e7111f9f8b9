/** Projects that build two checkouts of a real program or library, as Debian ships its source. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Where `install.sh` puts source archives. */
const ARCHIVES =
  process.env.NEXT_BUILD_SOURCES ??
  join(process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? "/", ".cache"), "next-build");

/**
 * The checkouts a/ and b/ of a source package. Both get a variable at the end of one of their files, whose value changes.
 *
 * @param project.source The name of Debian's source package.
 * @param project.marked A file of it, in C or C++.
 * @param project.unpacked Commands that prepare a checkout, run in it.
 * @param project.make Commands that build a checkout, run in its parent directory.
 */
export function checkouts({ source, marked, unpacked = [], make, files = {}, ...project }) {
  const archive = archiveOf(source);
  const text = archive === undefined ? "" : fileIn(archive, marked);
  const own = (value) => `${text}\nint next_build_mark = @SHARED@ * 100 + ${value}; /* @NOTE@ */\n`;
  return {
    variants: ["a", "b"],
    first: "a",
    lacks: archive === undefined ? `source of ${source}` : undefined,
    files: { [`a/${marked}`]: own("@OWN@"), [`b/${marked}`]: own(7), ...files },
    setup: ["a", "b"].flatMap((dir) => [
      `tar -xf "${archive}" --skip-old-files --strip-components=1 -C ${dir}`,
      ...unpacked.map((command) => `cd ${dir} && ${command}`),
    ]),
    build: make,
    outputs: ["a", "b"],
    stop: 5,
    ...project,
  };
}

function archiveOf(source) {
  try {
    const name = readdirSync(ARCHIVES).find(
      (each) => each.startsWith(`${source}_`) && each.includes(".orig.tar."),
    );
    return name === undefined ? undefined : join(ARCHIVES, name);
  } catch {
    return undefined;
  }
}

function fileIn(archive, path) {
  const words = ["-xOf", archive, "--wildcards", "--no-wildcards-match-slash", `*/${path}`];
  const { status, stdout, stderr } = spawnSync("tar", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
