import { describe, expect, test } from "vitest";
import { storePath } from "../../src/store/store-path.ts";

describe("storePath", () => {
  test.each([
    ["/s", { DEDUPE_STORE: "/e" }, "/s"],
    ["s/../t", {}, `${process.cwd()}/t`],
    [undefined, { DEDUPE_STORE: "/e", XDG_CACHE_HOME: "/c", HOME: "/h" }, "/e"],
    [undefined, { DEDUPE_STORE: "", XDG_CACHE_HOME: "/c", HOME: "/h" }, "/c/dedupe/store"],
    [undefined, { XDG_CACHE_HOME: "relative", HOME: "/h" }, "/h/.cache/dedupe/store"],
  ])("%s with %j is %s", (given, env, path) => {
    expect(storePath(given, env)).toBe(path);
  });

  test("an empty name, and none without a home, are mistakes", () => {
    expect(() => storePath("", { HOME: "/h" })).toThrow("--store: the name is empty");
    expect(() => storePath(undefined, {})).toThrow("no home directory");
  });
});
