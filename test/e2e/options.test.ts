import { describe, expect, test } from "vitest";
import { elf } from "../support/contents.ts";
import { runTrusting as run, runTrustingJson as runJson } from "../support/run.ts";
import { contents, linked } from "../support/snapshot.ts";
import { type Spec, at, emptyDir, file, isRoot, link, makeTree, symlink } from "../support/tree.ts";

/** A tree, and the paths that share an inode after `dedupe --hardlink <args>`. */
interface Row {
  readonly it: string;
  readonly tree: Spec;
  /** Default: `.` */
  readonly args?: readonly string[];
  readonly linked: readonly (readonly string[])[];
  readonly rootOnly?: true;
}

const SAME = "the same bytes";

const WHAT: Row[] = [
  {
    it: "links identical objects",
    tree: { "O2/x.o": SAME, "O3/x.o": SAME },
    linked: [["O2/x.o", "O3/x.o"]],
  },
  { it: "does not link different objects", tree: { "a.o": "abc", "b.o": "abd" }, linked: [] },
  {
    it: "does not link sources and text",
    tree: { "a.c": SAME, "b.c": SAME, "a.txt": SAME, "b.txt": SAME },
    linked: [],
  },
  {
    it: "links programs without an extension, recognized by their first bytes",
    tree: {
      "O2/prog": elf("executable", "x"),
      "O3/prog": elf("executable", "x"),
      "a/data": SAME,
      "b/data": SAME,
    },
    linked: [["O2/prog", "O3/prog"]],
  },
  {
    it: "searches hidden directories",
    tree: { ".libs/x.o": SAME, "x.o": SAME },
    linked: [[".libs/x.o", "x.o"]],
  },
  {
    it: "ignores .gitignore",
    tree: { ".gitignore": "build/\n*.o\n", "build/x.o": SAME, "x.o": SAME },
    linked: [["build/x.o", "x.o"]],
  },
  {
    it: "does not link files in .git",
    tree: { ".git/x.o": SAME, "x.o": SAME, "y.o": SAME },
    linked: [["x.o", "y.o"]],
  },
  {
    it: "never links empty files",
    tree: { "a.o": "", "b.o": "" },
    args: ["-a", "-s", "0", "."],
    linked: [],
  },
  {
    it: "does not link kinds that their tools write in place",
    tree: { "a/libx.a": "!<arch>\nx", "b/libx.a": "!<arch>\nx", "A.class": SAME, "B.class": SAME },
    linked: [],
  },
  {
    it: "links such a kind if --kind names it",
    tree: { "a/libx.a": "!<arch>\nx", "b/libx.a": "!<arch>\nx", "a.o": SAME, "b.o": SAME },
    args: ["-k", "static-library", "."],
    linked: [["a/libx.a", "b/libx.a"]],
  },
  {
    it: "includes several kinds",
    tree: { "a.o": SAME, "b.o": SAME, "a.so": SAME, "b.so": SAME, "a.jar": SAME, "b.jar": SAME },
    args: ["-k", "object", "--kind", "shared-library", "."],
    linked: [["a.o", "a.so", "b.o", "b.so"]],
  },
  {
    it: "reads files without an extension to find their kind",
    tree: {
      a: elf("executable", "x"),
      b: elf("executable", "x"),
      c: elf("object", "x"),
      d: elf("object", "x"),
    },
    args: ["-k", "object", "."],
    linked: [["c", "d"]],
  },
  {
    it: "includes every regular file with --all",
    tree: { "a.c": SAME, "b.txt": SAME, README: SAME, "x.o": SAME },
    args: ["--all", "."],
    linked: [["README", "a.c", "b.txt", "x.o"]],
  },
  {
    it: "excludes build-tool state even with --all",
    tree: { "a.d": SAME, "b.d": SAME, "x.o": SAME, ".ninja_log": SAME },
    args: ["-a", "."],
    linked: [],
  },
  {
    it: "includes build-tool state if --include names it",
    tree: { "a.d": SAME, "b.d": SAME, "x.o": SAME },
    args: ["-i", "*.d", "."],
    linked: [["a.d", "b.d"]],
  },
];

