import path from "node:path";
import { describe, expect, test } from "vitest";
import { errno } from "../../src/core/result.ts";
import { type FileCalls, nodeFileCalls } from "../../src/fs/file-calls.ts";
import { makeMatchCaches } from "../../src/match/match-caches.ts";
import { type MatchOptions, type Matched, matchGroups } from "../../src/match/match-groups.ts";
import { producerOf } from "../../src/writers/producers.ts";
import { beam, elf } from "../support/contents.ts";
import { type Stages, nameIn, runStages } from "../support/stages.ts";
import { makeTree } from "../support/tree.ts";

const OPTIONS: MatchOptions = {
  hasher: undefined,
  hashSingles: false,
  expectEqual: false,
  findProducers: true,
  all: false,
  kinds: undefined,
  everyAttribute: false,
  checkWriters: false,
  mostHeld: 64 * 1024 * 1024,
};
const GCC = "GCC: (Debian 12.2.0-14) 12.2.0";
const COPIES = ["a", "b", "c"];

const object = (size: number): Buffer => elf("object", "x".repeat(size), { comments: [GCC] });

async function matchCopies(
  content: Uint8Array,
  ending: string,
  options: Partial<MatchOptions> = {},
  calls: FileCalls = nodeFileCalls,
): Promise<{ stages: Stages; matched: Matched; names: string[] }> {
  const root = makeTree(Object.fromEntries(COPIES.map((name) => [`${name}.${ending}`, content])));
  const stages = await runStages(root);
  const { files } = stages.tree;
  const whole = { ...OPTIONS, ...options };
  const caches = makeMatchCaches(files, whole.mostHeld, calls);
  const matched = await matchGroups(files, stages.groups, whole, () => false, calls, caches);
  const names = Array.from(matched.members, (file) => nameIn(root, files, file)).sort();
  return { stages, matched, names };
}

describe("the producer of equal files", () => {
  test.each([
    { what: "an object of one block", content: object(100), again: 0 },
    { what: "an object of two blocks", content: object(30_000), again: 0 },
    { what: "a module of one block", content: beam("/x.erl"), ending: "beam", again: 0 },
    { what: "an object of four blocks", content: object(700_000), again: 0 },
    // The table of sections begins in the block before the last.
    { what: "an object of a block and a bit", content: object(4096 - 200), again: 16_384 },
    { what: "an object of two blocks and a bit", content: object(131_072 - 200), again: 16_384 },
  ])("$what: $again bytes are read again at most", async ({ content, ending = "o", again }) => {
    const { matched } = await matchCopies(content, ending);
    const kind = ending === "o" ? "object" : "beam";
    expect(producerOf(matched.producers[0], kind, "")?.effect).toBe("replace");
    const least = COPIES.length * content.length;
    expect(matched.bytesRead).toBeGreaterThanOrEqual(least);
    expect(matched.bytesRead).toBeLessThanOrEqual(least + again);
  });

  test("is found if no block was kept", async () => {
    const { matched } = await matchCopies(object(30_000), "o", { mostHeld: 0 });
    expect(producerOf(matched.producers[0], "object", "")?.command).toBe("gcc");
  });

  test("is not looked for unless asked for", async () => {
    const { matched } = await matchCopies(object(100), "o", { findProducers: false });
    expect([...matched.producers]).toEqual([0]);
  });

  test.each([
    { code: "EIO", problems: ["EIO"], lost: [] },
    { code: "ENOENT", problems: [], lost: ["vanished"] },
  ])("a file that cannot be read again with $code is left out", async ({ code, ...expected }) => {
    const size = 131_072 - 200;
    const names = new Map<number, string>();
    const calls: FileCalls = {
      ...nodeFileCalls,
      open(dir, name) {
        const fd = nodeFileCalls.open(dir, name);
        if (typeof fd === "number") names.set(fd, path.basename(name));
        return fd;
      },
      read(fd, buffer, length, position) {
        const isAgain = position > 4096 && position < 131_072;
        if (isAgain && names.get(fd) === "a.o") return errno(code);
        return nodeFileCalls.read(fd, buffer, length, position);
      },
    };
    const { matched, names: members } = await matchCopies(object(size), "o", {}, calls);
    expect(members).toEqual(["b.o", "c.o"]);
    expect(producerOf(matched.producers[0], "object", "")?.command).toBe("gcc");
    expect(matched.problems.map((problem) => problem.code)).toEqual(expected.problems);
    expect(matched.lost.map(([, how]) => how)).toEqual(expected.lost);
  });
});
