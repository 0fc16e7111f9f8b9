/** The contents of the outputs, by path. */
import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Records of build tools, which contain times and absolute paths. Their effects on builds are compared instead. */
const RECORDS =
  /(^|\/)(\.ninja_(log|deps)|CMakeFiles\/(\d.*|.*\.(log|txt|make|internal))|meson-(logs|private|info)\/.*)$/;

/** Hashes of all files below the outputs, except records of build tools. */
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
