import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { describeWhere, mount, mountImage } from "../native/helpers.ts";
import { attributesOf, hasAttributes, setAttribute } from "../support/attributes.ts";
import { commonBlocksOf } from "../support/blocks.ts";
import { noise } from "../support/contents.ts";
import { schemaViolations } from "../support/json-schema.ts";
import { runTrusting as run, runTrustingJson as runJson, unshareJson } from "../support/run.ts";
import { contents, everything, filesIn, linked, snapshot } from "../support/snapshot.ts";
import { hasStrace, tracedBy, withFault } from "../support/strace.ts";
import {
  type Spec,
  addToTree,
  at,
  emptyDir,
  file,
  dir,
  isRoot,
  link,
  makeTree,
} from "../support/tree.ts";

const BIG = noise(300_000);
const LAYOUT: Spec = {
  "O2/x.o": file(BIG, { mtime: at(1) + 123_456_789n, mode: 0o640 }),
  "O3/x.o": link("O2/x.o"),
  "O3/y.o": link("O2/x.o"),
  "lib/x.a": file("!<arch>\n", { mtime: at(2) + 1n }),
  "lib/y.a": link("lib/x.a"),
  "empty.o": "",
  "empty2.o": link("empty.o"),
  "alone.o": "alone",
  "notes.txt": "text",
  "notes2.txt": link("notes.txt"),
  "target/.fingerprint/p/dep-lib-p": "stamp",
  "target/.fingerprint/q/dep-lib-q": link("target/.fingerprint/p/dep-lib-p"),
  ".git/objects/ab": "object",
  ".git/objects/cd": link(".git/objects/ab"),
  O3: dir({ mtime: at(100) + 7n }),
};
const NOT_ARTIFACTS = [
  [".git/objects/ab", ".git/objects/cd"],
  ["notes.txt", "notes2.txt"],
];

/** The metadata that unsharing must keep. */
function metadata(root: string): Record<string, string> {
  return Object.fromEntries(
    filesIn(root).map((name) => {
      const { mode, uid, gid, size, mtimeNs } = fs.lstatSync(`${root}/${name}`, { bigint: true });
      return [name, `${mode.toString(8)} ${uid}:${gid} ${size} ${mtimeNs}`];
    }),
  );
}

