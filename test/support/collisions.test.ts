import load from "xxhash-wasm";
import { expect, test } from "vitest";
import { collidingXxh32, collidingXxh64 } from "./collisions.ts";

/** Other tests rely on these contents. */
test("colliding contents differ and have the same hash", async () => {
  const { h32Raw, h64Raw } = await load();
  const of32 = collidingXxh32(20);
  const of64 = collidingXxh64(20);
  expect(new Set(of32.map((bytes) => h32Raw(bytes))).size).toBe(1);
  expect(new Set(of64.map((bytes) => h64Raw(bytes))).size).toBe(1);
  expect(new Set(of32.map(String)).size).toBe(20);
  expect(new Set(of64.map((bytes) => bytes.toString("hex"))).size).toBe(20);
});
