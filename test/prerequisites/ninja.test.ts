import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseNinjaDeps } from "../../src/prerequisites/ninja-deps.ts";
import { parseNinjaLog } from "../../src/prerequisites/ninja-log.ts";
import { installed } from "../support/installed.ts";
import { PROJECT } from "../support/paths.ts";
import { emptyDir } from "../support/tree.ts";

const FIXTURE = `${PROJECT}/fixtures/ninja-1.11`;
const deps = readFileSync(`${FIXTURE}/ninja_deps`);
const log = readFileSync(`${FIXTURE}/ninja_log`, "latin1");

describe(".ninja_log", () => {
  it("reads what ninja 1.11 wrote", () => {
    const { version, times, fault } = parseNinjaLog(log);
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
    expect(parseNinjaLog(text)).toEqual({
      version,
      times: new Map([["a b.o", 6_000_000_000_000_000_000n]]),
      fault: undefined,
    });
  });

  it("takes seconds of old versions for seconds", () => {
    expect(parseNinjaLog("# ninja log v5\n0\t1\t1500000000\tx\t0\n").times.get("x")).toBe(
      1_500_000_000_000_000_000n,
    );
  });

  it.each([
    ["an empty file", ""],
    ["another file", "hello\n"],
    ["an unknown version", "# ninja log v99\n0\t1\t2\tx\t0\n"],
    ["a line that is cut off", "# ninja log v5\n0\t1\t15000"],
  ])("notes %s", (_, text) => {
    const { times, fault } = parseNinjaLog(text);
    expect(times.size).toBe(0);
    expect(fault).toEqual(expect.any(String));
  });

  it("passes over lines that are none", () => {
    const { times, fault } = parseNinjaLog(
      "# ninja log v5\nwhat\n\n0\t1\t1500000000\tx\t0\n\t\t\t\t\n",
    );
    expect([...times.keys()]).toEqual(["x"]);
    expect(fault).toBeUndefined();
  });
});

describe(".ninja_deps", () => {
  it("reads what ninja 1.11 wrote", () => {
    const { version, size, fault, entryOf } = parseNinjaDeps(deps);
    expect({ version, size, fault }).toEqual({ version: 4, size: 3, fault: undefined });
    expect(entryOf("O2/foo.o")?.prerequisites.filter((path) => !path.startsWith("/"))).toEqual([
      "foo.c",
      "gen.h",
    ]);
    expect(entryOf("O0/foo.o")?.prerequisites.filter((path) => !path.startsWith("/"))).toEqual([
      "foo.c",
    ]);
    expect(entryOf("O0/prog")).toBeUndefined();
    expect(entryOf("O2/foo.o")?.mtime).toBe(parseNinjaLog(log).times.get("O2/foo.o"));
  });

  it("gives up at no length of a file that is cut off", () => {
    for (let length = 0; length < deps.length; length += 1) {
      const cut = parseNinjaDeps(deps.subarray(0, length));
      expect(cut.size).toBeLessThanOrEqual(3);
      expect(() => cut.entryOf("O2/foo.o")).not.toThrow();
    }
    expect(parseNinjaDeps(deps.subarray(0, deps.length - 1)).fault).toMatch(/damaged at byte \d+/);
  });

  it("gives up at no byte that is wrong", () => {
    for (let at = 0; at < deps.length; at += 1) {
      for (const value of [0, 0x7f, 0xff]) {
        const wrong = Buffer.from(deps);
        wrong[at] = value;
        const parsed = parseNinjaDeps(wrong);
        expect(() => [parsed.entryOf("O2/foo.o"), parsed.entryOf("main.o")]).not.toThrow();
      }
    }
  });

  it("reads version 3, with times in seconds", () => {
    const record = (...words: number[]): Buffer => {
      const bytes = Buffer.alloc(words.length * 4);
      words.forEach((word, i) => bytes.writeUInt32LE(word >>> 0, i * 4));
      return bytes;
    };
    const path = (name: string, id: number): Buffer =>
      Buffer.concat([record(8), Buffer.from(name.padEnd(4, "\0")), record(~id)]);
    const file = Buffer.concat([
      Buffer.from("# ninjadeps\n"),
      record(3),
      path("a.o", 0),
      path("a.c", 1),
      record(0x8000_0000 + 12, 0, 1_500_000_000, 1),
    ]);
    expect(parseNinjaDeps(file).entryOf("a.o")).toEqual({
      mtime: 1_500_000_000_000_000_000n,
      prerequisites: ["a.c"],
    });
    expect(parseNinjaDeps(file.fill(99, 12, 13)).fault).toBe("version 99 is not known");
  });

  it.runIf(installed("ninja", "gcc"))("reads the files of the ninja that is installed", () => {
    const root = emptyDir();
    writeFileSync(`${root}/a file.c`, "int x;\n");
    writeFileSync(`${root}/b.c`, '#include "b.h"\n');
    writeFileSync(`${root}/b.h`, "");
    writeFileSync(
      `${root}/build.ninja`,
      "rule cc\n  command = gcc -c -MD -MF $out.d -o $out $in\n  depfile = $out.d\n  deps = gcc\n" +
        "build out/a.o: cc a$ file.c\nbuild b.o: cc b.c\n",
    );
    writeFileSync(
      `${root}/build.ninja`,
      readFileSync(`${root}/build.ninja`, "utf8").replaceAll("-o $out $in", "-o '$out' $in"),
    );
    execFileSync("ninja", ["-C", root]);
    execFileSync("touch", [`${root}/b.h`]);
    execFileSync("ninja", ["-C", root]);
    const { entryOf, fault } = parseNinjaDeps(readFileSync(`${root}/.ninja_deps`));
    const { times } = parseNinjaLog(readFileSync(`${root}/.ninja_log`, "latin1"));
    expect(fault).toBeUndefined();
    expect(entryOf("b.o")?.prerequisites).toEqual(expect.arrayContaining(["b.c", "b.h"]));
    expect(entryOf("out/a.o")?.prerequisites).toContain("a file.c");
    expect(entryOf("b.o")?.mtime).toBe(statSync(`${root}/b.o`, { bigint: true }).mtimeNs);
    expect([...times.keys()].sort()).toEqual(["b.o", "out/a.o"]);
  });
});