describe("dedupe unshare", () => {
  test("gives every linked artifact its own file: contents, modes and times stay, also of directories", () => {
    const root = makeTree(LAYOUT);
    const before = { contents: contents(root), metadata: metadata(root) };
    const kept = snapshot(root).get("O2/x.o")?.inode;
    const dirTime = fs.statSync(`${root}/O3`, { bigint: true }).mtimeNs;
    const report = unshareJson(root);
    expect({ contents: contents(root), metadata: metadata(root) }).toEqual(before);
    expect(linked(root)).toEqual(NOT_ARTIFACTS);
    expect(snapshot(root).get("O2/x.o")?.inode).toBe(kept);
    expect(fs.statSync(`${root}/O3`, { bigint: true }).mtimeNs).toBe(dirTime);
    expect(report.totals).toMatchObject({
      shared: 4,
      names: 9,
      unshared: 5,
      failed: 0,
      skipped: 0,
      restored: 0,
    });
    expect(report.methods.clone + report.methods.copy).toBe(5);
    expect(
      report.files.map(({ path, outcome }) => `${path.slice(root.length + 1)} ${outcome}`),
    ).toEqual([
      "O2/x.o kept",
      "O3/x.o unshared",
      "O3/y.o unshared",
      "empty.o kept",
      "empty2.o unshared",
      "lib/x.a kept",
      "lib/y.a unshared",
      "target/.fingerprint/p/dep-lib-p kept",
      "target/.fingerprint/q/dep-lib-q unshared",
    ]);
    expect(unshareJson(root).files).toEqual([]);
  });

  test("without native calls: times to the microsecond", () => {
    const root = makeTree({
      "a.o": file(BIG, { mode: 0o750, mtime: at(1) + 123_456_789n }),
      "b.o": link("a.o"),
    });
    const before = contents(root);
    unshareJson(root, { env: { DEDUPE_NO_NATIVE: "1" } });
    expect(contents(root)).toEqual(before);
    expect(linked(root)).toEqual([]);
    const [a, b] = ["a.o", "b.o"].map(
      (name) => fs.statSync(`${root}/${name}`, { bigint: true }).mtimeNs,
    );
    expect(a - b).toBeGreaterThanOrEqual(0n);
    expect(a - b).toBeLessThan(2001n);
  });

  test("undoes --hardlink: every path has its own inode, and differs from before only in time", () => {
    const spec: Spec = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [
        `O${i % 4}/${i}.o`,
        file(noise(1000 + (i % 6) * 5000, i % 6), {
          mtime: at(i % 6),
          mode: i % 2 === 0 ? 0o644 : 0o640,
        }),
      ]),
    );
    const root = makeTree(spec);
    const before = { contents: contents(root), metadata: metadata(root) };
    expect(runJson(["--hardlink", root]).totals["replaced"]).toBeGreaterThan(40);
    unshareJson(root);
    expect({ contents: contents(root), metadata: metadata(root) }).toEqual(before);
    expect(linked(root)).toEqual([]);
  });

  test.runIf(isRoot && hasAttributes)(
    "owner, extended attributes, access lists, capabilities, setuid, access time",
    () => {
      const root = makeTree({
        "a.o": file(BIG, { owner: 1234, mode: 0o4751 }),
        "b.o": link("a.o"),
      });
      setAttribute(`${root}/a.o`, "user.note", "kept");
      const withLists = spawnSync("setfacl", ["-m", "u:1000:r", `${root}/a.o`]).status === 0;
      if (withLists) execFileSync("setfacl", ["-d", "-m", "u:2000:rwx", root]); // new files here get it
      execFileSync("touch", ["-a", "-d", "2020-02-02 02:02:02.222222222", `${root}/a.o`]);
      const qualitiesOf = (name: string): string[] => {
        const times = ["-c", "%a %u %g %X %y", `${root}/${name}`];
        return [
          execFileSync("stat", times, { encoding: "utf8" }),
          ...attributesOf(`${root}/${name}`),
        ];
      };
      const before = qualitiesOf("a.o");
      unshareJson(root);
      expect(linked(root)).toEqual([]);
      expect(qualitiesOf("b.o")).toEqual(before);
    },
  );

  test("holes are kept", () => {
    const root = makeTree({ "a.o": "start" });
    fs.truncateSync(`${root}/a.o`, 20_000_000);
    fs.appendFileSync(`${root}/a.o`, "end");
    fs.linkSync(`${root}/a.o`, `${root}/b.o`);
    const before = contents(root);
    unshareJson(root);
    expect(contents(root)).toEqual(before);
    expect(fs.statSync(`${root}/b.o`).blocks * 512).toBeLessThan(1_000_000);
  });

  test.each<{ args: string[]; linked: string[][] }>([
    {
      args: ["-k", "static-library"],
      linked: [
        ...NOT_ARTIFACTS,
        ["O2/x.o", "O3/x.o", "O3/y.o"],
        ["empty.o", "empty2.o"],
        ["target/.fingerprint/p/dep-lib-p", "target/.fingerprint/q/dep-lib-q"],
      ],
    },
    {
      args: ["-x", "O3", "-x", "*.a"],
      linked: [...NOT_ARTIFACTS, ["O3/x.o", "O3/y.o"], ["lib/x.a", "lib/y.a"]],
    },
    {
      args: ["-i", "lib/**"],
      linked: [
        ...NOT_ARTIFACTS,
        ["O2/x.o", "O3/x.o", "O3/y.o"],
        ["empty.o", "empty2.o"],
        ["target/.fingerprint/p/dep-lib-p", "target/.fingerprint/q/dep-lib-q"],
      ],
    },
    { args: ["-s", "1"], linked: [...NOT_ARTIFACTS, ["empty.o", "empty2.o"]] },
    {
      args: ["-S", "0"],
      linked: [
        ...NOT_ARTIFACTS,
        ["O2/x.o", "O3/x.o", "O3/y.o"],
        ["lib/x.a", "lib/y.a"],
        ["target/.fingerprint/p/dep-lib-p", "target/.fingerprint/q/dep-lib-q"],
      ],
    },
    { args: ["-a"], linked: [[".git/objects/ab", ".git/objects/cd"]] },
  ])("$args", ({ args, linked: wanted }) => {
    const root = makeTree(LAYOUT);
    const before = contents(root);
    unshareJson(...args, root);
    expect(linked(root)).toEqual([...wanted].sort(([a], [b]) => (a < b ? -1 : 1)));
    expect(contents(root)).toEqual(before);
  });

  test("-n changes nothing, and predicts the run", () => {
    const root = makeTree(LAYOUT);
    const before = everything(root);
    const predicted = unshareJson("-n", root);
    expect(everything(root)).toEqual(before);
    const done = unshareJson(root);
    expect({ ...predicted, dryRun: false, totals: { ...predicted.totals, seconds: 0 } }).toEqual({
      ...done,
      totals: { ...done.totals, seconds: 0 },
    });
  });

  test("links outside the given paths: files inside get new inodes, those outside keep the old one", () => {
    const root = makeTree({
      "in/a.o": BIG,
      "in/b.o": link("in/a.o"),
      "out/c.o": link("in/a.o"),
      "out/d.o": link("in/a.o"),
    });
    const old = fs.statSync(`${root}/out/c.o`).ino;
    const report = unshareJson(`${root}/in`);
    expect(report.totals).toMatchObject({ shared: 1, names: 2, unshared: 2 });
    expect(linked(root)).toEqual([["out/c.o", "out/d.o"]]);
    expect(fs.statSync(`${root}/out/c.o`).ino).toBe(old);
  });

  test("a single file", () => {
    const root = makeTree({ "a.o": BIG, "b.o": link("a.o"), "c.o": link("a.o") });
    unshareJson(`${root}/b.o`);
    expect(linked(root)).toEqual([["a.o", "c.o"]]);
  });

  test("thousands of files, on several worker threads", () => {
    const root = makeTree({});
    for (let i = 0; i < 20; i += 1) {
      fs.mkdirSync(`${root}/${i}`);
      fs.writeFileSync(`${root}/${i}/0.o`, noise(2000, i));
    }
    for (let i = 0; i < 2000; i += 1)
      fs.linkSync(`${root}/${i % 20}/0.o`, `${root}/${(i + 7) % 20}/l${i}.o`);
    const before = contents(root);
    expect(unshareJson("-j", "3", root).totals).toMatchObject({
      shared: 20,
      names: 2020,
      unshared: 2000,
      failed: 0,
    });
    expect(contents(root)).toEqual(before);
    expect(linked(root)).toEqual([]);
  });

  test("a file that cannot be written is reported, the others are unshared", () => {
    const root = makeTree({
      "a.o": BIG,
      "b.o": link("a.o"),
      "sub/c.o": "x",
      "sub/d.o": link("sub/c.o"),
    });
    if (!isRoot || spawnSync("chattr", ["+i", `${root}/sub/c.o`]).status !== 0) return;
    const done = run(["unshare", root]);
    execFileSync("chattr", ["-i", `${root}/sub/c.o`]);
    expect(done.code).toBe(3);
    expect(done.stderr).toMatch(/^dedupe: [^\n]*sub\/d\.o: [^\n]*\(EPERM\)\n$/);
    expect(linked(root)).toEqual([["sub/c.o", "sub/d.o"]]);
  });
});

