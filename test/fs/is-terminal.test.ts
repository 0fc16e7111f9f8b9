import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import { describe, expect, test } from "vitest";
import { isTerminal } from "../../src/fs/is-terminal.ts";

describe("isTerminal", () => {
  test.each([devNull, "/dev/zero", import.meta.filename])("%s is not a terminal", (path) => {
    const descriptor = openSync(path, "r");
    expect(isTerminal(descriptor)).toBe(false);
    closeSync(descriptor);
  });

  test("a closed descriptor is not a terminal", () => {
    expect(isTerminal(9999)).toBe(false);
  });
});
