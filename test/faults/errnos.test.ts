import { describe, expect, test } from "vitest";
import { CONTENT, Scene, IMPLEMENTATIONS } from "./scene.ts";

/** Every errno that the calls of a replacement can give. */
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

/** What comes of the errnos of one call; `other` of those that are not named. */
const BRANCHES: Readonly<
  Record<string, { readonly branches: Partial<Record<Code, string>>; readonly other: string }>
> = {
  "the keeper is looked at": { branches: KEEPER_GONE, other: "keeper-refused" },
  "the keeper is linked": {
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
  "the link is looked at": { branches: GONE, other: "failed" },
  "the name is looked at": { branches: GONE, other: "failed" },
  "the two are exchanged": { branches: { ...GONE, ...FULL, ...RENAMED }, other: "failed" },
  "the link is renamed": { branches: { ...GONE, ...FULL }, other: "failed" },
  // Tried twice; without the file there is nothing to be put back.
  "the displaced file is looked at": { branches: { ENOENT: "vanished" }, other: "replaced" },
  "the keeper in its new place is looked at": { branches: {}, other: "replaced" },
  "the temporary is looked for": { branches: {}, other: "replaced" },
  "the displaced file is removed": { branches: {}, other: "replaced" },
};

/** The calls of one replacement in their order. */
const BY_EXCHANGE: Readonly<Record<string, keyof typeof BRANCHES>> = {
  "stat 1": "the keeper is looked at",
  "link 1": "the keeper is linked",
  "stat 2": "the link is looked at",
  "stat 3": "the name is looked at",
  "exchange 1": "the two are exchanged",
  "stat 4": "the displaced file is looked at",
  "stat 5": "the keeper in its new place is looked at",
  "unlink 1": "the displaced file is removed",
};
const BY_RENAME: Readonly<Record<string, keyof typeof BRANCHES>> = {
  "stat 1": "the keeper is looked at",
  "link 1": "the keeper is linked",
  "stat 2": "the link is looked at",
  "stat 3": "the name is looked at",
  "rename 1": "the link is renamed",
  "stat 4": "the temporary is looked for",
};

describe.each(IMPLEMENTATIONS)("by $by", ({ calls }) => {
  const order = calls.exchange === undefined ? BY_RENAME : BY_EXCHANGE;

  test("the calls of one replacement", () => {
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
      // Where the system says that the displaced file is gone it is believed.
      const left =
        /stat 4|unlink 1/.test(call) && errno === "ENOENT" && calls.exchange !== undefined;
      const temporary = left ? { TEMPORARY: CONTENT } : {};
      expect(scene.contents()).toEqual({ "keeper.o": CONTENT, "target.o": link, ...temporary });
    });

    test.each(ERRNOS)("%s from then on: no content is lost, what is left is named", (errno) => {
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
    });
  });

  // Nothing was learnt of writers then: a file that somebody writes to must not be taken for free.
  describe.skipIf(calls.exchange === undefined)("no more files may be open", () => {
    test.each([
      ["EMFILE", 1, "of the keeper"],
      ["ENFILE", 1, "of the keeper"],
      ["EMFILE", 2, "of the displaced file, which comes back"],
      ["ENFILE", 2, "of the displaced file, which comes back"],
    ])("%s at look %i for writers, that %s", (code, look) => {
      const scene = new Scene();
      const outcome = scene.replace(calls, { [`at writerOf ${look}`]: () => code });
      expect(outcome).toEqual({ type: "failed", code });
      expect(scene.contents()).toEqual({ "keeper.o": CONTENT, "target.o": CONTENT });
    });
  });

  test("a name that is taken again and again is a failure in the end", () => {
    expect(new Scene().replace(calls, { "at link 1+": () => "EEXIST" })).toEqual({
      type: "failed",
      code: "EEXIST",
    });
  });

  test("where the name's own file cannot be linked either, it is not the keeper's fault", () => {
    expect(new Scene().replace(calls, { "at link 1+": () => "EPERM" })).toEqual({
      type: "failed",
      code: "EPERM",
    });
  });

  test("a keeper that is gone is not the name's fault", () => {
    expect(
      new Scene().replace(calls, { "at link 1": () => "ENOENT", "at stat 2": () => "ENOENT" }),
    ).toMatchObject({
      type: "keeper-lost",
      how: "vanished",
    });
  });
});
