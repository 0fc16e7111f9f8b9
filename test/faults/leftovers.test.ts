import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type FileIdentity, PARTIAL } from "../../src/core/temporary-name.ts";
import { makeTemporaryName, ownIdentity } from "../../src/replace/run-identity.ts";
import { cleanUpLeftovers } from "../../src/cleanup/clean-up-leftovers.ts";
import { runStages } from "../support/stages.ts";
import { emptyDir } from "../support/tree.ts";
import { IMPLEMENTATIONS } from "./scene.ts";

const CONTENT = "the content that both have";
const OLD = 1_700_000_000;

/** The run that made a temporary: killed, still alive, on another machine, or its process id is in use again. */
type Maker = "dead" | "alive" | "other-machine" | "reused-pid";

interface Leftover {
  readonly keeper: string;
  readonly name: string;
  readonly temporary: string;
}

let root: string;
beforeEach(() => {
  root = emptyDir();
  for (const name of ["keeper.o", "name.o"]) {
    fs.writeFileSync(path.join(root, name), CONTENT);
    fs.utimesSync(path.join(root, name), OLD, OLD);
  }
});
afterEach(() => {
  vi.useRealTimers();
});

function temporaryOf(maker: Maker, keeper: FileIdentity, target: FileIdentity): string {
  const { place, pid, start } = ownIdentity();
  const own = `.dedupe-${place}-${pid.toString(36)}-${start}-`;
  const dead = spawnSync("true").pid.toString(36);
  const makers: Record<Maker, string> = {
    alive: own,
    dead: `.dedupe-${place}-${dead}-${start}-`,
    "other-machine": `.dedupe-0badcafe-${pid.toString(36)}-${start}-`,
    "reused-pid": `.dedupe-${place}-${pid.toString(36)}-${start}0-`,
  };
  return makeTemporaryName(keeper, target, "name.o").replace(own, makers[maker]);
}

/** Creates the state after the keeper was linked, or after the exchange. */
function leave(state: "linked" | "exchanged", maker: Maker): Leftover {
  const keeper = path.join(root, "keeper.o");
  const name = path.join(root, "name.o");
  const [kept, target] = [keeper, name].map((file) => fs.lstatSync(file, { bigint: true }));
  const temporary = path.join(root, temporaryOf(maker, kept, target));
  if (state === "linked") fs.linkSync(keeper, temporary);
  else {
    fs.renameSync(name, temporary);
    fs.linkSync(keeper, name);
  }
  return { keeper, name, temporary };
}

function contents(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of fs.readdirSync(root).sort()) {
    const file = path.join(root, name);
    found[/^\.dedupe-.{50,}/.test(name) ? "TEMPORARY" : name] = fs.lstatSync(file).isFile()
      ? fs.readFileSync(file, "utf8")
      : "no regular file";
  }
  return found;
}

const BOTH = { "keeper.o": CONTENT, "name.o": CONTENT };
const nothing = (): void => undefined;
const tick = (): void =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 15) as unknown as void;

