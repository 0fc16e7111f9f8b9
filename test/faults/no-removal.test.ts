/**
 * Directories that do not let files be removed: their files are left alone for a reason that is known before anything
 * is changed, and no temporary stays behind.
 */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { whyNot } from "../native/helpers.ts";
import { CLI } from "../support/paths.ts";
import { type Run, TRUST, runTrusting } from "../support/run.ts";
import { linked } from "../support/snapshot.ts";
import { NOBODY, isRoot, link, makeTree } from "../support/tree.ts";

const names = (dir: string): string[] => fs.readdirSync(dir).sort();
const chattr = (flag: string, dir: string): boolean =>
  spawnSync("chattr", [flag, dir], { stdio: "ignore" }).status === 0;

const probe = makeTree({ "x.o": "x" });
const hasChattr = isRoot && chattr("+a", probe) && chattr("-a", probe);

interface Found {
  readonly skipped?: readonly { path: string; reason: string; detail: string }[];
  readonly files?: readonly { path: string; outcome: string; detail?: string }[];
}

/** The paths that a run leaves alone as forbidden, and its words. */
function forbiddenIn({ stdout }: Pick<Run, "stdout">, root: string): [string, string][] {
  const { skipped = [], files = [] } = JSON.parse(stdout) as Found;
  return [
    ...skipped.map(({ path: at, reason, detail }) => ({ at, reason, detail })),
    ...files.map(({ path: at, outcome, detail = "" }) => ({ at, reason: outcome, detail })),
  ]
    .filter(({ reason }) => reason === "forbidden")
    .map(({ at, detail }) => [path.relative(root, at), detail]);
}

describe.skipIf(!hasChattr)("a directory with a flag (needs root and chattr)", () => {
  let root = "";
  afterEach(() => {
    if (root !== "") chattr("-ai", path.join(root, "b"));
  });

  const FLAGS = [
    { flag: "+a", env: {}, foreseen: true },
    { flag: "+i", env: {}, foreseen: true },
    // Node's calls do not report the flags, so only a run that changes something finds out.
    { flag: "+a", env: { DEDUPE_NO_NATIVE: "1" }, foreseen: false },
    { flag: "+i", env: { DEDUPE_NO_NATIVE: "1" }, foreseen: false },
  ].filter(({ foreseen }) => !foreseen || whyNot === undefined);

  test.each(FLAGS)("$flag $env: --hardlink links the others", ({ flag, env, foreseen }) => {
    root = makeTree({ "a/x.o": "same", "a/y.o": "same", "b/x.o": "same", "b/y.o": "same" });
    chattr(flag, path.join(root, "b"));
    const expected = ["b/x.o", "b/y.o"].map((at) => [
      at,
      expect.stringMatching(/append-only|immutable|does not let files be removed/),
    ]);
    const report = runTrusting(["--json", root], { env });
    if (foreseen) expect(forbiddenIn(report, root)).toEqual(expected);
    for (let round = 0; round < 2; round += 1) {
      const done = runTrusting(["--hardlink", "--json", root], { env });
      expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: "" });
      expect(forbiddenIn(done, root)).toEqual(expected);
      expect(linked(root)).toEqual([["a/x.o", "a/y.o"]]);
      expect(names(path.join(root, "b"))).toEqual(["x.o", "y.o"]);
    }
    if (foreseen) expect(runTrusting(["--check", root], { env }).code).toBe(0);
  });

  test.each(FLAGS)("$flag $env: unshare separates the others", ({ flag, env, foreseen }) => {
    root = makeTree({
      "a/x.o": "same",
      "b/x.o": link("a/x.o"),
      "a/y.o": "other",
      "b/y.o": link("a/y.o"),
      "b/z.o": link("a/y.o"),
    });
    chattr(flag, path.join(root, "b"));
    const expected = ["b/y.o", "b/z.o"].map((at) => [at, expect.any(String)]);
    if (foreseen)
      expect(forbiddenIn(runTrusting(["unshare", "-n", "--json", root], { env }), root)).toEqual(
        expected,
      );
    for (let round = 0; round < 2; round += 1) {
      const done = runTrusting(["unshare", "--json", root], { env });
      expect(done.code).toBe(0);
      expect(forbiddenIn(done, root)).toEqual(expected);
      expect(linked(root)).toEqual([["b/y.o", "b/z.o"]]);
      expect(names(path.join(root, "b"))).toEqual(["x.o", "y.o", "z.o"]);
    }
  });
});

