/** Every command and form of output over a tree with names that a terminal, a log or a Markdown page would obey. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run, runTrusting } from "../support/run.ts";
import { contents } from "../support/snapshot.ts";
import { type Spec, makeTree } from "../support/tree.ts";

/** As byte paths. */
const NAMES = [
  "a\nb.o",
  "a\rb.o",
  "\x1b[31mred\x1b]0;title\x07.o",
  "\xc2\x9b31m.o",
  "\xe2\x80\xaetxt.o",
  "\xe2\x81\xa6x.o",
  "\xe2\x80\xa8.o",
  "\xff\xfe.o",
  "\xed\xa0\x80.o",
  "-rf.o",
  "--hardlink.o",
  `${"x".repeat(253)}.o`,
  "`id`|<b>.o",
  "<!-- x.o",
  "[x](javascript:y).o",
  "%s%n\\x1b.o",
  "\x7f.o",
];
const DIRS = ["", "-x/", "nl\n# h/", "\x1b[2J/", "\xffO2/", "O2/", "O3\xe2\x80\xae/"];
/** Control characters but for the newline, and what changes the direction of text or breaks lines. */
const FORBIDDEN =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/u;

let root: string;
/** A part of the tree whose own name is hostile. */
let part: string;
let store: string;
beforeAll(() => {
  const spec: Record<string, string> = {};
  for (const [d, dir] of DIRS.entries())
    for (const [n, name] of NAMES.entries()) spec[dir + name] = `same ${d === 2 ? 99 : n}`;
  root = makeTree({ ...(spec as Spec), "Makefile\x1b[31m.mk": "x" });
  part = path.join(root, "nl\n# h");
  store = path.join(makeTree({}), "st\x1b[31more\u202e");
});

/** Checks one output, and that no line of it is made by a name. */
function expectHarmless(text: string, isJson: boolean): void {
  expect(text).not.toMatch(FORBIDDEN);
  if (isJson) return;
  expect(text).not.toContain("\ufffd");
  expect(text).not.toMatch(/^(?:b\.o|# h)/m);
}

describe.each([
  { about: "report", args: ["--stats", "-v"] },
  { about: "dry run", args: ["--hardlink", "-n", "-v"] },
  { about: "check", args: ["--check"] },
  { about: "globs that match nothing", args: ["-i", "\x1b31m\u202e", "-x", "no\npe"] },
  { about: "variants", args: ["--stats", "--variant-pattern", "{variant}/**"] },
  { about: "links", args: ["--hardlink", "-v", "--progress"] },
  { about: "status", args: ["status", "-v"] },
  { about: "unshare, dry run", args: ["unshare", "-n", "-v"] },
  { about: "unshare", args: ["unshare", "-v", "--progress"] },
  { about: "store", args: ["--hardlink", "-v", "--store"] },
  { about: "diff", args: ["diff", "-v"] },
  { about: "diff --near", args: ["diff", "--near", "-v"] },
  { about: "diff --suspicious", args: ["diff", "--suspicious", "-v"] },
])("$about", ({ about, args }) => {
  test.each([
    { form: "text", more: [] },
    { form: "JSON", more: ["--json"] },
    { form: "Markdown", more: ["--summary"] },
  ])("$form", ({ form, more }) => {
    if (form === "Markdown" && /^(?:status|unshare|diff --)/.test(args.slice(0, 2).join(" ")))
      return;
    const summary = path.join(makeTree({}), "summary.md");
    const before = contents(root);
    const roots = about === "diff" ? [root, part] : about === "diff --near" ? [root] : [part, root];
    const command = /^(?:status|diff)$/.test(args[0]) ? run : runTrusting;
    const done = command([
      ...args,
      ...(about === "store" ? [store] : []),
      ...more,
      ...(form === "Markdown" ? [summary] : []),
      ...(about === "check" ? [part] : roots),
    ]);
    expect([0, 1]).toContain(done.code);
    expectHarmless(done.stdout, form === "JSON");
    expectHarmless(done.stderr, false);
    if (form === "JSON") expect(done.json).toHaveProperty("schema");
    if (form === "Markdown") {
      const text = fs.readFileSync(summary, "utf8");
      expectHarmless(text, false);
      expect(text).not.toMatch(/<(?:b|!--)|\]\(javascript/);
    }
    expect(contents(root)).toEqual(before);
  });
});

test.each([["status"], ["verify"], ["trim", "--unused", "-n"]])("store %s", (...args) => {
  for (const more of [[], ["--json"]]) {
    const done = run(["store", ...args, ...more, "--store", store]);
    expect(done.code).toBe(0);
    expectHarmless(done.stdout + done.stderr, more.length > 0);
  }
});

describe("messages about", () => {
  const odd = "no\nsuch\x1b[31m\u009b\u202e";
  test.each([
    { what: "a path", args: [odd] },
    { what: "a path of unshare", args: ["unshare", odd] },
    { what: "a tree", args: ["diff", odd, odd] },
    { what: "an option", args: [`--${odd}`, "x"] },
    { what: "a kind", args: ["-k", odd, "x"] },
    { what: "a size", args: ["-s", odd, "x"] },
    { what: "a list", args: ["--files-from", odd] },
    { what: "a summary", args: ["--summary", `${odd}/x`, "."] },
    { what: "a state", args: ["--state", `${odd}/x`, "--hardlink", "."] },
    { what: "a store", args: ["store", "status", "--store", odd] },
    { what: "a command", args: ["store", odd] },
    { what: "a writer", args: ["--writer", odd, "."] },
    { what: "a build command", args: ["--hardlink", "--verify", `echo '${odd}'; false`, "."] },
    { what: "a log", args: ["diff", "--suspicious", "--commands", odd, "."] },
  ])("$what", ({ args }) => {
    const done = run(args, { cwd: makeTree({}) });
    expect(done.stderr).toMatch(/^dedupe: /);
    expectHarmless(done.stdout + done.stderr, false);
    expect(done.stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("directories whose path is longer than PATH_MAX", () => {
  const deep = makeTree({ "a.o": "same", "b.o": "same" });
  beforeAll(() => {
    const name = `d${"e".repeat(199)}`;
    const script = `i=0; while [ $i -lt 30 ]; do mkdir ${name} && cd ${name}; i=$((i + 1)); done; echo same > z.o`;
    spawnSync("sh", ["-c", script], { cwd: deep });
  });
  afterAll(() => void spawnSync("rm", ["-rf", deep]));

  test.each([{ args: ["--hardlink"] }, { args: ["status"] }, { args: ["unshare"] }])(
    "$args: the run reports one and goes on",
    ({ args }) => {
      const done = (args[0] === "status" ? run : runTrusting)([...args, deep]);
      expect(done.code).toBe(3);
      expect(done.stderr.split("\n").filter((line) => line.includes("ENAMETOOLONG"))).toHaveLength(
        1,
      );
      expect(fs.statSync(`${deep}/a.o`).nlink).toBe(args.includes("unshare") ? 1 : 2);
    },
  );
});
