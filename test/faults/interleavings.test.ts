import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { BY_PATH, CONTENT, IMPLEMENTATIONS, NATIVE, Scene, type Script } from "./scene.ts";

/** Other programs act between the calls of a replacement, on real files: the outcome, and the final contents. */
const target = (dir: string): string => path.join(dir, "target.o");
const keeper = (dir: string): string => path.join(dir, "../a/keeper.o");

/** A build writes a new file and renames it over the old one. */
const rebuilds =
  (content: string, file = target) =>
  (dir: string): void => {
    fs.writeFileSync(path.join(dir, "new"), content);
    fs.renameSync(path.join(dir, "new"), file(dir));
  };
/** A build writes to the existing file. */
const writesInPlace =
  (content: string, file = target) =>
  (dir: string): void =>
    fs.writeFileSync(file(dir), content);
const removes =
  (file = target) =>
  (dir: string): void =>
    fs.rmSync(file(dir));
/** Writes without changing size and modification time. */
const forges =
  (file = target) =>
  (dir: string): void => {
    const { atime, mtime } = fs.statSync(file(dir));
    fs.writeFileSync(file(dir), CONTENT.toUpperCase());
    fs.utimesSync(file(dir), atime, mtime);
  };
const touches =
  (file = target) =>
  (dir: string): void => {
    fs.linkSync(file(dir), path.join(dir, "other name"));
    fs.rmSync(path.join(dir, "other name"));
  };
const and =
  (...acts: ((dir: string) => void)[]) =>
  (dir: string): void => {
    for (const act of acts) act(dir);
  };

/** Waits longer than a tick of the kernel's clock. */
const waits = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 15);

const K = { "keeper.o": CONTENT };
const AS_BEFORE = { ...K, "target.o": CONTENT };
const LINKED = { ...K, "target.o": `-> ${CONTENT}` };

interface Row {
  readonly when: string;
  readonly script: Script;
  readonly outcome: string;
  readonly says?: RegExp;
  readonly ends: Record<string, string>;
}

/** Before the last check of the target, every implementation notices. */
const BEFORE_THE_LAST_CHECK: readonly Row[] = [
  { when: "no other program acts", script: {}, outcome: "replaced", ends: LINKED },
  {
    when: "a build renames over the target",
    script: { "before stat 3": rebuilds("rebuilt") },
    outcome: "changed",
    says: /another file/,
    ends: { ...K, "target.o": "rebuilt" },
  },
  {
    when: "a build writes to the target",
    script: { "before stat 3": writesInPlace("rewritten") },
    outcome: "changed",
    says: /size/,
    ends: { ...K, "target.o": "rewritten" },
  },
  {
    when: "a build writes the same number of bytes",
    script: { "before stat 3": writesInPlace(CONTENT.toUpperCase()) },
    outcome: "changed",
    says: /written/,
    ends: { ...K, "target.o": CONTENT.toUpperCase() },
  },
  {
    when: "the target is written to, with its time reset",
    script: { "before stat 3": forges() },
    outcome: "changed",
    says: /content changed/,
    ends: { ...K, "target.o": CONTENT.toUpperCase() },
  },
  {
    when: "another run links and unlinks the target",
    script: { "before stat 3": touches() },
    outcome: "replaced",
    ends: LINKED,
  },
  {
    when: "another run links and unlinks the keeper",
    script: { "before stat 1": touches(keeper) },
    outcome: "replaced",
    ends: LINKED,
  },
  {
    when: "the target is removed",
    script: { "before stat 3": removes() },
    outcome: "vanished",
    ends: K,
  },
  {
    when: "the target gets another mode",
    script: { "before stat 3": (dir) => fs.chmodSync(target(dir), 0o755) },
    outcome: "changed",
    says: /permission/,
    ends: AS_BEFORE,
  },
  {
    when: "another run replaced the target",
    script: {
      "before stat 3": (dir) => and(removes(), () => fs.linkSync(keeper(dir), target(dir)))(dir),
    },
    outcome: "already",
    ends: LINKED,
  },
  {
    when: "a directory replaces the target",
    script: { "before stat 3": and(removes(), (dir) => fs.mkdirSync(target(dir))) },
    outcome: "changed",
    says: /no longer a regular file/,
    ends: { ...K, "target.o": "no regular file" },
  },
  {
    when: "a FIFO replaces the target",
    script: {
      "before stat 3": and(removes(), (dir) => execFileSync("mkfifo", [target(dir)])),
    },
    outcome: "changed",
    says: /no longer a regular file/,
    ends: { ...K, "target.o": "no regular file" },
  },
  {
    when: "a symbolic link replaces the target",
    script: {
      "before stat 3": and(removes(), (dir) => fs.symlinkSync("../a/keeper.o", target(dir))),
    },
    outcome: "changed",
    says: /no longer a regular file/,
    ends: { ...K, "target.o": "no regular file" },
  },
  {
    when: "a build renames over the keeper before it is linked",
    script: { "before link 1": rebuilds("rebuilt", keeper) },
    outcome: "keeper-lost",
    says: /another file/,
    ends: { "keeper.o": "rebuilt", "target.o": CONTENT },
  },
  {
    when: "a build writes to the keeper before it is linked",
    script: { "before link 1": writesInPlace("rewritten", keeper) },
    outcome: "keeper-lost",
    says: /size/,
    ends: { "keeper.o": "rewritten", "target.o": CONTENT },
  },
  {
    when: "the keeper is written to, with its time reset",
    script: { "before stat 1": forges(keeper) },
    outcome: "keeper-lost",
    says: /content changed/,
    ends: { "keeper.o": CONTENT.toUpperCase(), "target.o": CONTENT },
  },
  {
    when: "a FIFO replaces the keeper",
    script: {
      "before link 1": and(removes(keeper), (dir) => execFileSync("mkfifo", [keeper(dir)])),
    },
    outcome: "keeper-lost",
    says: /no longer a regular file/,
    ends: { "keeper.o": "no regular file", "target.o": CONTENT },
  },
  {
    when: "the keeper is removed before it is linked",
    script: { "before link 1": removes(keeper) },
    outcome: "keeper-lost",
    ends: { "target.o": CONTENT },
  },
  {
    when: "the keeper is removed after it was linked",
    script: { "after link 1": removes(keeper) },
    outcome: "replaced",
    ends: { "target.o": CONTENT },
  },
];