describe.skipIf(!isRoot)("a sticky directory with files of another user", () => {
  let root = "";
  beforeEach(() => {
    root = makeTree({ "b/x.o": "same", "b/y.o": "same" });
    for (const name of ["x.o", "y.o"]) fs.chmodSync(path.join(root, "b", name), 0o666);
    fs.chmodSync(path.join(root, "b"), 0o1777);
  });

  const asNobody = { uid: NOBODY, gid: NOBODY, env: { PATH: process.env["PATH"] } };
  const asUser = (args: readonly string[]): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, [CLI, ...TRUST, "--json", ...args, root], {
      encoding: "utf8",
      ...asNobody,
    });

  test.each([["--hardlink"], ["--hardlink", "-n"], ["--check"]])("%s %s", (...args) => {
    const done = asUser(args);
    expect({ status: done.status, stderr: done.stderr }).toEqual({ status: 0, stderr: "" });
    expect(forbiddenIn(done, root)).toEqual([["b/y.o", expect.stringContaining("is sticky")]]);
    expect(names(path.join(root, "b"))).toEqual(["x.o", "y.o"]);
  });

  const hasSetpriv = spawnSync("setpriv", ["--version"]).status === 0;
  test.skipIf(!hasSetpriv)("root without CAP_FOWNER", () => {
    for (const at of ["b", "b/x.o", "b/y.o"]) fs.chownSync(path.join(root, at), NOBODY, NOBODY);
    const done = spawnSync(
      "setpriv",
      ["--bounding-set=-fowner", "--inh-caps=-fowner", process.execPath, CLI, ...TRUST].concat(
        "--hardlink",
        "--json",
        root,
      ),
      { encoding: "utf8" },
    );
    expect({ status: done.status, stderr: done.stderr }).toEqual({ status: 0, stderr: "" });
    expect(forbiddenIn(done, root)).toHaveLength(1);
    expect(names(path.join(root, "b"))).toEqual(["x.o", "y.o"]);
  });
});

const LANDLOCK = `
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
# REMOVE_FILE is handled, and allowed nowhere.
attr = struct.pack("Q", 1 << 5)
fd = libc.syscall(444, attr, ctypes.c_size_t(8), 0)
if fd < 0: sys.exit(77)
libc.prctl(38, 1, 0, 0, 0)
if libc.syscall(446, fd, 0): sys.exit(77)
if len(sys.argv) > 1: os.execv(sys.argv[1], sys.argv[1:])
`;
const hasLandlock = spawnSync("python3", ["-c", LANDLOCK]).status === 0;

test.skipIf(!hasLandlock).each([{}, { DEDUPE_NO_NATIVE: "1" }])(
  "Landlock forbids to remove files (needs python3) %o",
  (env) => {
    const root = makeTree({ "b/x.o": "same", "b/y.o": "same" });
    const done = spawnSync(
      "python3",
      ["-c", LANDLOCK, process.execPath, CLI, ...TRUST, "--hardlink", "--no-state", "--json", root],
      { encoding: "utf8", env: { ...process.env, ...env } },
    );
    expect({ status: done.status, stderr: done.stderr }).toEqual({ status: 0, stderr: "" });
    expect(forbiddenIn(done, root)).toEqual([
      ["b/y.o", expect.stringContaining("does not let files be removed")],
    ]);
    expect(names(path.join(root, "b"))).toEqual(["x.o", "y.o"]);
  },
);
