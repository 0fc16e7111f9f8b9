import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { schemaViolations } from "../support/json-schema.ts";
import { run } from "../support/run.ts";
import { emptyDir, makeTree } from "../support/tree.ts";

const LOG = "gcc -DKIND=1 -c x.c -o build/x.o\ngcc -DKIND=2 -g -c x.c -o build/x.o\n";

describe("dedupe diff --suspicious", () => {
  test("a log in which two commands write one object", () => {
    const root = makeTree({ "build/x.o": "object", log: LOG });
    const { code, stdout, stderr } = run([
      "diff",
      "--suspicious",
      "--commands",
      `${root}/log`,
      root,
    ]);
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout).toMatch(
      /^1 suspicious object, 0 objects looked for in 0 modules, 2 commands, [\d.]+ s\n\nbuild\/x\.o is written by 2 commands that differ in -DKIND=1 and -DKIND=2 -g\. /,
    );
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("the document is what the schema says", () => {
    const root = makeTree({ "build/x.o": "object", log: LOG });
    const { json } = run(["diff", "--suspicious", "--json", "--commands", `${root}/log`, root]);
    const schema = run(["diff", "--suspicious", "--json-schema"]).json;
    expect(schemaViolations(schema, json)).toEqual([]);
    expect(json["suspicions"]).toEqual([
      {
        object: "build/x.o",
        modules: [],
        commands: [
          { line: 1, words: ["-DKIND=1"] },
          { line: 2, words: ["-DKIND=2", "-g"] },
        ],
      },
    ]);
  });

  test("--summary", () => {
    const root = makeTree({ "build/x.o": "object", log: LOG });
    const summary = `${emptyDir()}/summary.md`;
    run(["diff", "--suspicious", "--summary", summary, "--commands", `${root}/log`, root]);
    expect(readFileSync(summary, "utf8")).toMatch(
      /^### dedupe diff --suspicious: 1 suspicious object, [^]*\n- build\/x\.o is written by 2 commands/,
    );
  });

  test("nothing to examine", () => {
    const { code, stdout } = run(["diff", "--suspicious", makeTree({ "x.o": "object" })]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^nothing suspicious, .*\n\nObjects are looked for where setuptools /);
  });

  test.each([
    [
      "no path",
      ["--suspicious"],
      "dedupe: no tree was given (for example: dedupe diff --suspicious build/)",
    ],
    [
      "no log",
      ["--suspicious", "--commands", "/none", "."],
      "dedupe: --commands /none: no such file or directory",
    ],
    [
      "a directory as log",
      ["--suspicious", "--commands", "/", "."],
      "dedupe: --commands /: it is a directory",
    ],
    ["--commands alone", ["--commands", "log", "."], "dedupe: --commands needs --suspicious"],
    [
      "--map",
      ["--suspicious", "--map", "a=b", "."],
      "dedupe: --suspicious cannot be used with --map",
    ],
    [
      "a missing tree",
      ["--suspicious", "/none"],
      "dedupe: /none: no such file or directory (check the path; nothing was changed)",
    ],
  ])("%s", (_, args, message) => {
    const { code, stderr } = run(["diff", ...args]);
    expect([code, stderr.trim()]).toEqual([2, message]);
  });

  test("an unreadable log of JSON", () => {
    const root = makeTree({ log: "[{ oops" });
    const { code, stderr } = run(["diff", "--suspicious", "--commands", `${root}/log`, root]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^dedupe: --commands: the file is neither a compile_commands\.json nor/);
  });
});