const GLOBS: Row[] = [
  {
    it: "--include without a slash matches at any depth",
    tree: { "a/x.o": SAME, "b/c/x.o": SAME, "a/y.o": SAME, "y.o": SAME },
    args: ["-i", "x.*", "."],
    linked: [["a/x.o", "b/c/x.o"]],
  },
  {
    it: "--include matches whole directories",
    tree: { "a/deep/x.o": SAME, "a/y.o": SAME, "b/x.o": SAME },
    args: ["--include", "a", "."],
    linked: [["a/deep/x.o", "a/y.o"]],
  },
  {
    it: "--include with a slash is relative to the root",
    tree: { "a/x.o": SAME, "a/b/x.o": SAME, "b/x.o": SAME, "b/y.o": SAME },
    args: ["-i", "b/*.o", "."],
    linked: [["b/x.o", "b/y.o"]],
  },
  {
    it: "several --include patterns are combined",
    tree: { "a.o": SAME, "b.o": SAME, "c.o": SAME },
    args: ["-i", "a.*", "-i", "c.o", "."],
    linked: [["a.o", "c.o"]],
  },
  {
    it: "--exclude excludes files",
    tree: { "a/x.o": SAME, "b/x.o": SAME, "b/y.o": SAME },
    args: ["-x", "y.o", "."],
    linked: [["a/x.o", "b/x.o"]],
  },
  {
    it: "--exclude excludes directories",
    tree: { "a/x.o": SAME, "a/b/x.o": SAME, "c/x.o": SAME },
    args: ["--exclude", "a", "."],
    linked: [],
  },
  {
    it: "--exclude overrides --include",
    tree: { "a/x.o": SAME, "b/x.o": SAME, "c/x.o": SAME },
    args: ["-i", "*.o", "-x", "c/**", "."],
    linked: [["a/x.o", "b/x.o"]],
  },
  {
    it: "braces and classes work",
    tree: { "a.o": SAME, "b.o": SAME, "c.o": SAME, "d.o": SAME },
    args: ["-x", "{a,b}.o", "-x", "[c]*", "."],
    linked: [],
  },
  {
    it: "a pattern that a backtracking matcher would never finish",
    tree: { [`${"a".repeat(100)}.o`]: SAME, "b.o": SAME, "az.o": SAME },
    args: ["-x", "{+(a|a*)z.o,((a+)+)+$}", "-x", `{az.o,${"{a,b}".repeat(25)}}`, "."],
    linked: [[`${"a".repeat(100)}.o`, "b.o"]],
  },
];

const SIZES: Row[] = [
  {
    it: "--min-size is inclusive",
    tree: { "a.o": "1234", "b.o": "1234", "c.o": "123", "d.o": "123" },
    args: ["-s", "4", "."],
    linked: [["a.o", "b.o"]],
  },
  {
    it: "--max-size is inclusive",
    tree: { "a.o": "1234", "b.o": "1234", "c.o": "12345", "d.o": "12345" },
    args: ["--max-size", "4", "."],
    linked: [["a.o", "b.o"]],
  },
  {
    it: "--min-size and --max-size make a range, with units",
    tree: {
      "a.o": "x".repeat(1024),
      "b.o": "x".repeat(1024),
      "c.o": "x",
      "d.o": "x",
      "e.o": "y".repeat(1537),
      "f.o": "y".repeat(1537),
    },
    args: ["-s", "1K", "-S", "1.5KiB", "."],
    linked: [["a.o", "b.o"]],
  },
];

const SYMLINKS: Row[] = [
  {
    it: "symbolic links are not followed",
    tree: {
      "in/x.o": SAME,
      "in/y.o": symlink("../out/y.o"),
      "in/more": symlink("../out"),
      "out/y.o": SAME,
    },
    args: ["in"],
    linked: [],
  },
  {
    it: "-L follows links to directories and to files",
    tree: {
      "in/x.o": SAME,
      "in/y.o": symlink("../out/y.o"),
      "in/more": symlink("../out2"),
      "out/y.o": SAME,
      "out/z.o": SAME,
      "out2/x.o": SAME,
    },
    args: ["-L", "in"],
    linked: [["in/x.o", "out/y.o", "out2/x.o"]],
  },
  {
    it: "-L ignores dangling links",
    tree: { "x.o": SAME, "y.o": SAME, "z.o": symlink("nowhere"), more: symlink("./gone") },
    args: ["-L", "."],
    linked: [["x.o", "y.o"]],
  },
  {
    it: "-L -e follows only links that lead inside",
    tree: {
      "in/x.o": SAME,
      "in/a": symlink("../ok/sub"),
      "in/b": symlink("../other"),
      "in/c.o": symlink("../other/x.o"),
      "ok/sub/x.o": SAME,
      "other/x.o": SAME,
    },
    args: ["-L", "-e", "ok", "in"],
    linked: [["in/x.o", "ok/sub/x.o"]],
  },
  {
    it: "a symbolic link on the command line is followed",
    tree: {
      "real/x.o": SAME,
      "real/y.o": SAME,
      alias: symlink("real"),
      "x.o": symlink("real/x.o"),
    },
    args: ["alias", "x.o"],
    linked: [["real/x.o", "real/y.o"]],
  },
];