describe("the output", () => {
  test("--json is valid against --json-schema", () => {
    const schema = JSON.parse(run(["unshare", "--json-schema"]).stdout) as Record<string, unknown>;
    const root = makeTree({ ...LAYOUT, "\xff.o": link("O2/x.o") });
    for (const args of [["-n"], []]) {
      expect(
        schemaViolations(schema, JSON.parse(run(["unshare", "--json", ...args, root]).stdout)),
      ).toEqual([]);
    }
  });

  test("-q prints nothing, -v every path", () => {
    const root = makeTree({ "a.o": BIG, "b.o": link("a.o") });
    expect(run(["unshare", "-v", "-n", root]).stdout).toMatch(
      /^1 file to separate, [^\n]*\n\nkept [^\n]*a\.o\n(cloned|copied) [^\n]*b\.o\n/,
    );
    expect(run(["unshare", "-q", root])).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(linked(root)).toEqual([]);
  });

  test("--help", () => {
    expect(run(["unshare", "--help"])).toMatchObject({ code: 0, stderr: "" });
    expect(run(["--help"]).stdout).toMatch(/^ {2}unshare /m);
  });

  test.each([
    { args: ["unshare"], words: "no path given" },
    { args: ["unshare", "/nowhere/at/all"], words: "/nowhere/at/all: no such file or directory" },
    { args: ["--json", "unshare", "."], words: "--json must follow the name of the command" },
    { args: ["unshare", "--hardlink", "."], words: "unknown option '--hardlink'" },
  ])("$args is a mistake", ({ args, words }) => {
    const done = run(args);
    expect(done).toMatchObject({ code: 2, stdout: "" });
    expect(done.stderr).toContain(words);
    expect(done.stderr.trim().split("\n")).toHaveLength(1);
  });

  test("a directory named unshare is given as ./unshare", () => {
    const root = makeTree({ "unshare/a.o": "same", "unshare/b.o": "same" });
    expect(run(["--hardlink", "./unshare"], { cwd: root }).code).toBe(0);
    expect(linked(root)).toHaveLength(1);
    expect(run(["unshare", "unshare"], { cwd: root }).code).toBe(0);
    expect(linked(root)).toEqual([]);
  });
});

