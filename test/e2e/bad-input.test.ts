import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { runTrusting as run } from "../support/run.ts";
import { everything, linked } from "../support/snapshot.ts";
import { NOBODY, type Spec, file, dir, isRoot, makeTree, symlink } from "../support/tree.ts";

const SAME = "the same bytes";
const TREE: Spec = {
  "b/O2/x.o": SAME,
  "b/O3/x.o": SAME,
  "file.txt": "text",
  "store/x.o": SAME,
  loop: symlink("loop"),
  dangling: symlink("nowhere"),
};

/** Mistakes in the command line. Each one ends with exit code 2 and one line that names it. */
const MISTAKES: { args: string[]; says: RegExp; input?: string }[] = [
  { args: [], says: /no path given.*build\// },
  { args: ["--hardlin", "b"], says: /unknown option '--hardlin'.*--hardlink/ },
  { args: ["-Z", "b"], says: /unknown option '-Z'\n/ },
  { args: ["-r", "b"], says: /unknown option '-r' \(directories are always searched/ },
  {
    args: ["b\ufffd"],
    says: /b\ufffd: no such file or directory \(a path .* must be UTF-8: .*--files-from/,
  },
  { args: ["--link", "b"], says: /'--link' \(did you mean --hardlink or --reflink\?\)/ },
  { args: ["-hardlink", "b"], says: /'-hardlink' \(did you mean --hardlink\?\)/ },
  { args: ["--dry", "b"], says: /'--dry' \(did you mean --dry-run\?\)/ },
  { args: ["--hardlink=1", "b"], says: /option '--hardlink' takes no value/ },
  { args: ["hardlink", "b"], says: /hardlink: no such file .*\(did you mean --hardlink\?\)/ },
  { args: ["unshar", "b"], says: /unshar: no such file .*\(did you mean dedupe unshare\?\)/ },
  { args: ["help"], says: /help: no such file .*\(did you mean --help\?\)/ },
  { args: ["version"], says: /version: no such file .*\(did you mean --version\?\)/ },
  { args: ["b/hardlink"], says: /b\/hardlink: no such file or directory \(check the path/ },
  { args: ["-o", "b"], says: /no path given \('b' is the value of -o; name a directory/ },
  { args: ["-k", ".o", "b"], says: /unknown kind '\.o' \(did you mean object\?\)/ },
  { args: ["-k", "*.pyc", "b"], says: /unknown kind '\*\.pyc' \(did you mean python-bytecode\?\)/ },
  { args: ["-j", "b"], says: /--jobs: 'b' is not a whole number/ },
  { args: ["--\u001b[31mred", "b"], says: /unknown option '--\\x1b\[31mred'/ },
  { args: ["b", "-s"], says: /'-s, --min-size <size>' argument missing/ },
  { args: ["-s", "big", "b"], says: /--min-size: 'big' is not a size.*4096, 64K/ },
  { args: ["--min-size", "", "b"], says: /--min-size: '' is not a size/ },
  { args: ["-s", "-1", "b"], says: /--min-size: '-1' is not a size/ },
  { args: ["-S", "1X", "b"], says: /--max-size: '1X' is not a size/ },
  { args: ["-s", "2K", "-S", "1K", "b"], says: /--max-size is smaller than --min-size/ },
  { args: ["-x", "[", "b"], says: /--exclude: '\[' has an unbalanced \[ or \]/ },
  { args: ["-i", "{a,b", "b"], says: /--include: '\{a,b' has an unbalanced \{ or \}/ },
  { args: ["-i", "", "b"], says: /--include: '' is empty/ },
  { args: ["-k", "objects", "b"], says: /unknown kind 'objects'.*did you mean.*object/ },
  { args: ["-k", "nonsense", "b"], says: /unknown kind 'nonsense'.*--list-kinds/ },
  { args: ["-o", "0", "b"], says: /only one variant was given \(0\).*-o at least twice/ },
  { args: ["-o", "2", "-o", "2", "b"], says: /only one variant was given \(2\)/ },
  { args: ["-j", "0", "b"], says: /--jobs: '0'/ },
  { args: ["--jobs", "two", "b"], says: /--jobs: 'two'/ },
  { args: ["--jobs", "1.5", "b"], says: /--jobs: '1.5'/ },
  { args: ["--max-links", "1", "b"], says: /--max-links: '1' is not a whole number of at least 2/ },
  { args: ["--max-links", "x", "b"], says: /--max-links: 'x'/ },
  { args: ["--scope", "here", "b"], says: /--scope.*'here'.*tree, unit, directory/ },
  { args: ["--mtime", "now", "b"], says: /--mtime.*'now'.*oldest, newest, equal/ },
  {
    args: ["--summary", "no/\u202es.md", "b"],
    says: /--summary no\/\\u\{202e\}s\.md: its directory does/,
  },
  { args: ["--summary", "b", "b"], says: /--summary b: .*directory/ },
  { args: ["--summary", "", "b"], says: /--summary '': the name is empty/ },
  { args: ["-n", "b"], says: /--dry-run needs --hardlink or --reflink/ },
  { args: ["--check", "--hardlink", "b"], says: /--check cannot be used with --hardlink/ },
  { args: ["-e", "b", "b"], says: /--within needs --follow-symlinks/ },
  { args: ["-L", "-e", "nope", "b"], says: /--within nope: no such file or directory/ },
  { args: ["-0", "b"], says: /--null needs --files-from/ },
  { args: ["--files-from", "nope"], says: /--files-from nope: no such file or directory/ },
  { args: ["--files-from", "b"], says: /--files-from b: .*directory/ },
  { args: ["--files-from", "/dev/zero"], says: /--files-from \/dev\/zero: .*larger than 256 MiB/ },
  {
    args: ["--check", "--files-from", "-"],
    input: "b\nno*\n",
    says: /--files-from 'no\*' matches nothing/,
  },
  { args: ["--check", "--files-from", "-"], says: /--files-from -: it lists no path/ },
  { args: ["--files-from", "-"], input: "b/O2\0b/O3\0", says: /--files-from.*NUL.*--null/ },
  { args: ["nope"], says: /nope: no such file or directory/ },
  { args: [""], says: /''|empty/ },
  { args: ["b", "nope"], says: /nope: no such file or directory/ },
  { args: ["b/*.nothing"], says: /b\/\*\.nothing: the pattern matches nothing/ },
  { args: ["b/!(x).o"], says: /b\/!\(x\)\.o: the pattern has !\(/ },
  { args: ["-x", "!(x)", "b"], says: /--exclude: '!\(x\)' has !\(/ },
  { args: ["-i", "{1..99999}", "b"], says: /--include: .* has ranges of more than/ },
  { args: ["file.txt/x"], says: /file\.txt\/x: no such file or directory/ },
  { args: ["loop"], says: /loop: .*circle/ },
  { args: ["dangling"], says: /dangling: / },
  { args: ["/dev/null"], says: /\/dev\/null: neither a directory nor a regular file/ },
  { args: ["new\nline"], says: /new\\nline: no such file/ },
  { args: ["store"], says: /'store' is a command without --hardlink .*\.\/store/ },
  { args: ["diff", "b/O2", "b/O3"], says: /'diff' is a command without --hardlink/ },
];

describe("an invalid command line", () => {
  test.each(MISTAKES)("$args", ({ args, says, input = "" }) => {
    const root = makeTree(TREE);
    const before = everything(root);
    const action = args.includes("--check") || args.includes("-n") ? [] : ["--hardlink"];
    const report = run([...action, ...args], { cwd: root, input });
    expect(report.stderr).toMatch(says);
    expect(report.stderr).toMatch(/^dedupe: [^\n]+\n$/);
    // eslint-disable-next-line no-control-regex
    expect(report.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(report.stdout).toBe("");
    expect(report.code).toBe(2);
    expect(everything(root)).toEqual(before);
  });
});

test("a pattern that also matches a dangling symbolic link takes the other matches", () => {
  const root = makeTree({ "b/x.o": SAME, "b/y.o": SAME, "b/z.o": symlink("nowhere") });
  const report = run(["--hardlink", "b/*"], { cwd: root });
  expect(report).toMatchObject({ code: 0, stderr: "" });
  expect(linked(root)).toEqual([["b/x.o", "b/y.o"]]);
});

describe("inaccessible files", () => {
  const asNobody = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const owner = isRoot ? { owner: NOBODY } : {};
  const closed: Spec = {
    ".": dir(owner),
    open: dir(owner),
    "open/x.o": file(SAME, owner),
    "open/y.o": file(SAME, owner),
    "closed/z.o": file(SAME, owner),
    closed: dir({ mode: 0o000, ...owner }),
  };

  test("an unreadable directory is reported, the rest is linked, and the exit code is 3", () => {
    const root = makeTree(closed);
    const report = run(["--hardlink", "."], { cwd: root, ...asNobody });
    fs.chmodSync(`${root}/closed`, 0o755);
    expect(report.stderr).toBe("dedupe: ./closed: permission denied (EACCES)\n");
    expect(report.code).toBe(3);
    expect(linked(root)).toEqual([["open/x.o", "open/y.o"]]);
  });

  test("an unreadable directory that is reached twice is reported once", () => {
    const root = makeTree(closed);
    const report = run(["--json", ".", "closed", "./closed/"], { cwd: root, ...asNobody });
    fs.chmodSync(`${root}/closed`, 0o755);
    expect(report.json.problems).toHaveLength(1);
    expect(report.json.totals.failed).toBe(1);
  });

  test("a path below an unreadable directory is refused", () => {
    const root = makeTree(closed);
    const report = run(["--hardlink", "closed/z.o", "open"], { cwd: root, ...asNobody });
    fs.chmodSync(`${root}/closed`, 0o755);
    expect(report.stderr).toBe("dedupe: closed/z.o: permission denied\n");
    expect(report.code).toBe(2);
    expect(linked(root)).toEqual([]);
  });

  test("an unreadable file is reported, the others are linked", () => {
    const root = makeTree({
      ".": dir(owner),
      "a.o": file(SAME, owner),
      "b.o": file(SAME, { mode: 0o000, ...owner }),
      "c.o": file(SAME, owner),
    });
    const report = run(["--hardlink", "--json", "."], { cwd: root, ...asNobody });
    expect(report.stderr).toBe("dedupe: ./b.o: permission denied (EACCES)\n");
    expect(report.code).toBe(3);
    expect(report.json.problems).toEqual([
      { path: "./b.o", code: "EACCES", message: "permission denied" },
    ]);
    expect(linked(root)).toEqual([["a.o", "c.o"]]);
  });

  test("in a read-only directory, each file is reported and none is changed", () => {
    const root = makeTree({
      "a.o": file(SAME, owner),
      "sub/b.o": file(SAME, owner),
      "sub/c.o": file(SAME, owner),
      sub: dir({ mode: 0o555, ...owner }),
    });
    const before = everything(root);
    const report = run(["--hardlink", "."], { cwd: root, ...asNobody });
    fs.chmodSync(`${root}/sub`, 0o755);
    expect(report.stderr).toMatch(
      /^dedupe: \.\/sub\/b\.o: permission denied \(EACCES\)\ndedupe: \.\/sub\/c\.o: permission denied \(EACCES\)\n$/,
    );
    expect(report.code).toBe(3);
    fs.chmodSync(`${root}/sub`, 0o555);
    const files = (all: Record<string, string>): unknown =>
      ["a.o", "sub/b.o", "sub/c.o"].map((name) => all[name]);
    expect(files(everything(root))).toEqual(files(before));
  });
});
