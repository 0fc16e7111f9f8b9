import { describe, expect, test } from "vitest";
import { CONTENT, Scene, IMPLEMENTATIONS } from "./scene.ts";

/** The errnos with which the calls of a replacement may fail. */
const ERRNOS = [
  "EMLINK",
  "ERANGE",
  "EXDEV",
  "EPERM",
  "EACCES",
  "EROFS",
  "ENOSPC",
  "EDQUOT",
  "EIO",
  "ENAMETOOLONG",
  "EEXIST",
  "ENOENT",
  "ENOTDIR",
  "ELOOP",
  "ESTALE",
  "EINVAL",
  "ENOSYS",
  "EBUSY",
  "EMFILE",
  "ENOMEM",
] as const;
type Code = (typeof ERRNOS)[number];

const GONE: Partial<Record<Code, string>> = {
  ENOENT: "vanished",
  ENOTDIR: "changed",
  ELOOP: "changed",
  ESTALE: "changed",
};
const KEEPER_GONE: Partial<Record<Code, string>> = {
  ENOENT: "keeper-lost",
  ENOTDIR: "keeper-lost",
  ELOOP: "keeper-lost",
  ESTALE: "keeper-lost",
};
const FULL: Partial<Record<Code, string>> = { EMLINK: "keeper-full", ERANGE: "keeper-full" };
const RENAMED: Partial<Record<Code, string>> = { EINVAL: "replaced", ENOSYS: "replaced" };

/** The outcome by the errno of a call; `other` for all errnos that are not listed. */
const BRANCHES: Readonly<
  Record<string, { readonly branches: Partial<Record<Code, string>>; readonly other: string }>
> = {
  "stat of the keeper": { branches: KEEPER_GONE, other: "keeper-refused" },
  "link of the keeper": {
    branches: {
      ...GONE,
      ...FULL,
      EXDEV: "other-mount",
      EEXIST: "replaced",
      EPERM: "keeper-refused",
      EACCES: "keeper-refused",
    },
    other: "failed",
  },
  "stat of the link": { branches: GONE, other: "failed" },
  "stat of the target": { branches: GONE, other: "failed" },
  exchange: { branches: { ...GONE, ...FULL, ...RENAMED }, other: "failed" },
  "rename of the link": { branches: { ...GONE, ...FULL }, other: "failed" },
  // Called twice. Without the file there is nothing to restore.
  "stat of the displaced file": { branches: { ENOENT: "vanished" }, other: "replaced" },
  "stat of the keeper in its new place": { branches: {}, other: "replaced" },
  "stat of the temporary": { branches: {}, other: "replaced" },
  "unlink of the displaced file": { branches: {}, other: "replaced" },
};

/** The calls of a replacement in order. */
const BY_EXCHANGE: Readonly<Record<string, keyof typeof BRANCHES>> = {
  "stat 1": "stat of the keeper",
  "link 1": "link of the keeper",
  "stat 2": "stat of the link",
  "stat 3": "stat of the target",
  "exchange 1": "exchange",
  "stat 4": "stat of the displaced file",
  "stat 5": "stat of the keeper in its new place",
  "unlink 1": "unlink of the displaced file",
};
const BY_RENAME: Readonly<Record<string, keyof typeof BRANCHES>> = {
  "stat 1": "stat of the keeper",
  "link 1": "link of the keeper",
  "stat 2": "stat of the link",
  "stat 3": "stat of the target",
  "rename 1": "rename of the link",
  "stat 4": "stat of the temporary",
};

describe.each(IMPLEMENTATIONS)("by $by", ({ calls }) => {
  const order = calls.exchange === undefined ? BY_RENAME : BY_EXCHANGE;

  test("the calls of a replacement", () => {
    const made: string[] = [];
    expect(new Scene().replace(calls, {}, made).type).toBe("replaced");
    expect(made.filter((call) => !call.startsWith("writerOf"))).toEqual(Object.keys(order));
  });

  describe.each(Object.entries(order))("%s: %s", (call, what) => {
    test.each(ERRNOS)("%s once", (errno) => {
      const scene = new Scene();
      const { branches, other } = BRANCHES[what];
      const outcome = scene.replace(calls, { [`at ${call}`]: () => errno });
      expect(outcome.type).toBe(branches[errno] ?? other);
      const isLinked = outcome.type === "replaced" || /stat 4/.test(call);
      const link = isLinked ? `-> ${CONTENT}` : CONTENT;
      // If a call reports that the displaced file is gone, it is not called again.
      const left =
        /stat 4|unlink 1/.test(call) && errno === "ENOENT" && calls.exchange !== undefined;
      const temporary = left ? { TEMPORARY: CONTENT } : {};
      expect(scene.contents()).toEqual({ "keeper.o": CONTENT, "target.o": link, ...temporary });
    });

    test.each(ERRNOS)(
      "%s from then on: no content is lost, and the outcome names what is left",
      (errno) => {
        const scene = new Scene();
        const outcome = scene.replace(calls, { [`at ${call}+`]: () => errno });
        const { TEMPORARY, ...names } = scene.contents();
        expect(
          Object.fromEntries(
            Object.entries(names).map(([name, content]) => [name, content.replace("-> ", "")]),
          ),
        ).toEqual({
          "keeper.o": CONTENT,
          "target.o": CONTENT,
        });
        if (TEMPORARY !== undefined && errno !== "ENOENT")
          expect(outcome).toMatchObject({
            type: "failed",
            left: expect.stringMatching(/^\.dedupe-/),
          });
      },
    );
  });

  // Whether the file has a writer is unknown then, so it must not be replaced.
  describe.skipIf(calls.exchange === undefined)("the limit of open files is reached", () => {
    test.each([
      ["EMFILE", 1, "of the keeper"],
      ["ENFILE", 1, "of the keeper"],
      ["EMFILE", 2, "of the displaced file, which is restored"],
      ["ENFILE", 2, "of the displaced file, which is restored"],
    ])("%s at check %i for writers, %s", (code, check) => {
      const scene = new Scene();
      const outcome = scene.replace(calls, { [`at writerOf ${check}`]: () => code });
      expect(outcome).toEqual({ type: "failed", code });
      expect(scene.contents()).toEqual({ "keeper.o": CONTENT, "target.o": CONTENT });
    });
  });

  test("fails if every temporary name exists", () => {
    expect(new Scene().replace(calls, { "at link 1+": () => "EEXIST" })).toEqual({
      type: "failed",
      code: "EEXIST",
    });
  });

  test("fails without blaming the keeper if the target cannot be linked either", () => {
    expect(new Scene().replace(calls, { "at link 1+": () => "EPERM" })).toEqual({
      type: "failed",
      code: "EPERM",
    });
  });

  test("reports a keeper that is gone", () => {
    expect(
      new Scene().replace(calls, { "at link 1": () => "ENOENT", "at stat 2": () => "ENOENT" }),
    ).toMatchObject({
      type: "keeper-lost",
      how: "vanished",
    });
  });
});