describe("too little disk space", () => {
  const tiny = mount(() => ["-t", "tmpfs", "-o", "size=1M", "tmpfs"]);
  describeWhere("tmpfs of 1 MiB", tiny.why, () => {
    test("one message, exit code 3, and nothing changes, unless the files fit", () => {
      const root = `${tiny.dir}/t`;
      fs.mkdirSync(root);
      addToTree(root, {
        "a/a.o": noise(400_000),
        "a/b.o": link("a/a.o"),
        "a/c.o": link("a/a.o"),
        "s/a.o": "x",
        "s/b.o": link("s/a.o"),
      });
      const before = everything(root);
      for (const args of [[], ["-n"]]) {
        const done = run(["unshare", ...args, root]);
        expect(done.code).toBe(3);
        expect(done.stderr).toMatch(
          /^dedupe: [^\n]*: not enough space: the copies take [\d.]+ MiB, [\d.]+ MiB are free; nothing was changed \(ENOSPC\)\n$/,
        );
        expect(everything(root)).toEqual(before);
      }
      expect(run(["unshare", `${root}/s`]).code).toBe(0);
      expect(linked(root)).toEqual([["a/a.o", "a/b.o", "a/c.o"]]);
    });
  });
});

describe.each(["btrfs", "xfs"] as const)("on %s", (type) => {
  const image = mountImage(type);
  describeWhere("clones", image.why, () => {
    test("files share their blocks afterwards, and writing to one does not change the others", () => {
      const root = `${image.dir}/t`;
      fs.mkdirSync(root);
      addToTree(root, LAYOUT);
      const before = { contents: contents(root), metadata: metadata(root) };
      const report = unshareJson(root);
      expect({ contents: contents(root), metadata: metadata(root) }).toEqual(before);
      expect(report).toMatchObject({ methods: { clone: 5, copy: 0 }, totals: { takenBytes: 0 } });
      expect(commonBlocksOf(`${root}/O2/x.o`, `${root}/O3/x.o`)).toBe("same");
      fs.appendFileSync(`${root}/O3/x.o`, "more");
      expect(fs.readFileSync(`${root}/O2/x.o`).equals(BIG)).toBe(true);
    });

    test("clones are not linked, so they stay as they are", () => {
      const root = `${image.dir}/u`;
      fs.mkdirSync(root);
      addToTree(root, { "a.o": BIG, "b.o": BIG });
      runJson(["--reflink", root]);
      const before = everything(root);
      expect(unshareJson(root).totals).toMatchObject({ shared: 0, unshared: 0 });
      expect(everything(root)).toEqual(before);
    });
  });
});

