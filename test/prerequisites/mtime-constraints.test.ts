import { afterEach, describe, expect, it, vi } from "vitest";
import { type Options, resolveOptions } from "../../src/commands/options.ts";
import { disk } from "../../src/fs/disk.ts";
import { findMtimeConstraints } from "../../src/prerequisites/mtime-constraints.ts";
import { type BuildFileOptions, openBuildFiles } from "../../src/prerequisites/open-build-files.ts";
import { group } from "../../src/group/group.ts";
import { match } from "../../src/match/match.ts";
import { walk } from "../../src/walk/walk.ts";
import { WorkerPool } from "../../src/workers/worker-pool.ts";
import { type Spec, at, file, makeTree } from "../support/tree.ts";

const object = (seconds: number) => file("\x7fELF equal", { mtime: at(seconds) });
const PAIR: Spec = { "a.o": object(10), "b.o": object(20) };

type TestOptions = Partial<Options & BuildFileOptions>;

function settingsFor(root: string, { onlyClones = false, ...options }: TestOptions) {
  return { ...resolveOptions({ paths: [root], jobs: 1, ...options }), onlyClones };
}

async function boundsIn(
  spec: Spec,
  options: TestOptions = {},
): Promise<{ bounds: Record<string, unknown>; opened: string[]; warnings: unknown[] }> {
  const root = makeTree(spec);
  const settings = settingsFor(root, options);
  const pool = new WorkerPool(1);
  try {
    const tree = await walk(settings, pool);
    const sets = await match(tree.files, group(tree.files), settings, pool);
    const opened: string[] = [];
    const open = disk.openForReading.bind(disk);
    vi.spyOn(disk, "openForReading").mockImplementation((path) => {
      opened.push(path.slice(root.length + 1));
      return open(path);
    });
    const buildFiles = openBuildFiles(tree, settings);
    const { bounds } = await findMtimeConstraints(tree.files, sets, buildFiles, settings, pool);
    const byName = Array.from(bounds, ([name, bound]) => {
      const { newest, after, until, stale } = bound;
      return [
        tree.files.name(name),
        { newest: newest.slice(root.length + 1), after, until, stale },
      ] as const;
    });
    return {
      bounds: Object.fromEntries(byName),
      opened,
      warnings: [...(buildFiles?.warnings.values() ?? [])],
    };
  } finally {
    await pool.close();
  }
}

afterEach(() => vi.restoreAllMocks());

describe("looking up prerequisites", () => {
  it("finds the newest one and its time", async () => {
    const { bounds } = await boundsIn({
      ...PAIR,
      "b.d": "b.o: x.h y.h gone.h\n",
      "x.h": file("", { mtime: at(5) }),
      "y.h": file("", { mtime: at(15) }),
    });
    expect(bounds).toEqual({
      "b.o": { newest: "y.h", after: at(15), until: undefined, stale: false },
    });
  });

  it("recognizes an output that its build remakes anyway", async () => {
    const { bounds } = await boundsIn({
      ...PAIR,
      "b.d": "b.o: x.h\n",
      "x.h": file("", { mtime: at(21) }),
    });
    expect(bounds).toEqual({
      "b.o": { newest: "x.h", after: at(21), until: undefined, stale: true },
    });
  });

  it.each<[string, Spec, TestOptions]>([
    ["there are no build files", PAIR, {}],
    ["no two files are equal", { "a.o": "\x7fELF a", "b.o": "\x7fELF b", "b.d": "b.o: x.h\n" }, {}],
    ["all times are equal", { "a.o": object(1), "b.o": object(1), "b.d": "b.o: x.h\n" }, {}],
    ["only equal times are linked", { ...PAIR, "b.d": "b.o: x.h\n" }, { respectTime: true }],
    ["clones keep their times", { ...PAIR, "b.d": "b.o: x.h\n" }, { onlyClones: true }],
    ["the build files describe other outputs", { ...PAIR, "sub/c.d": "c.o: x.h\n" }, {}],
  ])("opens nothing where %s", async (_, spec, options) => {
    const { bounds, opened } = await boundsIn(spec, options);
    expect(opened).toEqual([]);
    expect(bounds).toEqual({});
  });

  it("does not make an object of gnatmake older than its .ali file", async () => {
    const { bounds } = await boundsIn({ ...PAIR, "b.ali": file("V", { mtime: at(15) }) });
    expect(bounds).toEqual({
      "b.o": { newest: "b.ali", after: at(15), until: undefined, stale: false },
    });
  });

  it("reads a file with many rules once", async () => {
    const { opened } = await boundsIn({
      ...PAIR,
      "c.o": object(30),
      ".depend": "a.o: x.h\nb.o: x.h\nc.o: x.h\n",
    });
    expect(opened).toEqual([".depend"]);
  });

  it("stats a prerequisite once, however many outputs have it", async () => {
    const spy = vi.spyOn(disk, "stat");
    await boundsIn({
      ...PAIR,
      "c.o": object(30),
      ...Object.fromEntries(["a", "b", "c"].map((n) => [`${n}.d`, `${n}.o: x.h\n`])),
      "x.h": "",
    });
    expect(spy.mock.calls.filter(([path]) => path.endsWith("/x.h")).length).toBe(1);
  });

  it("reports a file that cannot be read, and continues", async () => {
    const { warnings, bounds } = await boundsIn({
      ...PAIR,
      ".ninja_log": "nonsense",
      "b.d": "b.o: x.h\n",
      "x.h": "",
    });
    expect(warnings).toEqual([
      expect.objectContaining({
        code: "build-record",
        message: expect.stringContaining("it is not a ninja log"),
      }),
    ]);
    expect(Object.keys(bounds)).toEqual(["b.o"]);
  });

  it("ignores a dependency file of another output", async () => {
    const { bounds } = await boundsIn({
      ...PAIR,
      "b.d": "/elsewhere/b.o: x.h\n",
      "x.h": file("", { mtime: at(15) }),
    });
    expect(bounds).toEqual({});
  });
});
