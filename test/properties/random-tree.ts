/** Random trees: few contents, modes and times; existing links; directories of variants. */
import fc from "fast-check";
import { type Entry, type Spec, at, file, link } from "../support/tree.ts";

const DIRS = ["", "O0/", "O2/", "O3/", "O2/sub/", ".libs/", "src/", "dist/lib/"];
const NAMES = [
  "a.o",
  "b.o",
  "libx.so",
  "m.cpython-311.pyc",
  "m.cpython-311.opt-1.pyc",
  "A.class",
  "libx.a",
  "notes.txt",
  "prog",
];
const CONTENTS: Readonly<Record<string, string>> = {
  empty: "",
  x: "x",
  y: "y",
  same: "same",
  samE: "samE",
  "5000": "x".repeat(5000),
  "5000, other end": `${"x".repeat(4999)}y`,
  "40000": "z".repeat(40_000),
};
const MODES = [0o644, 0o644, 0o644, 0o755, 0o600];

/** A tree in a short form, which a failing property prints. */
export type Sketch = readonly (readonly [name: string, entry: FileSketch | LinkSketch])[];
interface FileSketch {
  readonly content: string;
  readonly mode: number;
  /** How many seconds older than the newest files. */
  readonly age: number;
}
interface LinkSketch {
  /** The index of an earlier file. */
  readonly linkTo: number;
}

const anyPath = fc
  .tuple(fc.constantFrom(...DIRS), fc.constantFrom(...NAMES))
  .map(([dir, name]) => dir + name);

const anyEntry = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      content: fc.constantFrom(...Object.keys(CONTENTS)),
      mode: fc.constantFrom(...MODES),
      age: fc.integer({ min: 0, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ linkTo: fc.nat({ max: 20 }) }) },
);

export const sketches: fc.Arbitrary<Sketch> = fc.uniqueArray(fc.tuple(anyPath, anyEntry), {
  minLength: 2,
  maxLength: 24,
  selector: ([name]) => name,
});

export function treeOf(sketch: Sketch): Spec {
  const tree: Record<string, Entry> = {};
  const files: string[] = [];
  for (const [name, entry] of sketch) {
    if ("linkTo" in entry) {
      // A file whose kind depends on its contents has no other links here: see `e2e/linking.test.ts`.
      if (files.length > 0 && !name.endsWith("prog"))
        tree[name] = link(files[entry.linkTo % files.length]);
    } else {
      tree[name] = file(CONTENTS[entry.content], { mode: entry.mode, mtime: at(-entry.age) });
      if (!name.endsWith("prog")) files.push(name);
    }
  }
  return tree;
}
