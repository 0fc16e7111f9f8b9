import fs from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dedupe } from "../../src/commands/dedupe.ts";
import { contents } from "../support/snapshot.ts";
import { file, makeTree } from "../support/tree.ts";

const SAME = file("\x7fELF the same content");
const SPEC = {
  "build/a/x.o": SAME,
  "build/b/x.o": SAME,
  "build/b/y.o": file("\x7fELF something else"),
};

/** Recomputes the checksum, as somebody would who forges a state. */
function withChecksum(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  const words = new Uint32Array(copy.buffer, 0, copy.length >> 2);
  let hash = words.length - 1;
  for (let i = 0; i < words.length - 1; i += 1)
    hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ words[i], 0x9e37_79b1);
  words[words.length - 1] = hash;
  return copy;
}

describe("a state that somebody has forged", () => {
  test("loses no content and ends no run, inside or outside of the tree", async () => {
    const root = makeTree({ ...SPEC, "outside.o": "outside", "empty.o": "" });
    const stateFile = `${root}/state`;
    const link = () =>
      dedupe({
        paths: [`${root}/build`],
        action: "hardlink",
        writers: ["*=replace"],
        stateFile,
        jobs: 1,
      });
    await link();
    const real = fs.readFileSync(stateFile);
    fs.rmSync(stateFile);
    const before = contents(root);
    const strangers = [`${root}/outside.o`, `${root}/build/b/y.o`];
    const times = strangers.map((path) => fs.statSync(path, { bigint: true }).ctimeNs);
    const change = fc.tuple(fc.integer({ min: 12, max: real.length - 5 }), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const forged = Buffer.from(real);
        for (const [at, value] of changes) forged[at] = value;
        fs.writeFileSync(stateFile, withChecksum(forged));
        await link();
        fs.rmSync(stateFile, { force: true });
        expect(contents(root)).toEqual(before);
      }),
      { numRuns: 150 },
    );
    expect(strangers.map((path) => fs.statSync(path, { bigint: true }).ctimeNs)).toEqual(times);
  });
});
