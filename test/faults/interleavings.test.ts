import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { BY_PATH, CONTENT, IMPLEMENTATIONS, NATIVE, Scene, type Script } from "./scene.ts";

/**
 * Others who act between two calls of one replacement, on real files: who does what when, what is said,
 * and which content ends where.
 */
const target = (dir: string): string => path.join(dir, "target.o");
const keeper = (dir: string): string => path.join(dir, "../a/keeper.o");

/** A builder that makes a new file and renames it over the old one. */
const rebuilds =
  (content: string, file = target) =>
  (dir: string): void => {
    fs.writeFileSync(path.join(dir, "new"), content);
    fs.renameSync(path.join(dir, "new"), file(dir));
  };
/** A builder that writes into the file that is there. */
const writesInPlace =
  (content: string, file = target) =>
  (dir: string): void =>
    fs.writeFileSync(file(dir), content);
const removes =
  (file = target) =>
  (dir: string): void =>
    fs.rmSync(file(dir));
/** Same size, and the old time put back. */
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

/** Longer than a tick of the kernel's clock. */
const waits = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 15);

const K = { "keeper.o": CONTENT };
const AS_BEFORE = { ...K, "target.o": CONTENT };
const LINKED = { ...K, "target.o": `-> ${CONTENT}` };

interface Row {
  readonly who: string;
  readonly script: Script;
  readonly outcome: string;
  readonly says?: RegExp;
  readonly ends: Record<string, string>;
}

/** Until the last look at the name every way notices. */
const BEFORE_THE_LAST_LOOK: readonly Row[] = [
  { who: "nobody", script: {}, outcome: "replaced", ends: LINKED },
  {
    who: "a builder renames over the name",
    script: { "before stat 3": rebuilds("rebuilt") },
    outcome: "changed",
    says: /another file/,
    ends: { ...K, "target.o": "rebuilt" },
  },
  {
    who: "a builder writes to the name's file",
    script: { "before stat 3": writesInPlace("rewritten") },
    outcome: "changed",
    says: /size/,
    ends: { ...K, "target.o": "rewritten" },
  },
  {
    who: "a builder writes as many bytes",
    script: { "before stat 3": writesInPlace(CONTENT.toUpperCase()) },
    outcome: "changed",
    says: /written/,
    ends: { ...K, "target.o": CONTENT.toUpperCase() },
  },
  {
    who: "somebody writes and puts the time back",
    script: { "before stat 3": forges() },
    outcome: "changed",
    says: /content changed/,
    ends: { ...K, "target.o": CONTENT.toUpperCase() },
  },
  {
    who: "another run makes and removes a link of the name",
    script: { "before stat 3": touches() },
    outcome: "replaced",
    ends: LINKED,
  },
  {
    who: "another run makes and removes a link of the keeper",
    script: { "before stat 1": touches(keeper) },
    outcome: "replaced",
    ends: LINKED,
  },
  {
    who: "somebody removes the name",
    script: { "before stat 3": removes() },
    outcome: "vanished",
    ends: K,
  },
  {
    who: "somebody sets another mode",
    script: { "before stat 3": (dir) => fs.chmodSync(target(dir), 0o755) },
    outcome: "changed",
    says: /permission/,
    ends: AS_BEFORE,
  },
  {
    who: "another run was faster",
    script: {
      "before stat 3": (dir) => and(removes(), () => fs.linkSync(keeper(dir), target(dir)))(dir),
    },
    outcome: "already",
    ends: LINKED,
  },
  {
    who: "a directory takes the name",
    script: { "before stat 3": and(removes(), (dir) => fs.mkdirSync(target(dir))) },
    outcome: "changed",
    says: /no longer a regular file/,
    ends: { ...K, "target.o": "no regular file" },
  },
  {
    who: "a pipe takes the name",
    script: {
      "before stat 3": and(removes(), (dir) => execFileSync("mkfifo", [target(dir)])),
    },
    outcome: "changed",
    says: /no longer a regular file/,
    ends: { ...K, "target.o": "no regular file" },
  },
  {
    who: "a symbolic link takes the name",
    script: {
      "before stat 3": and(removes(), (dir) => fs.symlinkSync("../a/keeper.o", target(dir))),
    },
    outcome: "changed",
    says: /no longer a regular file/,
    ends: { ...K, "target.o": "no regular file" },
  },
  {
    who: "a builder renames over the keeper before it is linked",
    script: { "before link 1": rebuilds("rebuilt", keeper) },
    outcome: "keeper-lost",
    says: /another file/,
    ends: { "keeper.o": "rebuilt", "target.o": CONTENT },
  },
  {
    who: "a builder writes to the keeper before it is linked",
    script: { "before link 1": writesInPlace("rewritten", keeper) },
    outcome: "keeper-lost",
    says: /size/,
    ends: { "keeper.o": "rewritten", "target.o": CONTENT },
  },
  {
    who: "somebody writes to the keeper and puts the time back",
    script: { "before stat 1": forges(keeper) },
    outcome: "keeper-lost",
    says: /content changed/,
    ends: { "keeper.o": CONTENT.toUpperCase(), "target.o": CONTENT },
  },
  {
    who: "a pipe takes the keeper's name",
    script: {
      "before link 1": and(removes(keeper), (dir) => execFileSync("mkfifo", [keeper(dir)])),
    },
    outcome: "keeper-lost",
    says: /no longer a regular file/,
    ends: { "keeper.o": "no regular file", "target.o": CONTENT },
  },
  {
    who: "somebody removes the keeper before it is linked",
    script: { "before link 1": removes(keeper) },
    outcome: "keeper-lost",
    ends: { "target.o": CONTENT },
  },
  {
    who: "somebody removes the keeper after it was linked",
    script: { "after link 1": removes(keeper) },
    outcome: "replaced",
    ends: { "target.o": CONTENT },
  },
];

