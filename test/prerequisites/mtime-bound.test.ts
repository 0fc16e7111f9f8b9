import { describe, expect, test } from "vitest";
import { mtimeBoundOf } from "../../src/prerequisites/mtime-bound.ts";
import type { OutputFacts } from "../../src/prerequisites/prerequisite-lookup.ts";

/** The times of the files that exist. `planned` is a prerequisite whose own time may change. */
const TIMES: Readonly<Record<string, bigint>> = { old: 5n, new: 15n, late: 30n, planned: 25n };

const NOTHING: OutputFacts = {
  prerequisites: [],
  dependents: [],
  complete: false,
  logged: undefined,
  trustedUntil: undefined,
  unreadable: undefined,
};
const FRESH = {
  after: undefined,
  newest: "",
  until: undefined,
  inputs: [],
  complete: false,
  stale: false,
};

/** For an output with the time 20. */
const CASES: readonly [what: string, facts: Partial<OutputFacts>, bound: object | undefined][] = [
  ["nothing is known", {}, undefined],
  ["no prerequisite exists", { prerequisites: ["gone"] }, undefined],
  ["the newest prerequisite", { prerequisites: ["old", "new"] }, { after: 15n, newest: "new" }],
  [
    "a newer prerequisite",
    { prerequisites: ["late"] },
    { after: 30n, newest: "late", stale: true },
  ],
  [
    "a prerequisite newer than the log entry",
    { prerequisites: ["new"], logged: 10n },
    { after: 15n, newest: "new", stale: true },
  ],
  [
    "a log entry newer than the output",
    { prerequisites: ["new"], logged: 40n },
    { after: 15n, newest: "new" },
  ],
  [
    "a log entry newer than the prerequisite that is newer than the output, as with restat",
    { prerequisites: ["old", "late"], logged: 40n },
    { after: 30n, newest: "late", stale: true, isLogged: true },
  ],
  [
    "one log entry between two such prerequisites",
    { prerequisites: ["planned", "late"], logged: 27n },
    { after: 25n, newest: "planned", inputs: [7], stale: true },
  ],
  [
    "a complete rule",
    { prerequisites: ["old"], complete: true },
    { after: 5n, newest: "old", complete: true },
  ],
  [
    "a complete rule without inputs that exist",
    { complete: true, trustedUntil: 20n },
    { until: 20n },
  ],
  ["a trusted deps log entry", { trustedUntil: 20n }, { until: 20n }],
  ["a deps log entry older than the output", { trustedUntil: 19n }, { until: 19n, stale: true }],
  ["a newer dependent", { dependents: ["late"] }, { until: 30n }],
  ["a dependent that is older already", { dependents: ["new"] }, undefined],
  ["the lower of two upper bounds", { dependents: ["late"], trustedUntil: 22n }, { until: 22n }],
  [
    "a prerequisite that may change",
    { prerequisites: ["old", "planned"] },
    { after: 25n, newest: "planned", inputs: [7], stale: true },
  ],
];

describe("the bound of an output", () => {
  test.each(CASES)("%s", (_, facts, expected) => {
    const bound = mtimeBoundOf(
      { ...NOTHING, ...facts },
      20n,
      (path) => TIMES[path],
      (path) => (path === "planned" ? 7 : undefined),
    );
    expect(bound).toEqual(expected === undefined ? undefined : { ...FRESH, ...expected });
  });

  test("a prerequisite that may change bounds by its planned time only", () => {
    const bound = mtimeBoundOf(
      { ...NOTHING, prerequisites: ["new"] },
      20n,
      (path) => TIMES[path],
      () => 7,
    );
    expect(bound).toEqual({ ...FRESH, inputs: [7] });
  });
});
