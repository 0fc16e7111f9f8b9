import path from "node:path";
import { describe, expect, test } from "vitest";
import { type FileCalls, nodeFileCalls } from "../../src/fs/file-calls.ts";
import { makeMatchCaches } from "../../src/match/match-caches.ts";
import { type MatchOptions, type Matched, matchGroups } from "../../src/match/match-groups.ts";
import { prefetchFirstBlocks } from "../../src/match/prefetch-first-blocks.ts";
import { shareTable } from "../../src/workers/shared-table.ts";
import { type Task, ThreadState } from "../../src/workers/task.ts";
import type { WorkerPool } from "../../src/workers/worker-pool.ts";
import { flipped, noise } from "../support/contents.ts";
import { type Stages, nameIn, runStages } from "../support/stages.ts";
import { makeTree } from "../support/tree.ts";

const MIB = 1024 * 1024;
const running = (): boolean => false;

const OPTIONS: MatchOptions = {
  hasher: undefined,
  hashSingles: false,
  expectEqual: false,
  findProducers: false,
  all: false,
  kinds: undefined,
  everyAttribute: false,
  checkWriters: true,
  mostHeld: 64 * MIB,
};

/** What happens to the files of these names. */
interface Script {
  /** A program has them open for writing. */
  readonly written?: readonly string[];
  /** A program stores into them just before the check for writers, and does not change their times. */
  readonly stored?: readonly string[];
}

/** Node's calls, which find writers as the script says, and for each file the bytes that were read after that check. */
function watched({ written = [], stored = [] }: Script): {
  calls: FileCalls;
  readAfterCheck: Map<string, Set<number>>;
} {
  const names = new Map<number, string>();
  const checked = new Set<string>();
  const readAfterCheck = new Map<string, Set<number>>();
  const nameOf = (fd: number): string => names.get(fd) ?? "";
  const calls: FileCalls = {
    ...nodeFileCalls,
    open(dir, name) {
      const fd = nodeFileCalls.open(dir, name);
      if (typeof fd === "number") names.set(fd, path.basename(name));
      return fd;
    },
    writerOf(fd) {
      checked.add(nameOf(fd));
      return written.includes(nameOf(fd)) ? "writer" : "free";
    },
    read(fd, buffer, length, position) {
      const read = nodeFileCalls.read(fd, buffer, length, position);
      const name = nameOf(fd);
      if (!checked.has(name) || typeof read !== "number") return read;
      if (stored.includes(name) && position === 0) buffer[0] ^= 1;
      const seen = readAfterCheck.get(name) ?? new Set();
      for (let at = position; at < position + read; at += 1) seen.add(at);
      readAfterCheck.set(name, seen);
      return read;
    },
  };
  return { calls, readAfterCheck };
}

type Match = (stages: Stages, calls: FileCalls) => Promise<Matched>;

function matchIn(options: Partial<MatchOptions>, mostOpen: number): Match {
  return ({ tree, groups }, calls) => {
    const whole = { ...OPTIONS, ...options };
    const caches = { ...makeMatchCaches(tree.files, whole.mostHeld, calls), mostOpen };
    return matchGroups(tree.files, groups, whole, running, calls, caches);
  };
}

/** As one large group, whose first blocks are read before. */
const matchPrefetched: Match = async ({ tree, groups }, calls) => {
  const thread = new ThreadState(new Int32Array(1), () => calls, 1);
  const pool = {
    run: <Input, Output>(task: Task<Input, Output>, input: Input) => task.run(input, thread),
  } as unknown as WorkerPool;
  await shareTable.run(tree.files.shared(), thread);
  const { firstBlockBatches, ...group } = await prefetchFirstBlocks(
    tree.files,
    groups.members,
    OPTIONS,
    pool,
  );
  const matched = await matchGroups(
    tree.files,
    group,
    OPTIONS,
    running,
    calls,
    makeMatchCaches(tree.files, MIB, calls),
  );
  return { ...matched, lost: [...firstBlockBatches.flatMap(({ lost }) => lost), ...matched.lost] };
};

const ways: readonly { readonly by: string; readonly match: Match }[] = [
  { by: "with room for all", match: matchIn({}, 512) },
  { by: "with room for few blocks", match: matchIn({ mostHeld: 0 }, 512) },
  { by: "with room for two open files", match: matchIn({}, 2) },
  { by: "with room for no open file", match: matchIn({}, 0) },
  { by: "with singles hashed", match: matchIn({ hasher: "sha256", hashSingles: true }, 512) },
  { by: "that are expected to be equal", match: matchIn({ expectEqual: true }, 512) },
  {
    by: "that are expected to be equal, with room for no block",
    match: matchIn({ expectEqual: true, mostHeld: 0 }, 0),
  },
  { by: "as a large group", match: matchPrefetched },
];

const trees: readonly { readonly of: string; readonly files: readonly Uint8Array[] }[] = [
  { of: "two equal files", files: [noise(900), noise(900)] },
  { of: "a few files", files: Array.from({ length: 9 }, (_, i) => noise(900, i % 3)) },
  { of: "many files", files: Array.from({ length: 90 }, (_, i) => noise(900, i % 30)) },
  {
    of: "files of several blocks",
    files: Array.from({ length: 8 }, (_, i) => flipped(noise(300_000), 200_000 + (i % 2))),
  },
];

const rootOf = (files: readonly Uint8Array[]): string =>
  makeTree(Object.fromEntries(files.map((content, i) => [`${i}.o`, content])));

const namesIn = (root: string, { tree }: Stages, { members }: Matched): string[] =>
  Array.from(members, (file) => nameIn(root, tree.files, file)).sort();

const lostIn = (root: string, { tree }: Stages, { lost }: Matched): Record<string, string> =>
  Object.fromEntries(lost.map(([file, how]) => [nameIn(root, tree.files, file), how]));

describe.each(ways)("match $by", ({ match }) => {
  test.each(trees)("$of: each byte of a set is read after the check for writers", async (row) => {
    const root = rootOf(row.files);
    const stages = await runStages(root);
    const { calls, readAfterCheck } = watched({});
    const matched = await match(stages, calls);
    const members = namesIn(root, stages, matched);
    expect(members).toHaveLength(row.files.length);
    for (const name of members)
      expect({ name, bytes: readAfterCheck.get(name)?.size }).toEqual({
        name,
        bytes: row.files[0].length,
      });
  });

  test.each([
    { what: "open for writing", script: { written: ["0.o", "4.o"] }, how: "writer" },
    { what: "that were stored into", script: { stored: ["0.o", "4.o"] }, how: "changed" },
  ])("files $what are left alone, and the others are matched", async ({ script, how }) => {
    const root = rootOf(Array.from({ length: 12 }, (_, i) => noise(900, i % 3)));
    const stages = await runStages(root);
    const matched = await match(stages, watched(script).calls);
    const lost = lostIn(root, stages, matched);
    const members = namesIn(root, stages, matched);
    expect(members).toHaveLength(10);
    expect(members).not.toContain("0.o");
    expect(members).not.toContain("4.o");
    // A file that is checked before it is read has the new content, which no other file has.
    expect(Object.values(lost).every((each) => each === how)).toBe(true);
    if (how === "writer") expect(lost).toEqual({ "0.o": how, "4.o": how });
  });
});