const MAY: Row[] = [
  { it: "names may differ", tree: { "a.o": SAME, "b.so": SAME }, linked: [["a.o", "b.so"]] },
  {
    it: "--respect-name links only files with the same name",
    tree: { "a/x.o": SAME, "b/x.o": SAME, "a/y.o": SAME, "b/y.o": SAME },
    args: ["--respect-name", "."],
    linked: [
      ["a/x.o", "b/x.o"],
      ["a/y.o", "b/y.o"],
    ],
  },
  {
    it: "modes must be equal",
    tree: {
      "a.o": file(SAME, { mode: 0o644 }),
      "b.o": file(SAME, { mode: 0o755 }),
      "c.o": file(SAME, { mode: 0o755 }),
    },
    linked: [["b.o", "c.o"]],
  },
  {
    it: "setuid and setgid are part of the mode",
    tree: {
      "a.o": file(SAME, { mode: 0o755 }),
      "b.o": file(SAME, { mode: 0o4755 }),
      "c.o": file(SAME, { mode: 0o2755 }),
    },
    linked: [],
  },
  {
    it: "--ignore-mode links files of different modes",
    tree: { "a.o": file(SAME, { mode: 0o644 }), "b.o": file(SAME, { mode: 0o755 }) },
    args: ["--ignore-mode", "."],
    linked: [["a.o", "b.o"]],
  },
  {
    it: "owners must be equal",
    tree: { "a.o": SAME, "b.o": file(SAME, { owner: 1000 }), "c.o": file(SAME, { owner: 1000 }) },
    linked: [["b.o", "c.o"]],
    rootOnly: true,
  },
  {
    it: "--ignore-owner links files of different owners",
    tree: { "a.o": SAME, "b.o": file(SAME, { owner: 1000 }) },
    args: ["--ignore-owner", "."],
    linked: [["a.o", "b.o"]],
    rootOnly: true,
  },
  {
    it: "--ignore-owner does not ignore modes",
    tree: { "a.o": file(SAME, { mode: 0o600 }), "b.o": file(SAME, { mode: 0o640, owner: 1000 }) },
    args: ["--ignore-owner", "."],
    linked: [],
    rootOnly: true,
  },
  {
    it: "times may differ",
    tree: { "a.o": SAME, "b.o": file(SAME, { mtime: at(1) }) },
    linked: [["a.o", "b.o"]],
  },
  {
    it: "--respect-time compares times to the nanosecond",
    tree: {
      "a.o": file(SAME, { mtime: at(0) }),
      "b.o": file(SAME, { mtime: at(0) + 1n }),
      "c.o": file(SAME, { mtime: at(0) + 1n }),
    },
    args: ["--respect-time", "."],
    linked: [["b.o", "c.o"]],
  },
  {
    it: "--mtime equal does the same",
    tree: {
      "a.o": file(SAME, { mtime: at(0) }),
      "b.o": file(SAME, { mtime: at(1) }),
      "c.o": file(SAME, { mtime: at(1) }),
    },
    args: ["--mtime", "equal", "."],
    linked: [["b.o", "c.o"]],
  },
  {
    it: "--scope directory links only within a directory",
    tree: { "a/x.o": SAME, "a/y.o": SAME, "b/x.o": SAME, "b/y.o": SAME, "c/x.o": SAME },
    args: ["--scope", "directory", "."],
    linked: [
      ["a/x.o", "a/y.o"],
      ["b/x.o", "b/y.o"],
    ],
  },
  {
    it: "--scope unit links only variants of one unit",
    tree: {
      "__pycache__/a.cpython-311.pyc": SAME,
      "__pycache__/a.cpython-311.opt-1.pyc": SAME,
      "__pycache__/b.cpython-311.pyc": SAME,
      "__pycache__/b.cpython-311.opt-2.pyc": SAME,
      "sub/__pycache__/a.cpython-311.pyc": SAME,
    },
    args: ["--scope", "unit", "."],
    linked: [
      ["__pycache__/a.cpython-311.opt-1.pyc", "__pycache__/a.cpython-311.pyc"],
      ["__pycache__/b.cpython-311.opt-2.pyc", "__pycache__/b.cpython-311.pyc"],
    ],
  },
  {
    it: "--scope tree links across directories",
    tree: { "a/x.o": SAME, "b/y.o": SAME },
    args: ["--scope", "tree", "."],
    linked: [["a/x.o", "b/y.o"]],
  },
  {
    it: "-o includes the named variants only",
    tree: {
      "m.cpython-311.pyc": SAME,
      "m.cpython-311.opt-1.pyc": SAME,
      "m.cpython-311.opt-2.pyc": SAME,
      "x.o": SAME,
      "y.o": SAME,
    },
    args: ["-o", "0", "--variant", "2", "."],
    linked: [["m.cpython-311.opt-2.pyc", "m.cpython-311.pyc"]],
  },
  {
    it: "-o knows the optimization levels of C",
    tree: { "build/O0/x.o": SAME, "build/O2/x.o": SAME, "build/O3/x.o": SAME, "build/x.o": SAME },
    args: ["-o", "O2", "-o", "O3", "build"],
    linked: [["build/O2/x.o", "build/O3/x.o"]],
  },
];

