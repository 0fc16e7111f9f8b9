/** Bytecode of real packages: dedupe links the same files as `compileall --hardlink-dupes`. */
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { run } from "../support/run.ts";
import { filesIn, linked, snapshot } from "../support/snapshot.ts";
import { emptyDir } from "../support/tree.ts";

const PACKAGES = ["json", "email", "asyncio", "unittest"];
/** `--hardlink-dupes` requires Python 3.9. */
const python =
  spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]).status === 0;

describe.skipIf(!python)(
  "compileall of the standard library's packages (needs python3 of 3.9 or later)",
  () => {
    let sources = "";
    /** Packages compiled at three levels. */
    let compiled = "";

    beforeAll(() => {
      const library = execFileSync("python3", [
        "-c",
        "import sysconfig; print(sysconfig.get_path('stdlib'))",
      ])
        .toString()
        .trim();
      sources = emptyDir();
      const there = PACKAGES.map((name) => `${library}/${name}`).filter((path) =>
        fs.existsSync(path),
      );
      execFileSync("cp", ["-a", ...there, sources]);
      execFileSync("find", [
        sources,
        "-name",
        "__pycache__",
        "-prune",
        "-exec",
        "rm",
        "-r",
        "{}",
        "+",
      ]);
      compiled = copyOf(sources);
      compile(compiled, [0, 1, 2]);
    });

    function copyOf(tree: string): string {
      const root = emptyDir();
      execFileSync("cp", ["-a", `${tree}/.`, root]);
      return root;
    }

    function compile(root: string, levels: readonly number[], ...more: string[]): void {
      const options = levels.flatMap((level) => ["-o", String(level)]);
      execFileSync("python3", ["-m", "compileall", "-q", ...options, ...more, "."], {
        cwd: root,
        stdio: "inherit",
      });
    }

    test.each([{ levels: [0, 1, 2] }, { levels: [0, 1] }, { levels: [0, 2] }, { levels: [1, 2] }])(
      "levels $levels: the same names share a file",
      ({ levels }) => {
        const theirs = copyOf(sources);
        compile(theirs, levels, "--hardlink-dupes");
        const ours = copyOf(sources);
        compile(ours, levels);
        expect(linked(ours)).toEqual([]);
        const options = levels.flatMap((level) => ["-o", String(level)]);
        const done = run(["--hardlink", ...options, "--scope", "unit", "."], { cwd: ours });
        expect(done).toMatchObject({ code: 0, stderr: "" });
        expect(linked(ours).length).toBeGreaterThan(10);
        expect(linked(ours)).toEqual(linked(theirs));
        expect(contentsByName(ours)).toEqual(contentsByName(theirs));
      },
    );

    test("other levels are not touched", () => {
      const root = copyOf(compiled);
      const before = snapshot(root);
      run(["--hardlink", "-o", "0", "-o", "1", "--scope", "unit", "."], { cwd: root });
      for (const [name, { inode, links }] of snapshot(root)) {
        if (name.includes(".opt-2.")) expect([inode, links]).toEqual([before.get(name)?.inode, 1]);
      }
    });

    test("--scope tree links these files, and identical files of different packages", () => {
      const root = copyOf(compiled);
      run(["--hardlink", "--scope", "unit", "."], { cwd: root });
      const inUnits = linked(root).flat().length;
      run(["--hardlink", "."], { cwd: root });
      expect(linked(root).flat().length).toBeGreaterThanOrEqual(inUnits);
    });

    test.each([0, 1, 2])("compiling level %i again changes only files of that level", (level) => {
      const root = copyOf(compiled);
      run(["--hardlink", "-o", "0", "-o", "1", "-o", "2", "--scope", "unit", "."], { cwd: root });
      const before = snapshot(root);
      const source = `${root}/json/decoder.py`;
      fs.appendFileSync(source, "\nMORE = 1\n");
      compile(root, [level], "-f");
      for (const [name, { hash, inode }] of snapshot(root)) {
        if (!name.endsWith(".pyc") || levelOf(name) === level) continue;
        expect({ name, hash, inode }).toEqual({
          name,
          hash: before.get(name)?.hash,
          inode: before.get(name)?.inode,
        });
      }
      const again = filesIn(root).find(
        (name) => name.includes("decoder.") && name.endsWith(".pyc") && levelOf(name) === level,
      );
      expect(snapshot(root).get(again as string)?.hash).not.toBe(before.get(again as string)?.hash);
    });

    test("programs run from linked bytecode", () => {
      const root = copyOf(compiled);
      run(["--hardlink", "-o", "0", "-o", "1", "-o", "2", "--scope", "unit", "."], { cwd: root });
      for (const flag of ["-B", "-BO", "-BOO"]) {
        const said = execFileSync(
          "python3",
          [flag, "-c", "import json; print(json.__cached__); print(json.loads('[1]'))"],
          {
            cwd: root,
            env: { ...process.env, PYTHONPATH: root, PYTHONDONTWRITEBYTECODE: "1" },
          },
        ).toString();
        expect(said).toContain(root);
        expect(said).toContain("[1]");
      }
    });
  },
);

function levelOf(name: string): number {
  return Number(/\.opt-(\d)\.pyc$/.exec(name)?.[1] ?? 0);
}

function contentsByName(root: string): Record<string, string> {
  return Object.fromEntries(Array.from(snapshot(root), ([name, { hash }]) => [name, hash]));
}