/** After it, only an exchange notices. */
const AFTER_THE_LAST_CHECK: readonly Row[] = [
  {
    when: "a build renames over the target",
    script: { "before exchange 1": rebuilds("rebuilt") },
    outcome: "changed",
    ends: { ...K, "target.o": "rebuilt" },
  },
  {
    when: "a build writes to the target",
    script: { "before exchange 1": writesInPlace("rewritten") },
    outcome: "changed",
    ends: { ...K, "target.o": "rewritten" },
  },
  {
    when: "a FIFO replaces the target",
    script: {
      "before exchange 1": and(removes(), (dir) => execFileSync("mkfifo", [target(dir)])),
    },
    outcome: "changed",
    ends: { ...K, "target.o": "no regular file" },
  },
  {
    when: "a directory replaces the target",
    script: { "before exchange 1": and(removes(), (dir) => fs.mkdirSync(target(dir))) },
    outcome: "changed",
    ends: { ...K, "target.o": "no regular file" },
  },
  {
    when: "the target is removed",
    script: { "before exchange 1": removes() },
    outcome: "vanished",
    ends: K,
  },
  {
    when: "a build writes to the keeper",
    script: { "before exchange 1": and(writesInPlace("rewritten", keeper), waits) },
    outcome: "keeper-lost",
    ends: { "keeper.o": "rewritten", "target.o": CONTENT },
  },
  {
    when: "a build renames over the keeper",
    script: { "before exchange 1": rebuilds("rebuilt", keeper) },
    outcome: "replaced",
    ends: { "keeper.o": "rebuilt", "target.o": CONTENT },
  },
  {
    when: "a build writes through the target, and so to the keeper, after the exchange",
    script: { "after exchange 1": and(waits, writesInPlace("rewritten")) },
    outcome: "replaced",
    ends: { "keeper.o": "rewritten", "target.o": "-> rewritten" },
  },
  {
    when: "a build renames over the target after the exchange",
    script: { "after exchange 1": rebuilds("rebuilt") },
    outcome: "replaced",
    ends: { ...K, "target.o": "rebuilt" },
  },
  {
    when: "a build renames before and after the exchange",
    script: { "before exchange 1": rebuilds("first"), "before exchange 2": rebuilds("second") },
    outcome: "changed",
    ends: { ...K, "target.o": "second" },
  },
  {
    when: "a build renames before and after both exchanges",
    script: {
      "before exchange 1": rebuilds("first"),
      "before exchange 2": rebuilds("second"),
      "before exchange 3": rebuilds("third"),
    },
    outcome: "changed",
    ends: { ...K, "target.o": "third" },
  },
  {
    when: "a build renames five times",
    script: Object.fromEntries(
      [1, 2, 3, 4, 5].map((n) => [`before exchange ${n}`, rebuilds(`build ${n}`)]),
    ),
    outcome: "changed",
    ends: { ...K, "target.o": "build 5" },
  },
  {
    when: "a build renames, then the target is removed",
    script: { "before exchange 1": rebuilds("rebuilt"), "before exchange 2": removes() },
    outcome: "changed",
    ends: { ...K, "target.o": "rebuilt" },
  },
  {
    when: "a build renames, then removes the target and creates it again",
    script: {
      "before exchange 1": rebuilds("first"),
      "before exchange 2": and(removes(), writesInPlace("second")),
    },
    outcome: "changed",
    ends: { ...K, "target.o": "second" },
  },
  {
    when: "the target is removed after the exchange",
    script: { "after exchange 1": removes() },
    outcome: "replaced",
    ends: K,
  },
  {
    when: "a build renames, and exchanging back fails once",
    script: { "before exchange 1": rebuilds("rebuilt"), "at exchange 2": () => "EIO" },
    outcome: "changed",
    ends: { ...K, "target.o": "rebuilt" },
  },
  {
    when: "a build renames, and exchanging back always fails",
    script: { "before exchange 1": rebuilds("rebuilt"), "at exchange 2+": () => "EIO" },
    outcome: "changed",
    ends: { ...K, "target.o": "rebuilt" },
  },
  {
    when: "a build renames, and neither exchange nor rename works",
    script: {
      "before exchange 1": rebuilds("rebuilt"),
      "at exchange 2+": () => "EIO",
      "at rename 1+": () => "EIO",
    },
    outcome: "failed",
    ends: { ...K, "target.o": `-> ${CONTENT}`, TEMPORARY: "rebuilt" },
  },
  {
    when: "a build renames twice, and stat fails",
    script: {
      "before exchange 1": rebuilds("first"),
      "at stat 4+": () => "EIO",
      "before exchange 2": rebuilds("second"),
    },
    outcome: "failed",
    ends: { ...K, "target.o": "first", TEMPORARY: "second" },
  },
];