const LINKS: Row[] = [
  {
    it: "linked files are merged with all of their paths",
    tree: {
      "a1.o": SAME,
      "a2.o": link("a1.o"),
      "b1.o": SAME,
      "b2.o": link("b1.o"),
      "b3.o": link("b1.o"),
      "c.o": SAME,
    },
    linked: [["a1.o", "a2.o", "b1.o", "b2.o", "b3.o", "c.o"]],
  },
  {
    it: "--max-links divides a set into several inodes",
    tree: { "a.o": SAME, "b.o": SAME, "c.o": SAME, "d.o": SAME, "e.o": SAME },
    args: ["--max-links", "2", "."],
    linked: [
      ["a.o", "b.o"],
      ["c.o", "d.o"],
    ],
  },
  {
    it: "--max-links counts links outside of the tree too",
    tree: {
      "out/k1": SAME,
      "out/k2": link("out/k1"),
      "in/a.o": link("out/k1"),
      "in/b.o": SAME,
      "in/c.o": SAME,
    },
    args: ["--max-links", "3", "in"],
    linked: [
      ["in/a.o", "out/k1", "out/k2"],
      ["in/b.o", "in/c.o"],
    ],
  },
  {
    it: "--max-links does not divide an inode that has more links already",
    tree: {
      "a.o": SAME,
      "b1.o": file(SAME, { mtime: at(1) }),
      "b2.o": link("b1.o"),
      "b3.o": link("b1.o"),
    },
    args: ["--max-links", "3", "."],
    linked: [["b1.o", "b2.o", "b3.o"]],
  },
];

const ROOTS: Row[] = [
  {
    it: "several roots are treated as one tree",
    tree: { "a/x.o": SAME, "b/x.o": SAME, "c/x.o": SAME },
    args: ["a", "b"],
    linked: [["a/x.o", "b/x.o"]],
  },
  {
    it: "roots may be files",
    tree: { "a/x.o": SAME, "a/y.o": SAME, "b/x.o": SAME },
    args: ["a/x.o", "b/x.o"],
    linked: [["a/x.o", "b/x.o"]],
  },
  {
    it: "a pattern that the shell has not expanded is expanded",
    tree: { "a/lib/x.o": SAME, "b/lib/x.o": SAME, "c/x.o": SAME },
    args: ["*/lib"],
    linked: [["a/lib/x.o", "b/lib/x.o"]],
  },
  {
    it: "so is one that a backtracking matcher would never finish",
    tree: { [`b/${"a".repeat(100)}.o`]: SAME, "b/x.o": SAME, "c/x.o": SAME },
    args: [`{b,${"{x,y}".repeat(25)}}/{+(a|a*),x,(z+)+}.o`],
    linked: [[`b/${"a".repeat(100)}.o`, "b/x.o"]],
  },
  {
    it: "an existing path that looks like a pattern is not expanded",
    tree: { "a[1]/x.o": SAME, "a[1]/y.o": SAME, "a1/x.o": SAME },
    args: ["a[1]"],
    linked: [["a[1]/x.o", "a[1]/y.o"]],
  },
  {
    it: "./ precedes a directory that is named like a command",
    tree: { "store/x.o": SAME, "store/y.o": SAME },
    args: ["./store"],
    linked: [["store/x.o", "store/y.o"]],
  },
  {
    it: "a path that begins with a dash is given after --",
    tree: { "-x/x.o": SAME, "-x/y.o": SAME },
    args: ["--", "-x"],
    linked: [["-x/x.o", "-x/y.o"]],
  },
];

