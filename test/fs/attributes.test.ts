import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { sameAttributes } from "../../src/fs/attributes.ts";
import { native } from "../../src/native/native.ts";
import { hasAttributes, setAttribute } from "../support/attributes.ts";
import { makeTree } from "../support/tree.ts";

describe.skipIf(native() === undefined)("sameAttributes", () => {
  const root = makeTree({ "a.o": "x", "b.o": "x" });
  const same = (): boolean => {
    const [a, b] = ["a.o", "b.o"].map((name) => fs.openSync(`${root}/${name}`, "r"));
    const answer = sameAttributes(a, b, 0o644);
    for (const fd of [a, b]) fs.closeSync(fd);
    return answer;
  };

  test.skipIf(!hasAttributes)("compares names and values", () => {
    expect(same()).toBe(true);
    setAttribute(`${root}/a.o`, "user.x", "1");
    expect(same()).toBe(false);
    setAttribute(`${root}/b.o`, "user.x", "2");
    expect(same()).toBe(false);
    setAttribute(`${root}/b.o`, "user.x", "1");
    expect(same()).toBe(true);
  });

  test("is false if neither can be read", () => {
    expect(sameAttributes(9998, 9999, 0o644)).toBe(false);
  });
});