describe.each(IMPLEMENTATIONS)("by $by", ({ by, calls }) => {
  const rows =
    calls.exchange === undefined
      ? BEFORE_THE_LAST_CHECK
      : [...BEFORE_THE_LAST_CHECK, ...AFTER_THE_LAST_CHECK];

  test.each(rows)("$when: $outcome", ({ script, outcome, says, ends }) => {
    const scene = new Scene();
    const done = scene.replace(calls, script);
    expect({ type: done.type, ...scene.contents() }).toEqual({ type: outcome, ...ends });
    if (says !== undefined) expect(done).toMatchObject({ detail: expect.stringMatching(says) });
  });

  test.runIf(calls.exchange === undefined)(
    "a file that is renamed over the target after the last check is lost",
    () => {
      const scene = new Scene();
      expect(scene.replace(calls, { "before rename 1": rebuilds("rebuilt") })).toEqual({
        type: "replaced",
        method: "rename",
      });
      expect(scene.contents()).toEqual(LINKED);
    },
  );

  test.runIf(by === NATIVE).each(["target", "keeper"] as const)(
    "a program that has the %s open for writing still writes to it",
    (which) => {
      const scene = new Scene();
      const open: number[] = [];
      const opens = (): void => void open.push(fs.openSync(scene[which], "r+"));
      const at = which === "target" ? "before exchange 1" : "before stat 1";
      const done = scene.replace(calls, { [at]: opens });
      expect(done).toMatchObject({
        type: which === "target" ? "changed" : "keeper-lost",
        detail: expect.stringContaining("open for writing"),
      });
      fs.writeSync(open[0], "LATE", 0);
      fs.closeSync(open[0]);
      expect(scene.contents()).toEqual({ ...AS_BEFORE, [`${which}.o`]: `LATE${CONTENT.slice(4)}` });
    },
  );

  test.runIf(by !== BY_PATH)(
    "a directory is moved and replaced by a symbolic link: nothing changes where the link leads",
    () => {
      const scene = new Scene();
      const outside = `${scene.root}-outside`;
      fs.cpSync(path.join(scene.root, "b"), outside, { recursive: true });
      const before = fs.statSync(path.join(outside, "target.o"), { bigint: true });
      const done = scene.replace(calls, {
        "before link 1": (dir) => {
          fs.renameSync(dir, `${dir}-moved`);
          fs.symlinkSync(outside, dir);
        },
      });
      expect(done.type).toBe("replaced");
      expect(fs.statSync(path.join(outside, "target.o"), { bigint: true })).toEqual(before);
      expect(fs.readdirSync(outside)).toEqual(["target.o"]);
      expect(fs.statSync(path.join(scene.root, "b-moved/target.o")).ino).toBe(
        fs.statSync(scene.keeper).ino,
      );
      fs.rmSync(outside, { recursive: true });
    },
  );
});
