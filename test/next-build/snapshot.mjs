/** What the outputs hold, name by name. */
import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Build tools' own records: times, absolute states. What a build makes of them is compared instead. */
const RECORDS =
  /(^|\/)(\.ninja_(log|deps)|CMakeFiles\/(\d.*|.*\.(log|txt|make|internal))|meson-(logs|private|info)\/.*)$/;

/** Content by path of everything below the outputs, but for records of the build tool. */
export function takeSnapshot(tree, { outputs, ignored }) {
  const contents = new Map();
  for (const dir of outputs) {
    let names;
    try {
      names = readdirSync(join(tree, dir), { recursive: true, encoding: "utf8" });
    } catch {
      continue; // not built yet
    }
    for (const name of names.toSorted()) {
      const path = join(dir, name);
      if (RECORDS.test(path) || ignored?.test(path) === true) continue;
      const file = join(tree, path);
      if (lstatSync(file).isFile()) contents.set(path, digest(readFileSync(file)));
    }
  }
  return contents;
}

function digest(bytes) {
  return createHash("sha1").update(bytes).digest("hex");
}