const rows: readonly {
  readonly left: string;
  readonly state: "linked" | "exchanged";
  readonly maker?: Maker;
  readonly and?: (at: Leftover) => void;
  readonly ends: Record<string, string>;
  readonly hoursLater?: number;
}[] = [
  { left: "a link to the keeper", state: "linked", ends: BOTH },
  {
    left: "a link to the keeper, whose process id is in use again",
    state: "linked",
    maker: "reused-pid",
    ends: BOTH,
  },
  {
    left: "a link to the keeper, of a run that is alive",
    state: "linked",
    maker: "alive",
    ends: { ...BOTH, TEMPORARY: CONTENT },
  },
  {
    left: "a link to the keeper, of another machine",
    state: "linked",
    maker: "other-machine",
    ends: { ...BOTH, TEMPORARY: CONTENT },
  },
  {
    left: "a link to the keeper, of another machine, two hours ago",
    state: "linked",
    maker: "other-machine",
    hoursLater: 2,
    ends: BOTH,
  },
  {
    left: "a link to the keeper, whose other names are gone",
    state: "linked",
    and: ({ keeper }) => fs.rmSync(keeper),
    ends: { "name.o": CONTENT },
  },
  {
    left: "a link to the keeper, whose other names and the target are gone",
    state: "linked",
    and: ({ keeper, name }) => [keeper, name].forEach((file) => fs.rmSync(file)),
    ends: { TEMPORARY: CONTENT },
  },
  { left: "the displaced file", state: "exchanged", ends: BOTH },
  {
    left: "the displaced file, of a run that is alive",
    state: "exchanged",
    maker: "alive",
    ends: { ...BOTH, TEMPORARY: CONTENT },
  },
  {
    left: "a displaced file that a build had just written",
    state: "exchanged",
    and: ({ temporary }) => fs.writeFileSync(temporary, "rebuilt"),
    ends: { ...BOTH, "name.o": "rebuilt" },
  },
  {
    left: "a displaced file with another mode",
    state: "exchanged",
    and: ({ temporary }) => fs.chmodSync(temporary, 0o700),
    ends: BOTH,
  },
  {
    left: "a displaced file whose name was created again after the kill",
    state: "exchanged",
    and: ({ name }) => {
      tick();
      fs.rmSync(name);
      fs.writeFileSync(name, "newer");
    },
    ends: { ...BOTH, "name.o": "newer" },
  },
  {
    left: "a displaced file whose name was written to after the kill",
    state: "exchanged",
    and: ({ name }) => {
      tick();
      fs.writeFileSync(name, "written");
    },
    // The keeper may as well have been written to before the exchange.
    ends: { "keeper.o": "written", "name.o": "written", TEMPORARY: CONTENT },
  },
  {
    left: "a displaced file whose name was removed",
    state: "exchanged",
    and: ({ name }) => fs.rmSync(name),
    ends: { "keeper.o": CONTENT, TEMPORARY: CONTENT },
  },
  {
    left: "a displaced file with another name, whose name was removed",
    state: "exchanged",
    and: ({ name, temporary }) => {
      fs.rmSync(name);
      fs.linkSync(temporary, path.join(root, "other.o"));
    },
    ends: { "keeper.o": CONTENT, "other.o": CONTENT },
  },
  {
    left: "a symbolic link with the name of a temporary",
    state: "linked",
    and: ({ temporary }) => {
      fs.rmSync(temporary);
      fs.symlinkSync("keeper.o", temporary);
    },
    ends: { ...BOTH, TEMPORARY: "no regular file" },
  },
];

describe.each(IMPLEMENTATIONS)("by $by", ({ calls }) => {
  test.each(rows)("$left", async ({ state, maker = "dead", and = nothing, ends, hoursLater }) => {
    const leftover = leave(state, maker);
    and(leftover);
    if (hoursLater !== undefined) vi.setSystemTime(Date.now() + hoursLater * 3_600_000);
    const { tree } = await runStages(root);
    cleanUpLeftovers([leftover.temporary], tree.files, calls);
    expect(contents()).toEqual(ends);
  });

  test("an incomplete copy", async () => {
    const temporary = path.join(root, temporaryOf("dead", PARTIAL, PARTIAL));
    fs.writeFileSync(temporary, "half of th");
    const { tree } = await runStages(root);
    expect(cleanUpLeftovers([temporary], tree.files, calls)).toEqual({ cleaned: 1, kept: [] });
    expect(contents()).toEqual(BOTH);
  });

  test("a displaced file is restored with its inode, mode and time", async () => {
    const { temporary, name } = leave("exchanged", "dead");
    fs.writeFileSync(temporary, "rebuilt", { mode: 0o755 });
    const before = fs.lstatSync(temporary, { bigint: true });
    const { tree } = await runStages(root);
    cleanUpLeftovers([temporary], tree.files, calls);
    const { ino, mode, mtimeNs, nlink } = fs.lstatSync(name, { bigint: true });
    expect({ ino, mode, mtimeNs, nlink }).toEqual({
      ino: before.ino,
      mode: before.mode,
      mtimeNs: before.mtimeNs,
      nlink: 1n,
    });
  });

  test("if a symbolic link replaced the directory, nothing is removed where it leads", async () => {
    fs.mkdirSync(path.join(root, "sub"));
    fs.renameSync(path.join(root, "name.o"), path.join(root, "sub/name.o"));
    const { tree } = await runStages(root);
    const outside = emptyDir();
    fs.renameSync(path.join(root, "sub"), path.join(root, "moved"));
    fs.symlinkSync(outside, path.join(root, "sub"));
    const temporary = temporaryOf("dead", PARTIAL, PARTIAL);
    fs.writeFileSync(path.join(outside, temporary), "of another tree");
    expect(cleanUpLeftovers([path.join(root, "sub", temporary)], tree.files, calls)).toEqual({
      cleaned: 0,
      kept: [],
    });
    expect(fs.readdirSync(outside)).toEqual([temporary]);
  });
});

