import { describe, expect, test } from "vitest";
import { kindByName, KINDS } from "../../src/artifacts/kinds.ts";

describe("the table", () => {
  test("leaves room below the reserved ids", () => expect(KINDS.length).toBeLessThan(200));
  test("has unique names", () =>
    expect(new Set(KINDS.map((kind) => kind.name)).size).toBe(KINDS.length));
  test("assigns each ending to one kind", () => {
    const endings = KINDS.flatMap((kind) => kind.endings);
    expect(endings.filter((ending, i) => endings.indexOf(ending) !== i)).toEqual([]);
  });
  test.each(KINDS.map((kind) => [kind.name, kind] as const))("%s is complete", (name, kind) => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(kind.source).not.toBe("");
    expect(kindByName(name)).toBe(KINDS.indexOf(kind));
    if (kind.assumed === "in-place") expect(kind.why).toContain(`--kind ${name}`);
    else expect(kind.why).toBeUndefined();
    if (kind.writers !== "mixed") expect(kind.assumed).toBe(kind.writers);
    else expect(kind.assumed).not.toBe("replace");
  });
  test("has no kind with a name inherited from Object", () =>
    expect(kindByName("constructor")).toBe(-1));
});
