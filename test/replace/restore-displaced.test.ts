import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { errno, isErrno } from "../../src/core/result.ts";
import type { DirCalls } from "../../src/fs/dir-calls.ts";
import { dirCalls } from "../../src/fs/native-dir-calls.ts";
import { removeTemporary, restoreDisplaced } from "../../src/replace/restore-displaced.ts";
import { type Script, scripted } from "../faults/scene.ts";
import { whyNot } from "../native/helpers.ts";
import { link, makeTree } from "../support/tree.ts";

const NAME = "name.o";
const TEMPORARY = "temporary";
const EIO = errno("EIO");

/** Another program renames a new file over the name. */
const replaces = (content: string) => (dir: string) => {
  fs.writeFileSync(`${dir}/new`, content);
  fs.renameSync(`${dir}/new`, `${dir}/${NAME}`);
};
const removes = (name: string) => (dir: string) => fs.rmSync(`${dir}/${name}`);
const creates = (content: string) => (dir: string) => fs.writeFileSync(`${dir}/${NAME}`, content);
const linksToKeeper = (dir: string) => {
  fs.linkSync(`${dir}/keeper.o`, `${dir}/new`);
  fs.renameSync(`${dir}/new`, `${dir}/${NAME}`);
};
const fails = () => "EIO";

/**
 * The state after an exchange: the name leads to the keeper, and the displaced file has the temporary's name. Answers
 * the result of restoring it, and the contents of both names.
 */
function restore(script: Script, options: { isKnown?: boolean; calls?: DirCalls } = {}) {
  const { isKnown = true, calls = dirCalls() } = options;
  const root = makeTree({
    "keeper.o": "keeper",
    [NAME]: link("keeper.o"),
    [TEMPORARY]: "displaced",
  });
  const inodeOf = (name: string): bigint => fs.statSync(`${root}/${name}`, { bigint: true }).ino;
  const dir = calls.openBase(root);
  if (isErrno(dir)) throw new Error(dir.code);
  const exchanged = { calls: scripted(calls, script, root), dir, temporary: TEMPORARY, name: NAME };
  const result = restoreDisplaced(
    exchanged,
    isKnown ? inodeOf(TEMPORARY) : undefined,
    inodeOf("keeper.o"),
  );
  calls.close(dir);
  const [name, temporary] = [NAME, TEMPORARY].map((entry) =>
    fs.existsSync(`${root}/${entry}`) ? fs.readFileSync(`${root}/${entry}`, "utf8") : undefined,
  );
  expect(fs.readFileSync(`${root}/keeper.o`, "utf8")).toBe("keeper");
  return { result, name, temporary };
}

