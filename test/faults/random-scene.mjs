/** Random trees for fault injection: few contents and modes, existing links, and links and copies outside the tree. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { byText, namesIn } from "./traced.mjs";

const DIRS = ["", "O0/", "O2/", "O3/sub/", "build/Debug/", "build/Release/", ".libs/"];
const OBJECTS = ["a.o", "b.o", "c.o", "m.pyc"];
const OTHERS = ["A.class", "notes.txt"];
/** Contents, some of one size that differ at the start or at the very end. */
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

const anyEntry = fc.oneof(
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

const anyPath = fc
  .tuple(
    fc.constantFrom(...DIRS),
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...OBJECTS) },
      { weight: 1, arbitrary: fc.constantFrom(...OTHERS) },
    ),
  )
  .map(([dir, name]) => dir + name);

/** A tree: paths, each a file or a hard link to an earlier file. */
export const sketches = fc.uniqueArray(fc.tuple(anyPath, anyEntry), {
  minLength: 2,
  maxLength: 20,
  size: "max",
  selector: ([name]) => name,
});

/** What a store has before the runs: the content, mode, owner and time of files that some trees have. */
export const STORED = [
  ["a.o", { content: "small", mode: 0o644, owner: process.getuid?.(), age: 1 }],
  ["b.o", { content: "large, other end", mode: 0o755, owner: process.getuid?.(), age: 2 }],
];

/** The store of a scene, beside its tree. */
export const storeOf = (root) => path.join(path.dirname(root), "store");

const isLinkable = (name) => /\.(?:o|pyc)$/.test(name);

/** Creates a tree, and a directory beside it with copies and with a hard link to a file of the tree. */
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

const digestOf = (file) => createHash("sha256").update(fs.readFileSync(file)).digest("hex");

/** The entries of a store whose contents are not what their names say. */
export function damagedEntries(store) {
  return namesIn(store)
    .filter((name) => /^[0-9a-f]{2}\//.test(name))
    .filter((name) => !path.basename(name).startsWith(`${digestOf(path.join(store, name))}-`))
    .map((name) => `a damaged entry: ${name}`);
}

/**
 * What no run may change: paths, contents, modes and owners in the tree, the inodes of files that are not to be
 * linked, and everything outside the tree.
 */
export function stateToKeep(root, outside) {
  const own = namesIn(root).filter((name) => !path.basename(name).startsWith(".dedupe-"));
  const lines = own.map((name) => {
    const file = path.join(root, name);
    return `${name} ${isLinkable(name) ? "" : fs.lstatSync(file).ino} ${readMetadata(file)}`;
  });
  const parent = path.dirname(root);
  lines.push(
    fs
      .readdirSync(parent)
      .filter((name) => name !== "store")
      .toSorted()
      .join(" "),
  );
  for (const name of ["", ...namesIn(outside)]) {
    const { ino, mtimeNs } = fs.lstatSync(path.join(outside, name), { bigint: true });
    lines.push(`outside/${name} ${ino} ${mtimeNs} ${readMetadata(path.join(outside, name))}`);
  }
  return lines.join("\n");
}

function readMetadata(file) {
  const stat = fs.lstatSync(file);
  const text = `${stat.mode.toString(8)} ${stat.uid}:${stat.gid}`;
  return stat.isFile()
    ? `${text} ${digestOf(file).slice(0, 12)}`
    : `${text} ${stat.isSymbolicLink() ? fs.readlinkSync(file) : ""}`;
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
 * Which objects and bytecode files share an inode, and its time. Files of other kinds are left out: whether one of
 * them becomes the keeper of linkable files depends on earlier runs.
 */
export function clustersOf(root) {
  const text = byInode(root).flatMap((all) => {
    const names = all.filter(isLinkable);
    if (names.length === 0) return [];
    const { mtimeMs } = fs.lstatSync(path.join(root, names[0]));
    return [`${mtimeMs / 1000 - 1.7e9}: ${names.join(" ")}`];
  });
  return text.toSorted(byText).join("\n");
}

/** Objects and bytecode files with the same content, mode and owner that are not linked. */
export function missingLinks(root) {
  const alike = new Map();
  for (const names of byInode(root)) {
    const file = path.join(root, names[0]);
    const stat = fs.lstatSync(file);
    if (!stat.isFile() || stat.size === 0) continue;
    if (!names.every(isLinkable)) continue;
    const metadata = readMetadata(file);
    alike.set(metadata, [...(alike.get(metadata) ?? []), names.join(" = ")]);
  }
  return [...alike.values()]
    .filter((files) => files.length > 1)
    .map((files) => `identical, but not linked: ${files.join(" | ")}`);
}
