/** Random trees on the disk, for the faults: few contents, few modes, links that are there already, links and copies outside. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { byText, namesIn } from "./traced.mjs";

const DIRS = ["", "O0/", "O2/", "O3/sub/", "build/Debug/", "build/Release/", ".libs/"];
const OBJECTS = ["a.o", "b.o", "c.o", "m.pyc"];
const OTHERS = ["A.class", "notes.txt"];
/** Two of each size, that differ at the start, in the middle, or at the very end. */
const CONTENTS = {
  small: Buffer.alloc(3000, "small "),
  "small, else": Buffer.alloc(3000, "other "),
  large: Buffer.alloc(70_000, "large "),
  "large, other end": Buffer.concat([Buffer.alloc(69_999, "large "), Buffer.from("!")]),
  tiny: Buffer.from("x"),
  empty: Buffer.alloc(0),
};
const MODES = [0o644, 0o644, 0o644, 0o644, 0o755, 0o444];
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const owner = isRoot
  ? fc.oneof(
      { weight: 9, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.constant(NOBODY) },
    )
  : fc.constant(process.getuid?.());
const content = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("small", "large") },
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(CONTENTS)) },
);

const what = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      content,
      mode: fc.constantFrom(...MODES),
      owner,
      age: fc.integer({ min: 0, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ linkTo: fc.nat({ max: 20 }) }) },
);

const place = fc
  .tuple(
    fc.constantFrom(...DIRS),
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...OBJECTS) },
      { weight: 1, arbitrary: fc.constantFrom(...OTHERS) },
    ),
  )
  .map(([dir, name]) => dir + name);

/** Names, and what they are: a file, or a further name of one of the files before. */
export const sketches = fc.uniqueArray(fc.tuple(place, what), {
  minLength: 2,
  maxLength: 20,
  size: "max",
  selector: ([name]) => name,
});

const isLinkable = (name) => /\.(?:o|pyc)$/.test(name);

/** The tree of a sketch, and a directory beside it with copies, another name of a file of the tree, and a link into it. */
export function makeScene(dir, sketch) {
  const root = path.join(dir, "tree");
  const outside = path.join(dir, "outside");
  fs.mkdirSync(root, { recursive: true });
  fs.mkdirSync(outside);
  const files = [];
  for (const [name, entry] of sketch) {
    const file = path.join(root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (!("linkTo" in entry)) write(file, CONTENTS[entry.content], entry);
    else if (files.length > 0) fs.linkSync(files[entry.linkTo % files.length], file);
    if (!("linkTo" in entry)) files.push(file);
  }
  for (const known of ["small", "large"])
    write(path.join(outside, `${known}.o`), CONTENTS[known], { mode: 0o644, age: 9 });
  if (files.length > 0) fs.linkSync(files[0], path.join(outside, "also.o"));
  fs.symlinkSync("../outside", path.join(root, "elsewhere"));
  return { root, outside };
}

function write(file, bytes, { mode, age, owner: who }) {
  fs.writeFileSync(file, bytes);
  if (isRoot) fs.chownSync(file, who ?? 0, who ?? 0);
  fs.chmodSync(file, mode);
  fs.utimesSync(file, 1.7e9 - age, 1.7e9 - age);
}

const hashOf = (file) =>
  createHash("sha256").update(fs.readFileSync(file)).digest("hex").slice(0, 12);

/** What no run may change: names, contents, modes and owners of the tree; which file a name leads to that is not to be linked; all of what is beside it. */
export function whatMustStay(root, outside) {
  const own = namesIn(root).filter((name) => !path.basename(name).startsWith(".dedupe-"));
  const lines = own.map((name) => {
    const file = path.join(root, name);
    return `${name} ${isLinkable(name) ? "" : fs.lstatSync(file).ino} ${readMetadata(file)}`;
  });
  const home = path.dirname(root);
  lines.push(fs.readdirSync(home).toSorted().join(" "));
  for (const name of ["", ...namesIn(outside)]) {
    const { ino, mtimeNs } = fs.lstatSync(path.join(outside, name), { bigint: true });
    lines.push(`outside/${name} ${ino} ${mtimeNs} ${readMetadata(path.join(outside, name))}`);
  }
  return lines.join("\n");
}

function readMetadata(file) {
  const stat = fs.lstatSync(file);
  const told = `${stat.mode.toString(8)} ${stat.uid}:${stat.gid}`;
  return stat.isFile()
    ? `${told} ${hashOf(file)}`
    : `${told} ${stat.isSymbolicLink() ? fs.readlinkSync(file) : ""}`;
}

function byInode(root) {
  const clusters = new Map();
  for (const name of namesIn(root)) {
    const { ino } = fs.lstatSync(path.join(root, name));
    clusters.set(ino, [...(clusters.get(ino) ?? []), name]);
  }
  return [...clusters.values()];
}

/**
 * Which objects and bytecode share a file, and the time that it carries. Names of other kinds stay where
 * they are; whether a file that they lead to is kept for the rest depends on what was done before.
 */
export function clustersOf(root) {
  const told = byInode(root).flatMap((all) => {
    const names = all.filter(isLinkable);
    if (names.length === 0) return [];
    const { mtimeMs } = fs.lstatSync(path.join(root, names[0]));
    return [`${mtimeMs / 1000 - 1.7e9}: ${names.join(" ")}`];
  });
  return told.toSorted(byText).join("\n");
}

/** Files that could be one and are not: objects and bytecode that agree in content, mode and owner. */
export function wronglyApart(root) {
  const alike = new Map();
  for (const names of byInode(root)) {
    const file = path.join(root, names[0]);
    const stat = fs.lstatSync(file);
    if (!stat.isFile() || stat.size === 0) continue;
    if (!names.every(isLinkable)) continue;
    const editMetadata = readMetadata(file);
    alike.set(editMetadata, [...(alike.get(editMetadata) ?? []), names.join(" = ")]);
  }
  return [...alike.values()]
    .filter((files) => files.length > 1)
    .map((files) => `alike, but not one file: ${files.join(" | ")}`);
}
