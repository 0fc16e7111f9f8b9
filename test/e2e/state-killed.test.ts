import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { TRUST, runTrusting } from "../support/run.ts";
import { contents } from "../support/snapshot.ts";
import { hasStrace, withFault } from "../support/strace.ts";
import { file, makeTree } from "../support/tree.ts";

const SAME = file("\x7fELF the same content");

/** The system calls that write a state; the run replaces its files by others. */
const CALLS = ["fdatasync", "rename", "pwrite64,write", "openat"];

describe.skipIf(!hasStrace)("a run that is killed while it writes its state (needs strace)", () => {
  test.each(CALLS)("at any %s: the next run has the old state, the new one, or none", (calls) => {
    for (let when = 1; when <= (calls === "openat" ? 60 : 12); when += calls === "openat" ? 7 : 1) {
      const root = makeTree({ "build/a/x.o": SAME, "build/b/x.o": SAME, "build/a/y.o": "y" });
      const args = ["--hardlink", "--state", "build/state", "build"];
      expect(runTrusting(args, { cwd: root }).code).toBe(0);
      fs.copyFileSync(`${root}/build/a/y.o`, `${root}/build/b/y.o`);
      const before = contents(`${root}/build/a`);
      const fault = withFault(calls, `signal=KILL:when=${when}`, [...TRUST, ...args]);
      spawnSync("strace", fault, { cwd: root, env: { PATH: process.env["PATH"] } });
      expect(contents(`${root}/build/a`)).toEqual(before);
      fs.appendFileSync(`${root}/build/a/x.o`, "more");
      const done = runTrusting(args, { cwd: root });
      // The first run's link is in either state.
      expect(done.code).toBe(3);
      expect(done.stderr).toContain("build/b/x.o: written through a link");
      expect(fs.readdirSync(`${root}/build`).sort()).toEqual(["a", "b", "state"]);
    }
  });

  test.each(["fdatasync", "link,linkat", "unlink,unlinkat"])(
    "at any %s, with no state before: the next run remembers what is linked, and cleans up",
    (calls) => {
      for (let when = 1; when <= 6; when += 1) {
        const root = makeTree({ "build/a/x.o": SAME, "build/b/x.o": SAME, "build/a/y.o": SAME });
        const args = ["--hardlink", "--state", "build/state", "build"];
        const fault = withFault(calls, `signal=KILL:when=${when}`, [...TRUST, ...args]);
        spawnSync("strace", fault, { cwd: root, env: { PATH: process.env["PATH"] } });
        fs.writeFileSync(`${root}/build/b/y.o`, fs.readFileSync(`${root}/build/a/y.o`));
        expect(runTrusting(args, { cwd: root })).toMatchObject({ code: 0, stderr: "" });
        expect(fs.readdirSync(`${root}/build`).sort()).toEqual(["a", "b", "state"]);
        fs.appendFileSync(`${root}/build/b/y.o`, "more");
        expect(runTrusting(args, { cwd: root }).code).toBe(3);
      }
    },
  );
});
