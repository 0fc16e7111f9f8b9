import { expect, test } from "vitest";
import { fnv1a } from "../../src/core/fnv1a.ts";

/** Values from http://www.isthe.com/chongo/src/fnv/test_fnv.c. */
test.each([
  ["", 0x811c9dc5],
  ["a", 0xe40c292c],
  ["foobar", 0xbf9cf968],
  ["b", 0xe70c2de5],
])("%j", (bytes, hash) => expect(fnv1a(bytes)).toBe(hash));

test("in pieces", () => expect(fnv1a("bar", fnv1a("foo"))).toBe(fnv1a("foobar")));