describe.skipIf(whyNot !== undefined)("restoreDisplaced", () => {
  test.each<{ when: string; script: Script; name: string }>([
    { when: "no other program acts", script: {}, name: "displaced" },
    {
      when: "the name is replaced before the exchange",
      script: { "before exchange 1": replaces("first") },
      name: "first",
    },
    {
      when: "the name is replaced before two exchanges",
      script: { "before exchange 1": replaces("first"), "before exchange 2": replaces("second") },
      name: "second",
    },
    {
      when: "the name is replaced before three exchanges",
      script: {
        "before exchange 1": replaces("first"),
        "before exchange 2": replaces("second"),
        "before exchange 3": replaces("third"),
      },
      name: "third",
    },
    {
      when: "another run links the name to the keeper before the second exchange",
      script: { "before exchange 1": replaces("first"), "before exchange 2": linksToKeeper },
      name: "first",
    },
    { when: "the exchange fails once", script: { "at exchange 1": fails }, name: "displaced" },
    {
      when: "the exchange fails once, and the name was replaced",
      script: { "before exchange 1": replaces("newer"), "at exchange 1": fails },
      name: "newer",
    },
    { when: "the exchange always fails", script: { "at exchange 1+": fails }, name: "displaced" },
    { when: "stat fails once", script: { "at stat 1": fails }, name: "displaced" },
    { when: "unlink fails once", script: { "at unlink 1": fails }, name: "displaced" },
    {
      when: "the name was removed",
      script: { "before exchange 1": removes(NAME) },
      name: "displaced",
    },
    {
      when: "the name was removed and is created again",
      script: { "before exchange 1": removes(NAME), "before link 1": creates("newer") },
      name: "newer",
    },
    {
      when: "the name is removed after the exchange and leads nowhere",
      script: { "after exchange 1": removes(TEMPORARY) },
      name: "displaced",
    },
  ])("$when: the name leads to the newest file, and the temporary is gone", ({ script, name }) => {
    expect(restore(script)).toEqual({ result: undefined, name, temporary: undefined });
  });

  test.each<{ when: string; script: Script; name: string | undefined; temporary: string }>([
    {
      when: "the exchange always fails, and the name was replaced",
      script: { "before exchange 1": replaces("newer"), "at exchange 1+": fails },
      name: "newer",
      temporary: "displaced",
    },
    {
      when: "neither exchange nor rename works",
      script: { "at exchange 1+": fails, "at rename 1": fails },
      name: "keeper",
      temporary: "displaced",
    },
    {
      when: "the exchange always fails, and the name cannot be read",
      script: { "at exchange 1+": fails, "at stat 1+": fails },
      name: "keeper",
      temporary: "displaced",
    },
    {
      when: "the name was removed and cannot be linked",
      script: { "before exchange 1": removes(NAME), "at link 1": fails },
      name: undefined,
      temporary: "displaced",
    },
    {
      when: "what came out of the exchange cannot be read",
      script: { "before exchange 1": replaces("newer"), "at stat 1+": fails },
      name: "displaced",
      temporary: "newer",
    },
    {
      when: "the link to the keeper cannot be removed",
      script: { "at unlink 1+": fails },
      name: "displaced",
      temporary: "keeper",
    },
  ])("$when: an errno, and both files remain", ({ script, name, temporary }) => {
    expect(restore(script)).toEqual({ result: EIO, name, temporary });
  });

  test("the temporary was removed: the name stays as it is", () => {
    const script = { "before exchange 1": removes(TEMPORARY) };
    expect(restore(script)).toEqual({ result: undefined, name: "keeper", temporary: undefined });
  });

  test("an unknown displaced file, and the name was replaced: both files remain", () => {
    const script = { "before exchange 1": replaces("newer") };
    expect(restore(script, { isKnown: false })).toEqual({
      result: errno("EBUSY"),
      name: "newer",
      temporary: "displaced",
    });
  });

  test("an unknown displaced file is restored if no other program acts", () => {
    expect(restore({}, { isKnown: false })).toEqual({
      result: undefined,
      name: "displaced",
      temporary: undefined,
    });
  });
});

test("restoreDisplaced without an exchange renames", () => {
  const calls = { ...dirCalls(), exchange: undefined };
  expect(restore({}, { calls })).toEqual({
    result: undefined,
    name: "displaced",
    temporary: undefined,
  });
});

test.each<{ script: Script; result: unknown; left: readonly string[] }>([
  { script: {}, result: undefined, left: [] },
  { script: { "at unlink 1": fails }, result: undefined, left: [] },
  { script: { "at unlink 1+": fails }, result: EIO, left: [TEMPORARY] },
  { script: { "before unlink 1": removes(TEMPORARY) }, result: undefined, left: [] },
])("removeTemporary: %o", ({ script, result, left }) => {
  const root = makeTree({ [TEMPORARY]: "x" });
  const calls = dirCalls();
  const dir = calls.openBase(root);
  if (isErrno(dir)) throw new Error(dir.code);
  expect(removeTemporary(scripted(calls, script, root), dir, TEMPORARY)).toBe(result);
  expect(fs.readdirSync(root)).toEqual(left);
  calls.close(dir);
});
