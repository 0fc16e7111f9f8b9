import load from "xxhash-wasm";
import { expect, test } from "vitest";
import { collidingXxh32, collidingXxh64 } from "../support/collisions.ts";

/** That the contents which other tests rely on do collide. */
test("the contents made to collide have one hash and are different", async () => {
  const { h32Raw, h64Raw } = await load();
  const of32 = collidingXxh32(20);
  const of64 = collidingXxh64(20);
  expect(new Set(of32.map((bytes) => h32Raw(bytes))).size).toBe(1);
  expect(new Set(of64.map((bytes) => h64Raw(bytes))).size).toBe(1);
  expect(new Set(of32.map(String)).size).toBe(20);
  expect(new Set(of64.map((bytes) => bytes.toString("hex"))).size).toBe(20);
});
