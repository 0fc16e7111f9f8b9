import { expect, test } from "vitest";
import type { Report, Verification } from "../../../src/core/report.ts";
import { renderVerification } from "../../../src/render/dedupe/verification.ts";

const QUIET: Verification = { command: "make -q", runs: 2, quiet: true, reverted: [], rebuilt: [] };

test.each<{ it: string; verification: Verification | undefined; lines: string[] }>([
  { it: "no --verify", verification: undefined, lines: [] },
  { it: "a quiet build", verification: QUIET, lines: [] },
  { it: "an interrupted run", verification: { ...QUIET, quiet: undefined }, lines: [] },
  {
    it: "reverted and rebuilt files",
    verification: { ...QUIET, reverted: ["a.o", "b\n.o"], rebuilt: ["c.o"] },
    lines: [
      "dedupe: a.o: link reverted, it has its own file and time again",
      "dedupe: b\\n.o: link reverted, it has its own file and time again",
      "dedupe: c.o: rebuilt by the command of --verify",
      "dedupe: --verify 'make -q' reported work after linking; 3 links were undone, and it reports none now",
    ],
  },
  {
    it: "a build that stays out of date",
    verification: { ...QUIET, command: "make -q 'ü'", quiet: false },
    lines: [
      "dedupe: --verify 'make -q 'ü'' still reports work, although the links that changed a time were reverted; build, and find out why",
    ],
  },
])("$it", ({ verification, lines }) => {
  expect([...renderVerification({ verification } as Report)]).toEqual(lines);
});
