import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { makeTemporaryName } from "../../src/replace/run-identity.ts";
import { runTrusting as run, runTrustingJson as runJson } from "../support/run.ts";
import { contents, filesIn, linked } from "../support/snapshot.ts";
import { type Spec, makeTree } from "../support/tree.ts";

const SAME = "the same bytes";
/** Text as a byte path. */
const utf8 = (text: string): string => Buffer.from(text).toString("latin1");
const LONG = `${"x".repeat(253)}.o`;

describe("unusual file names", () => {
  test.each([
    { it: "invalid UTF-8", names: ["\xff\xfe.o", "a\x80b.o"] },
    { it: "an overlong encoding and a surrogate", names: ["\xc0\xaf.o", "\xed\xa0\x80.o"] },
    { it: "UTF-8", names: [utf8("größe.o"), utf8("日本.o"), utf8("🦊.o")] },
    { it: "composed and decomposed", names: [utf8("\u00e9.o"), utf8("e\u0301.o")] },
    { it: "newline, tab, escape", names: ["a\nb.o", "c\td.o", "\x1b[31mred.o"] },
    {
      it: "spaces and quotes",
      names: [" a.o", "b .o", "'c'.o", '"d".o', "e;rm -rf.o", "$HOME.o", "-rf.o"],
    },
    { it: "backslashes", names: ["a\\b.o", "c\\n.o"] },
    { it: "255 bytes", names: [LONG, `y${LONG.slice(1)}`] },
    {
      it: "directories of 255 bytes",
      names: [`${"d".repeat(255)}/${LONG}`, `${"\xff".repeat(255)}/${LONG}`],
    },
    { it: "bidirectional text, line separators", names: [utf8("a\u202eb.o"), utf8("c\u2028d.o")] },
  ])("$it", ({ names }) => {
    const spec: Spec = Object.fromEntries(names.map((name) => [`in/${name}`, SAME]));
    const root = makeTree(spec);
    const before = contents(root);
    const dry = run(["--hardlink", "-n", "-v", "in"], { cwd: root });
    const done = run(["--hardlink", "-v", "in"], { cwd: root });
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(linked(root)).toEqual([names.map((name) => `in/${name}`).sort()]);
    expect(contents(root)).toEqual(before);
    expect(filesIn(root)).toHaveLength(names.length);
    // One line per file, no control characters, only valid UTF-8.
    const lines = (text: string): string[] =>
      text.split("\n").filter((line) => line.startsWith("replaced "));
    expect(lines(done.stdout)).toHaveLength(names.length - 1);
    expect(lines(dry.stdout)).toEqual(lines(done.stdout));
    // eslint-disable-next-line no-control-regex
    expect(done.stdout).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2028\ufffd]/,
    );
  });

  test("the message of a replacement", () => {
    const root = makeTree({ "in/a\nb.o": SAME, "in/c\xff\x1b[1m.o": SAME });
    const { stdout } = run(["--hardlink", "-v", "in"], { cwd: root });
    expect(stdout.split("\n")[2]).toBe("replaced in/c\\xff\\x1b[1m.o by a link to in/a\\nb.o");
  });

  test("JSON contains the bytes of paths that are not valid UTF-8", () => {
    const root = makeTree({
      "in/a\nb.o": SAME,
      "in/\xff.o": SAME,
      "in/c.a": "1",
      "in/\xfe.a": "1",
    });
    const base64 = (path: string): string => Buffer.from(path, "latin1").toString("base64");
    const [set] = runJson(["--hardlink", "in"], { cwd: root }).sets;
    expect(set).toEqual({
      size: SAME.length,
      hash: expect.stringMatching(/^xxh64:/),
      kind: "object",
      kept: "in/a\nb.o",
      names: ["in/a\nb.o", "in/\ufffd.o"],
      namesBase64: [null, base64("in/\xff.o")],
      replaced: [
        {
          path: "in/\ufffd.o",
          pathBase64: base64("in/\xff.o"),
          outcome: "replaced",
          to: "in/a\nb.o",
        },
      ],
    });
  });

  test("a path of almost PATH_MAX bytes", () => {
    const root = makeTree({ "x.o": SAME });
    let below = "";
    while (root.length + below.length < 3800) below += `/${"f".repeat(100)}`;
    fs.mkdirSync(root + below, { recursive: true });
    fs.writeFileSync(`${root}${below}/x.o`, SAME);
    expect(run(["--hardlink", root])).toMatchObject({ code: 0, stderr: "" });
    expect(fs.statSync(`${root}${below}/x.o`).nlink).toBe(2);
  });
});

test("a temporary file of a run that is still active is not counted", () => {
  const temporary = makeTemporaryName({ ino: 1n, mtimeNs: 1n }, { ino: 2n, mtimeNs: 2n }, "a.o");
  const root = makeTree({ "a.o": SAME, "b.o": SAME, [temporary]: SAME, ".dedupe-notes.o": "x" });
  expect(runJson(["-a", "--hardlink", root]).totals).toMatchObject({
    files: 3,
    artifacts: 3,
    replaced: 1,
  });
  expect(filesIn(root)).toContain(temporary);
  expect(linked(root)).toEqual([["a.o", "b.o"]]);
});

test("JSON escapes the characters that a terminal would obey", () => {
  const names = ["\xc2\x9b31m.o", "\xe2\x80\xae.o"];
  const root = makeTree(Object.fromEntries(names.map((name) => [name, "same"])));
  for (const command of [[], ["unshare", "-a"]]) {
    const { stdout } = run([...command, "--json", "."], { cwd: root });
    expect(stdout).not.toMatch(/[\u007f-\u009f\u202e]/);
  }
  const { json } = run(["--json", "."], { cwd: root });
  expect(json.sets[0].names).toEqual(["./\u009b31m.o", "./\u202e.o"]);
});