describe("a run that is killed", () => {
  test.skipIf(!hasStrace).each([
    { call: "pwrite64", when: 1 },
    { call: "pwrite64", when: 2 },
    { call: "fchmod", when: 2 },
    { call: "syncfs", when: 1 },
    { call: "renameat", when: 1 },
    { call: "renameat", when: 3 },
    { call: "renameat2", when: 1 },
    { call: "renameat2", when: 4 },
    { call: "unlinkat", when: 1 },
    { call: "unlinkat", when: 3 },
    { call: "utimensat", when: 2 },
  ])(
    "at $call number $when: nothing is lost, and the next run completes the work",
    ({ call, when }) => {
      const root = makeTree({
        "O2/x.o": file(BIG, { mode: 0o640 }),
        "O3/x.o": link("O2/x.o"),
        "O3/y.o": link("O2/x.o"),
        "a.a": "one",
        "b.a": link("a.a"),
        "c.a": link("a.a"),
      });
      const before = contents(root);
      spawnSync("strace", withFault(call, `signal=KILL:when=${when}`, ["unshare", root]));
      const left = contents(root);
      for (const [name, content] of Object.entries(before)) expect(left[name], name).toBe(content);
      expect(run(["unshare", root])).toMatchObject({ code: 0, stderr: "" });
      expect(contents(root)).toEqual(before);
      expect(linked(root)).toEqual([]);
    },
  );
});

describe("an interrupted run", () => {
  test.skipIf(!hasStrace)(
    "reports what was done, leaves every file intact, exits with 130",
    async () => {
      const root = makeTree({ "0.o": "content" });
      for (let i = 1; i < 600; i += 1) fs.linkSync(`${root}/0.o`, `${root}/${i}.o`);
      const before = contents(root);
      const child = spawn(
        "strace",
        withFault("renameat2", "delay_enter=3000", ["unshare", "--json", "-j", "1", root]),
      );
      let stdout = "";
      child.stdout.on("data", (data) => (stdout += data));
      while (fs.statSync(`${root}/0.o`).nlink > 590)
        await new Promise((resolve) => setTimeout(resolve, 5));
      process.kill(tracedBy(child.pid as number), "SIGINT");
      const [code] = await once(child, "close");
      const report = JSON.parse(stdout) as { interrupted: boolean; totals: Record<string, number> };
      expect(code).toBe(130);
      expect(report.interrupted).toBe(true);
      expect(report.totals["unshared"]).toBeLessThan(599);
      expect(fs.statSync(`${root}/0.o`).nlink).toBe(600 - report.totals["unshared"]);
      expect(contents(root)).toEqual(before);
      expect(unshareJson(root).totals["unshared"]).toBe(599 - report.totals["unshared"]);
      expect(linked(root)).toEqual([]);
    },
  );
});

test("an empty directory is not an error", () => {
  expect(unshareJson(emptyDir()).totals).toMatchObject({ files: 0, shared: 0 });
});