/** From the last look on only an exchange notices. */
const AFTER_THE_LAST_LOOK: readonly Row[] = [
  {
    who: "a builder renames over the name",
    script: { "before exchange 1": rebuilds("rebuilt") },
    outcome: "changed",
    ends: { ...K, "target.o": "rebuilt" },
  },
  {
    who: "a builder writes to the name's file",
    script: { "before exchange 1": writesInPlace("rewritten") },
    outcome: "changed",
    ends: { ...K, "target.o": "rewritten" },
  },
  {
    who: "a pipe takes the name",
    script: {
      "before exchange 1": and(removes(), (dir) => execFileSync("mkfifo", [target(dir)])),
    },
    outcome: "changed",
    ends: { ...K, "target.o": "no regular file" },
  },
  {
    who: "a directory takes the name",
    script: { "before exchange 1": and(removes(), (dir) => fs.mkdirSync(target(dir))) },
    outcome: "changed",
    ends: { ...K, "target.o": "no regular file" },
  },
  {
    who: "somebody removes the name",
    script: { "before exchange 1": removes() },
    outcome: "vanished",
    ends: K,
  },
  {
    who: "a builder writes to the keeper",
    script: { "before exchange 1": and(writesInPlace("rewritten", keeper), waits) },
    outcome: "keeper-lost",
    ends: { "keeper.o": "rewritten", "target.o": CONTENT },
  },
  {
    who: "a builder renames over the keeper",
    script: { "before exchange 1": rebuilds("rebuilt", keeper) },
    outcome: "replaced",
    ends: { "keeper.o": "rebuilt", "target.o": CONTENT },
  },
  {
    who: "a builder writes through the name after the exchange, so to the keeper",
    script: { "after exchange 1": and(waits, writesInPlace("rewritten")) },
    outcome: "replaced",
    ends: { "keeper.o": "rewritten", "target.o": "-> rewritten" },
  },
  {
    who: "a builder renames over the name after the exchange",
    script: { "after exchange 1": rebuilds("rebuilt") },
    outcome: "replaced",
    ends: { ...K, "target.o": "rebuilt" },
  },
  {
    who: "a builder renames twice, around the exchange",
    script: { "before exchange 1": rebuilds("first"), "before exchange 2": rebuilds("second") },
    outcome: "changed",
    ends: { ...K, "target.o": "second" },
  },
  {
    who: "a builder renames three times, around both exchanges",
    script: {
      "before exchange 1": rebuilds("first"),
      "before exchange 2": rebuilds("second"),
      "before exchange 3": rebuilds("third"),
    },
    outcome: "changed",
    ends: { ...K, "target.o": "third" },
  },
  {
    who: "a builder renames five times",
    script: Object.fromEntries(
      [1, 2, 3, 4, 5].map((n) => [`before exchange ${n}`, rebuilds(`build ${n}`)]),
    ),
    outcome: "changed",
    ends: { ...K, "target.o": "build 5" },
  },
  {
    who: "a builder renames, then somebody removes the name",
    script: { "before exchange 1": rebuilds("rebuilt"), "before exchange 2": removes() },
    outcome: "changed",
    ends: { ...K, "target.o": "rebuilt" },
  },
  {
    who: "a builder renames, then removes the name and makes it anew",
    script: {
      "before exchange 1": rebuilds("first"),
      "before exchange 2": and(removes(), writesInPlace("second")),
    },
    outcome: "changed",
    ends: { ...K, "target.o": "second" },
  },
  {
    who: "somebody removes the name after the exchange",
    script: { "after exchange 1": removes() },
    outcome: "replaced",
    ends: K,
  },
  {
    who: "a builder renames, and going back fails once",
    script: { "before exchange 1": rebuilds("rebuilt"), "at exchange 2": () => "EIO" },
    outcome: "changed",
    ends: { ...K, "target.o": "rebuilt" },
  },
  {
    who: "a builder renames, and exchanging back does not work any more",
    script: { "before exchange 1": rebuilds("rebuilt"), "at exchange 2+": () => "EIO" },
    outcome: "changed",
    ends: { ...K, "target.o": "rebuilt" },
  },
  {
    who: "a builder renames, and nothing works any more",
    script: {
      "before exchange 1": rebuilds("rebuilt"),
      "at exchange 2+": () => "EIO",
      "at rename 1+": () => "EIO",
    },
    outcome: "failed",
    ends: { ...K, "target.o": `-> ${CONTENT}`, TEMPORARY: "rebuilt" },
  },
  {
    who: "a builder renames twice, and nothing can be looked at",
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
      ? BEFORE_THE_LAST_LOOK
      : [...BEFORE_THE_LAST_LOOK, ...AFTER_THE_LAST_LOOK];

  test.each(rows)("$who: $outcome", ({ script, outcome, says, ends }) => {
    const scene = new Scene();
    const done = scene.replace(calls, script);
    expect({ type: done.type, ...scene.contents() }).toEqual({ type: outcome, ...ends });
    if (says !== undefined) expect(done).toMatchObject({ detail: expect.stringMatching(says) });
  });

  test.runIf(calls.exchange === undefined)(
    "the window: what is renamed over the name after the last look is lost",
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
    "a program that has the %s open for writing goes on writing to it",
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
    "a directory that is moved and replaced by a symbolic link: nothing happens where the link leads",
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