/** What the temporary is, and what the name leads to. */
const HELD: Readonly<Record<string, (left: Leftover) => void>> = {
  "the keeper": nothing,
  "the compared file": nothing,
  "the compared file, written to": ({ temporary }: Leftover) =>
    fs.writeFileSync(temporary, "rebuilt"),
  "a rebuilt file": ({ temporary }: Leftover) => {
    fs.rmSync(temporary);
    fs.writeFileSync(temporary, "rebuilt");
    fs.utimesSync(temporary, OLD + 1, OLD + 1);
  },
};
const LEADS_TO: typeof HELD = {
  "the keeper": nothing,
  "the keeper, written to": ({ keeper }: Leftover) => fs.writeFileSync(keeper, "written"),
  "an equal file": ({ temporary, name }: Leftover) => {
    const content = fs.readFileSync(temporary);
    fs.rmSync(name);
    fs.writeFileSync(name, content);
  },
  "another file": ({ name }: Leftover) => {
    fs.rmSync(name);
    fs.writeFileSync(name, "newer");
    fs.utimesSync(name, OLD, OLD);
  },
  "no file": ({ name }: Leftover) => fs.rmSync(name),
};
type Fate = "removed" | "restored" | "kept";
/** In the order of `LEADS_TO`. */
const FATES: Readonly<Record<string, readonly Fate[]>> = {
  "the keeper": ["removed", "removed", "removed", "removed", "removed"],
  "the compared file": ["removed", "kept", "removed", "removed", "kept"],
  "the compared file, written to": ["restored", "kept", "removed", "kept", "kept"],
  "a rebuilt file": ["restored", "kept", "removed", "kept", "kept"],
};
const STATES = Object.keys(HELD).flatMap((held) =>
  Object.keys(LEADS_TO).map((leads, i) => ({
    held,
    leads,
    fate: FATES[held][i],
  })),
);

describe.each([
  { dated: "in the past", seconds: OLD },
  { dated: "in 2098", seconds: 4_050_000_000 },
])("files dated $dated: times do not decide", ({ seconds }) => {
  test.each(STATES)("$held, where the name leads to $leads: $fate", async (row) => {
    for (const name of ["keeper.o", "name.o"])
      fs.utimesSync(path.join(root, name), seconds, seconds);
    const at = leave(row.held === "the keeper" ? "linked" : "exchanged", "dead");
    if (row.held === "the keeper") fs.linkSync(at.keeper, path.join(root, "other.o"));
    HELD[row.held](at);
    LEADS_TO[row.leads](at);
    const read = (file: string): string | undefined =>
      fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
    const before = { temporary: read(at.temporary), name: read(at.name) };
    const { tree } = await runStages(root);
    const { cleaned, kept } = cleanUpLeftovers([at.temporary], tree.files);
    const isKept = row.fate === "kept";
    expect({ cleaned, kept: kept.map(({ path: named }) => named) }).toEqual({
      cleaned: isKept ? 0 : 1,
      kept: isKept ? [at.temporary] : [],
    });
    expect({ temporary: read(at.temporary), name: read(at.name) }).toEqual({
      temporary: isKept ? before.temporary : undefined,
      name: row.fate === "restored" ? before.temporary : before.name,
    });
  });
});

test.each([
  ".dedupe-notes.tmp",
  ".dedupe-0-1-2-3-4-5.tmp",
  "x.dedupe-0badcafe-1-1-1-1-1-1-0badcafe-1.tmp",
  ".dedupe-0badcafe-1-1-1-1-1-1-0badcafe-1.tmp.o",
])("a user's file called %s is treated like any other", async (name) => {
  fs.writeFileSync(path.join(root, name), "mine");
  const { tree } = await runStages(root, { all: true, action: "hardlink" });
  expect(tree.temporaries).toEqual([]);
  expect(fs.readFileSync(path.join(root, name), "utf8")).toBe("mine");
});

test("a user's file with the name of a temporary is never removed", async () => {
  const name = ".dedupe-0badcafe-1-1-1-1-1-1-0badcafe-1.tmp";
  fs.writeFileSync(path.join(root, name), "mine");
  vi.setSystemTime(Date.now() + 7_200_000);
  const { tree } = await runStages(root, { action: "hardlink" });
  expect(tree.temporaries).toHaveLength(1);
  expect(contents()).toEqual({ ...BOTH, [name]: "mine" });
});
