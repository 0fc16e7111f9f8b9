import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { type Run, runTrusting } from "../support/run.ts";
import { contents, filesIn, linked } from "../support/snapshot.ts";
import { NOBODY, emptyDir, file, isRoot, makeTree } from "../support/tree.ts";

const SAME = file("\x7fELF the same content");
const LINKED = [["build/a/x.o", "build/b/x.o"]];
const SPARSE = 2 ** 30;
/** More than a run takes, and less than a run that hangs. */
const TIMEOUT = 20_000;

interface Hostile {
  readonly it: string;
  /** Puts something where a state is. */
  readonly place: (path: string) => void;
  /** What a run says if the file is named by `--state`; undefined if the file is replaced. */
  readonly refusal?: string;
  /** A run cannot put a state there, which it says, too. */
  readonly stays?: true;
}

function rewrite(change: (bytes: Buffer) => Buffer): (path: string) => void {
  return (path) => fs.writeFileSync(path, change(fs.readFileSync(path)));
}

function replace(make: (path: string) => void): (path: string) => void {
  return (path) => {
    fs.rmSync(path);
    make(path);
  };
}

const NO_STATE = "it is no state of dedupe";
const HOSTILE: readonly Hostile[] = [
  { it: "cut off", place: rewrite((bytes) => bytes.subarray(0, bytes.length - 20)) },
  { it: "cut off in its header", place: rewrite((bytes) => bytes.subarray(0, 20)) },
  { it: "longer", place: rewrite((bytes) => Buffer.concat([bytes, Buffer.alloc(8)])) },
  {
    it: "of another version",
    place: rewrite((bytes) => {
      bytes.writeUInt32LE(1, 8);
      return bytes;
    }),
  },
  {
    it: "of absurd lengths",
    place: rewrite((bytes) => {
      bytes.fill(0xff, 12, 40);
      return bytes;
    }),
  },
  {
    it: "random bytes",
    place: rewrite((bytes) => Buffer.from(bytes.map((_, i) => (i * 37) % 251))),
    refusal: NO_STATE,
  },
  {
    it: "a sparse file of 1 GB",
    place: (path) => fs.truncateSync(path, SPARSE),
    refusal: NO_STATE,
  },
  {
    it: "a FIFO",
    place: replace((path) => execFileSync("mkfifo", [path])),
    refusal: NO_STATE,
  },
  {
    it: "a directory",
    place: replace((path) => fs.mkdirSync(path)),
    refusal: NO_STATE,
    stays: true,
  },
  {
    it: "a symbolic link to another file",
    place: replace((path) => {
      fs.writeFileSync(`${path}.other`, "other");
      fs.symlinkSync(`${path}.other`, path);
    }),
    refusal: NO_STATE,
  },
  {
    it: "a symbolic link to itself",
    place: replace((path) => fs.symlinkSync(path, path)),
    refusal: "symbolic link",
  },
  ...(isRoot
    ? [
        {
          it: "another user's",
          place: (path: string) => fs.chownSync(path, NOBODY, NOBODY),
          refusal: "it belongs to another user",
        },
      ]
    : []),
];

function identity(path: string): bigint[] {
  const { ino, size, ctimeNs } = fs.lstatSync(path, { bigint: true });
  return [ino, size, ctimeNs];
}

describe("something else where a state should be", () => {
  let root = "";
  let cache = "";
  const dedupe = (...args: string[]): Run =>
    runTrusting(args, {
      cwd: root,
      // Compiled code would be kept in the same cache directory.
      env: { XDG_CACHE_HOME: cache, NODE_DISABLE_COMPILE_CACHE: "1" },
      timeout: TIMEOUT,
    });

  beforeEach(() => {
    cache = emptyDir();
    root = makeTree({ "build/a/x.o": SAME, "build/b/x.o": SAME, "other.o": SAME });
  });

  const separate = (): void => {
    fs.rmSync(`${root}/build/b/x.o`);
    fs.copyFileSync(`${root}/build/a/x.o`, `${root}/build/b/x.o`);
  };

  test.each(HOSTILE)("in the cache, $it: a warning, and nothing else", ({ place, stays }) => {
    expect(dedupe("--hardlink", "build").code).toBe(0);
    const [name] = filesIn(cache);
    const state = `${cache}/${name}`;
    place(state);
    separate();
    const before = contents(root);
    const done = dedupe("--hardlink", "-v", "build");
    expect(done.code).toBe(0);
    const lines = done.stderr.trim().split("\n");
    expect(lines[0]).toContain(`dedupe: warning: ${state}: it is ignored: `);
    expect(lines).toHaveLength(stays ? 2 : 1);
    expect(contents(root)).toEqual(before);
    expect(linked(root)).toEqual(LINKED);
    if (stays) return;
    expect(fs.lstatSync(state).isFile()).toBe(true);
    expect(fs.lstatSync(state).uid).toBe(process.getuid?.());
    fs.appendFileSync(`${root}/build/a/x.o`, "more");
    expect(dedupe("--check", "build").stderr).toMatch(/build\/b\/x\.o: written through/);
  });

  test.each(HOSTILE)("named by --state, $it", ({ place, refusal }) => {
    const link = ["--hardlink", "--state", "state", "build"];
    expect(dedupe(...link).code).toBe(0);
    place(`${root}/state`);
    separate();
    const before = identity(`${root}/state`);
    const done = dedupe(...link, "-v");
    if (refusal === undefined) {
      expect(done.code).toBe(0);
      expect(done.stderr).toMatch(/^dedupe: warning: .*: it is ignored: it is damaged.*\n$/);
      expect(linked(root)).toEqual(LINKED);
    } else {
      expect(done.code).toBe(2);
      expect(done.stderr).toMatch(/^dedupe: --state state: [^\n]*\n( {2}hint: .*\n|.*\n)?$/);
      expect(done.stderr).toContain(refusal);
      expect(linked(root)).toEqual([]);
      expect(identity(`${root}/state`)).toEqual(before);
    }
  });

  test.skipIf(!isRoot)("a state of the tree's owner is used", () => {
    dedupe("--hardlink", "build");
    const [name] = filesIn(cache);
    for (const path of [`${cache}/${name}`, `${root}/build`]) fs.chownSync(path, NOBODY, NOBODY);
    fs.appendFileSync(`${root}/build/a/x.o`, "more");
    expect(dedupe("--check", "build").code).toBe(1);
  });
});
