import { describe, expect, test } from "vitest";
import { isLoading, makeGuard, mayLoad } from "../../src/workers/native-load-guard.ts";

describe("the native load guard", () => {
  test("a thread that is to be terminated may not load", () => {
    const guard = makeGuard();
    expect(isLoading(guard)).toBe(false);
    expect(mayLoad(guard)).toBe(false);
  });

  test("a thread that has begun to load is waited for", () => {
    const guard = makeGuard();
    expect(mayLoad(guard)).toBe(true);
    expect(isLoading(guard)).toBe(true);
  });
});
