import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { finish } from "../../src/core/slices.ts";
import { type NinjaLog, parseNinjaLog } from "../../src/prerequisites/ninja-log.ts";
import { PROJECT } from "../support/paths.ts";

const log = readFileSync(`${PROJECT}/fixtures/ninja-1.11/ninja_log`, "latin1");

const parsed = (text: string): NinjaLog => finish(parseNinjaLog(Buffer.from(text, "latin1")));

describe(".ninja_log", () => {
  it("reads what ninja 1.11 wrote", () => {
    const { version, times, fault } = parsed(log);
    expect({ version, fault }).toEqual({ version: 5, fault: undefined });
    expect([...times.keys()].sort()).toEqual([
      "O0/foo.o",
      "O0/prog",
      "O2/foo.o",
      "O2/prog",
      "gen.h",
      "main.o",
    ]);
    for (const time of times.values()) expect(time > 1_700_000_000_000_000_000n).toBe(true);
  });

  it.each([4, 5, 6, 7])("reads version %i, the last entry of an output", (version) => {
    const text = `# ninja log v${version}\n0\t9\t5000000000000000000\ta b.o\tdeadbeef\n1\t2\t6000000000000000000\ta b.o\tff\n`;
    expect(parsed(text)).toEqual({
      version,
      times: new Map([["a b.o", 6_000_000_000_000_000_000n]]),
      fault: undefined,
    });
  });

  it("converts the seconds of old versions", () => {
    expect(parsed("# ninja log v5\n0\t1\t1500000000\tx\t0\n").times.get("x")).toBe(
      1_500_000_000_000_000_000n,
    );
  });

  it.each([
    ["an empty file", ""],
    ["another file", "hello\n"],
    ["an unknown version", "# ninja log v99\n0\t1\t2\tx\t0\n"],
    ["an incomplete line", "# ninja log v5\n0\t1\t15000"],
  ])("reports %s", (_, text) => {
    const { times, fault } = parsed(text);
    expect(times.size).toBe(0);
    expect(fault).toEqual(expect.any(String));
  });

  it("reads more than is parsed at once, and a line that is longer", () => {
    const line = (i: number): string => `0\t1\t1500000000\t${"x".repeat(1000)}${i}\t0\n`;
    const long = `0\t1\t1500000000\t${"y".repeat(3_000_000)}\t0\n`;
    const lines = Array.from({ length: 3000 }, (_, i) => line(i));
    lines.splice(2000, 0, long);
    const { times, fault } = parsed(`# ninja log v5\n${lines.join("")}`);
    expect(times.size).toBe(3000);
    expect(fault).toBeUndefined();
  });

  it("skips malformed lines", () => {
    const { times, fault } = parsed("# ninja log v5\nwhat\n\n0\t1\t1500000000\tx\t0\n\t\t\t\t\n");
    expect([...times.keys()]).toEqual(["x"]);
    expect(fault).toBeUndefined();
  });
});