describe.each([
  { about: "which files", rows: WHAT },
  { about: "globs", rows: GLOBS },
  { about: "sizes", rows: SIZES },
  { about: "symbolic links", rows: SYMLINKS },
  { about: "what may be linked", rows: MAY },
  { about: "existing links, and their number", rows: LINKS, twice: true },
  { about: "roots", rows: ROOTS },
])("$about", ({ rows, twice = false }) => {
  test.each(rows.filter((row) => isRoot || !row.rootOnly))(
    "$it",
    ({ tree, args = ["."], linked: wanted }) => {
      const root = makeTree(tree);
      const before = contents(root);
      const report = run(["--hardlink", ...args], { cwd: root });
      expect(report.stderr).toBe("");
      expect(report.code).toBe(0);
      expect(linked(root)).toEqual(wanted);
      if (!args.includes("--ignore-mode") && !args.includes("--ignore-owner"))
        expect(contents(root)).toEqual(before);
      if (!twice) return;
      expect(runJson(["--hardlink", ...args], { cwd: root }).totals).toMatchObject({
        replaced: 0,
        savedBytes: 0,
      });
    },
  );
});

describe("the time of the shared file", () => {
  const spec = {
    "a.o": file(SAME, { mtime: at(5) + 123_456_789n }),
    "b.o": file(SAME, { mtime: at(1) + 987_654_321n }),
    "c.o": file(SAME, { mtime: at(9) + 1n }),
  };

  test.each([
    { args: [], kept: "b.o" },
    { args: ["--mtime", "oldest"], kept: "b.o" },
    { args: ["--mtime", "newest"], kept: "c.o" },
  ])("$args keeps $kept, to the nanosecond", ({ args, kept }) => {
    const root = makeTree(spec);
    const report = run(["--hardlink", "--json", ...args, root]);
    expect(report.json.sets[0].kept).toBe(`${root}/${kept}`);
    expect(linked(root)).toEqual([["a.o", "b.o", "c.o"]]);
  });
});

describe("--files-from", () => {
  const spec = {
    "a/x.o": SAME,
    "b/x.o": SAME,
    "c\nd/x.o": SAME,
    "\xff/x.o": SAME,
    list: "a/x.o\n\nb\n",
  };
  const nul = (...paths: string[]): Buffer =>
    Buffer.from(paths.map((path) => `${path}\0`).join(""), "latin1");

  test.each([
    {
      it: "a file with one path per line",
      args: ["--files-from", "list"],
      input: "",
      wanted: ["a/x.o", "b/x.o"],
    },
    {
      it: "standard input",
      args: ["--files-from", "-"],
      input: "a\nb/x.o",
      wanted: ["a/x.o", "b/x.o"],
    },
    {
      it: "further paths on the command line",
      args: ["--files-from", "-", "a"],
      input: "b\n",
      wanted: ["a/x.o", "b/x.o"],
    },
    {
      it: "separated by NUL",
      args: ["--files-from", "-", "-0"],
      input: nul("c\nd", "a/x.o"),
      wanted: ["a/x.o", "c\nd/x.o"],
    },
    {
      it: "bytes that are not UTF-8",
      args: ["--files-from", "-", "--null"],
      input: nul("\xff", "a/x.o"),
      wanted: ["a/x.o", "\xff/x.o"],
    },
    { it: "an empty list", args: ["--files-from", "-"], input: "", wanted: undefined },
  ])("$it", ({ args, input, wanted }) => {
    const root = makeTree(spec);
    const report = run(["--hardlink", ...args], { cwd: root, input });
    expect(report.stderr).toBe("");
    expect(report.code).toBe(0);
    expect(linked(root)).toEqual(wanted === undefined ? [] : [wanted]);
  });
});

test("an empty directory is not an error", () => {
  expect(run([emptyDir()])).toMatchObject({ code: 0, stderr: "" });
});
