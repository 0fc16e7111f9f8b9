/** Builds `examples/makefile` with the installed make and compiler. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { CLI, PROJECT } from "../support/paths.ts";
import { filesIn, linked, snapshot } from "../support/snapshot.ts";
import { emptyDir } from "../support/tree.ts";

const missing = ["make", "gcc"].filter((tool) => spawnSync(tool, ["--version"]).status !== 0);

describe.skipIf(missing.length > 0)(
  `examples/makefile (needs make and gcc; missing: ${missing.join(", ") || "none"})`,
  () => {
    let root = "";

    beforeEach(() => {
      root = emptyDir();
      fs.cpSync(`${PROJECT}/examples/makefile`, root, { recursive: true });
      fs.rmSync(`${root}/build`, { recursive: true, force: true });
    });

    function make(...args: string[]): string {
      const done = spawnSync(
        "make",
        ["-C", root, "CC=gcc", `DEDUPE=${process.execPath} ${CLI} -q`, ...args],
        {
          encoding: "utf8",
          env: { PATH: process.env["PATH"], LANG: "C" },
        },
      );
      expect(done.stderr).toBe("");
      expect(done.status).toBe(0);
      return done.stdout;
    }

    /** Whether make has nothing to do. */
    function isUpToDate(): boolean {
      return (
        spawnSync("make", ["-C", root, "-q", "CC=gcc", `DEDUPE=${process.execPath} ${CLI} -q`])
          .status === 0
      );
    }

    function output(variant: string): string {
      return spawnSync(`${root}/build/${variant}/count`, { input: "a b\na c\n", encoding: "utf8" })
        .stdout;
    }

    /** The content hashes of objects and programs. */
    function outputs(variant: string): Record<string, string> {
      const all = Array.from(
        snapshot(`${root}/build/${variant}`),
        ([name, { hash }]): [string, string] => [name, hash],
      );
      return Object.fromEntries(all.filter(([name]) => !name.endsWith(".d")));
    }

    test("links are made, and make has nothing to do afterwards", () => {
      make();
      expect(linked(`${root}/build`)).toContainEqual(["O2/version.o", "O3/version.o"]);
      expect(isUpToDate()).toBe(true);
      expect(make()).toContain("Nothing to be done for 'all'");
      for (const variant of ["O0", "O1", "O2", "O3"])
        expect(output(variant)).toBe("2 lines, 4 words, 3 of them different\n");
    });

    test("a parallel build has the same result", () => {
      make("-j4");
      const wanted = linked(`${root}/build`);
      expect(wanted.length).toBeGreaterThan(0);
      expect(isUpToDate()).toBe(true);
      make("clean");
      make();
      expect(linked(`${root}/build`)).toEqual(wanted);
    });

    test("dependency files are not linked", () => {
      make();
      for (const names of linked(`${root}/build`))
        for (const name of names) expect(name).not.toMatch(/\.d$/);
      expect(filesIn(`${root}/build`)).toContain("O2/main.d");
    });

    test("rebuilding one variant does not change identical files of others", () => {
      make();
      const before = { O2: outputs("O2"), O3: outputs("O3") };
      fs.appendFileSync(`${root}/src/version.c`, "\nint more(void) { return 1; }\n");
      make("build/O3/count");
      expect(outputs("O2")).toEqual(before.O2);
      const after = outputs("O3");
      expect(Object.keys(after).filter((name) => after[name] !== before.O3[name])).toEqual([
        "count",
        "version.o",
      ]);
      make();
      expect(outputs("O2")).not.toEqual(before.O2);
      expect(isUpToDate()).toBe(true);
    });

    test("other flags for one variant do not change identical files of others", () => {
      make();
      const before = outputs("O2");
      make("-B", "build/O3/count", "CFLAGS=-DNDEBUG -g");
      expect(outputs("O2")).toEqual(before);
      expect(outputs("O3")).not.toEqual(before);
    });

    test("after each of five changes of sources, one build suffices: no rebuild loop", () => {
      make();
      for (let round = 0; round < 5; round += 1) {
        const source = ["main.c", "table.h", "version.c", "lines.c", "version.h"][round];
        const now = Date.now() / 1000;
        fs.utimesSync(`${root}/src/${source}`, now, now);
        const printed = make();
        expect(printed).toContain("gcc");
        expect(isUpToDate()).toBe(true);
        expect(make()).toContain("Nothing to be done");
      }
      expect(linked(`${root}/build`)).toContainEqual(["O2/version.o", "O3/version.o"]);
    });
  },
);
