import { describe, expect, test } from "vitest";
import { type Options, resolveOptions } from "../../src/commands/options.ts";

const paths = ["build"];

test("everything but the paths has a default", () => {
  expect(resolveOptions({ paths })).toMatchObject({
    paths: ["build"],
    action: "none",
    dryRun: false,
    all: false,
    kinds: undefined,
    minSize: 1,
    maxSize: Number.POSITIVE_INFINITY,
    variants: undefined,
    scope: "tree",
    respectTime: false,
    maxLinks: Number.POSITIVE_INFINITY,
    newestTime: false,
  });
  expect(resolveOptions({ paths }).jobs).toBeGreaterThan(0);
});

test("the settings cannot be changed", () => {
  expect(Object.isFrozen(resolveOptions({ paths }))).toBe(true);
});

test.each<{ options: Partial<Options>; settings: object }>([
  { options: { paths: [Buffer.from([0xff, 0x2f])] }, settings: { paths: ["\xff/"] } },
  { options: { paths: ["ä"] }, settings: { paths: ["\xc3\xa4"] } },
  { options: { minSize: 0 }, settings: { minSize: 1 } },
  { options: { minSize: 4096, maxSize: 8192 }, settings: { minSize: 4096, maxSize: 8192 } },
  { options: { mtime: "newest" }, settings: { newestTime: true, respectTime: false } },
  { options: { mtime: "equal" }, settings: { newestTime: false, respectTime: true } },
  { options: { jobs: 1000 }, settings: { jobs: 64 } },
  { options: { kinds: [] }, settings: { kinds: undefined } },
  { options: { variants: [] }, settings: { variants: undefined } },
  { options: { variants: ["0", "1", "0"] }, settings: { variants: new Set(["0", "1"]) } },
])("$options means $settings", ({ options, settings }) => {
  expect(resolveOptions({ paths, ...options })).toMatchObject(settings);
});

describe("mistakes name the option", () => {
  test.each<{ options: Partial<Options>; says: RegExp }>([
    { options: { kinds: ["objects"] }, says: /'objects'/ },
    { options: { variants: ["0"] }, says: /only one variant.*0/ },
    { options: { jobs: 0 }, says: /jobs/ },
    { options: { maxLinks: 1 }, says: /maxLinks/ },
    { options: { maxLinks: Number.POSITIVE_INFINITY }, says: /maxLinks/ },
    { options: { minSize: 1.5 }, says: /minSize/ },
    { options: { maxSize: -1 }, says: /maxSize/ },
  ])("$options", ({ options, says }) => {
    expect(() => resolveOptions({ paths, ...options })).toThrow(says);
  });
});
