import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { finish } from "../../src/core/slices.ts";
import { type NinjaDeps, parseNinjaDeps } from "../../src/prerequisites/ninja-deps.ts";
import { parseNinjaLog } from "../../src/prerequisites/ninja-log.ts";
import { installed } from "../support/installed.ts";
import { PROJECT } from "../support/paths.ts";
import { emptyDir } from "../support/tree.ts";

const FIXTURE = `${PROJECT}/fixtures/ninja-1.11`;
const deps = readFileSync(`${FIXTURE}/ninja_deps`);
const log = readFileSync(`${FIXTURE}/ninja_log`);
const parsed = (bytes: Buffer): NinjaDeps => finish(parseNinjaDeps(bytes));

describe(".ninja_deps", () => {
  it("reads what ninja 1.11 wrote", () => {
    const { version, size, fault, entryOf } = parsed(deps);
    expect({ version, size, fault }).toEqual({ version: 4, size: 3, fault: undefined });
    expect(entryOf("O2/foo.o")?.prerequisites.filter((path) => !path.startsWith("/"))).toEqual([
      "foo.c",
      "gen.h",
    ]);
    expect(entryOf("O0/foo.o")?.prerequisites.filter((path) => !path.startsWith("/"))).toEqual([
      "foo.c",
    ]);
    expect(entryOf("O0/prog")).toBeUndefined();
    expect(entryOf("O2/foo.o")?.mtime).toBe(finish(parseNinjaLog(log)).times.get("O2/foo.o"));
  });

  it("reads a file truncated at any length", () => {
    for (let length = 0; length < deps.length; length += 1) {
      const cut = parsed(deps.subarray(0, length));
      expect(cut.size).toBeLessThanOrEqual(3);
      expect(() => cut.entryOf("O2/foo.o")).not.toThrow();
    }
    expect(parsed(deps.subarray(0, deps.length - 1)).fault).toMatch(/damaged at byte \d+/);
  });

  it("reads a file with any byte damaged", () => {
    for (let at = 0; at < deps.length; at += 1) {
      for (const value of [0, 0x7f, 0xff]) {
        const wrong = Buffer.from(deps);
        wrong[at] = value;
        const damaged = parsed(wrong);
        expect(() => [damaged.entryOf("O2/foo.o"), damaged.entryOf("main.o")]).not.toThrow();
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
    expect(parsed(file).entryOf("a.o")).toEqual({
      mtime: 1_500_000_000_000_000_000n,
      prerequisites: ["a.c"],
    });
    expect(parsed(file.fill(99, 12, 13)).fault).toBe("version 99 is not supported");
  });

  it.runIf(installed("ninja", "gcc"))("reads what the installed ninja writes", () => {
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
    const { entryOf, fault } = parsed(readFileSync(`${root}/.ninja_deps`));
    const { times } = finish(parseNinjaLog(readFileSync(`${root}/.ninja_log`)));
    expect(fault).toBeUndefined();
    expect(entryOf("b.o")?.prerequisites).toEqual(expect.arrayContaining(["b.c", "b.h"]));
    expect(entryOf("out/a.o")?.prerequisites).toContain("a file.c");
    expect(entryOf("b.o")?.mtime).toBe(statSync(`${root}/b.o`, { bigint: true }).mtimeNs);
    expect([...times.keys()].sort()).toEqual(["b.o", "out/a.o"]);
  });
});
