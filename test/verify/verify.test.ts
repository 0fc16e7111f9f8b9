import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { apply } from "../../src/apply/apply.ts";
import { initialOutcomes } from "../../src/core/model.ts";
import { type Verified, verifyAfter, verifyBefore } from "../../src/verify/verify.ts";
import { linked } from "../support/snapshot.ts";
import { type Stages, runStages, verdictsOf } from "../support/stages.ts";
import { type Spec, at, emptyDir, file, makeTree } from "../support/tree.ts";

/** Files a.o to h.o, which are equal and one second apart. */
const EIGHT: Spec = Object.fromEntries(
  Array.from("abcdefgh", (name, i) => [`${name}.o`, file("same", { mtime: at(i) })]),
);

interface Scene extends Stages {
  readonly root: string;
  /** Links the tree, and runs `verifyAfter` with a command in which `$T` is the tree. */
  readonly verify: (command: string, signal?: AbortSignal) => Promise<Verified>;
}

async function scene(spec: Spec = EIGHT): Promise<Scene> {
  const root = makeTree(spec);
  const stages = await runStages(root, { action: "hardlink" });
  const { plan, pool } = stages;
  const { files } = stages.tree;
  const verify = async (command: string, signal?: AbortSignal): Promise<Verified> => {
    const outcomes = await apply(files, plan, pool);
    const options = { verify: command.replaceAll("$T", root), changesDisk: true };
    return verifyAfter({ files, plan, outcomes }, options, signal);
  };
  return { ...stages, root, verify };
}

/** A command that reports work while one of these files is linked to a.o. */
function worksIfLinked(...names: string[]): string {
  const tests = names.map((name) => `[ $T/${name} -ef $T/a.o ]`);
  return `! { ${tests.join(" || ")}; }`;
}

describe("after linking", () => {
  test("nothing is reverted if the command reports no work", async () => {
    const { root, verify } = await scene();
    const { verification } = await verify("true");
    expect(verification).toMatchObject({ quiet: true, runs: 2, reverted: [], rebuilt: [] });
    expect(linked(root)[0]).toHaveLength(8);
  });

  test.each([
    { culprits: ["h.o"], most: 8 },
    { culprits: ["b.o"], most: 12 },
    { culprits: ["c.o", "f.o"], most: 16 },
    { culprits: ["b.o", "c.o", "d.o", "e.o", "f.o", "g.o", "h.o"], most: 24 },
  ])("only the links that cause work are reverted: $culprits", async ({ culprits, most }) => {
    const { root, tree, plan, verify } = await scene();
    const command = worksIfLinked(...culprits);
    const { outcomes, verification } = await verify(command);
    expect(verification).toMatchObject({
      quiet: true,
      reverted: culprits.map((name) => `${root}/${name}`),
      rebuilt: [],
    });
    expect(verification?.runs).toBeLessThanOrEqual(most);
    const rest = Object.keys(EIGHT).filter((name) => !culprits.includes(name));
    expect(linked(root)).toEqual(rest.length > 1 ? [rest] : []);
    const verdicts = verdictsOf(root, tree.files, plan, outcomes);
    for (const name of rest.slice(1)) expect(verdicts[name]).toBe("-> a.o");
    for (const name of culprits) expect(verdicts[name]).toBe("would-rebuild");
    expect([...outcomes.details.values()]).toEqual(
      culprits.map(
        () => `reverted: while it was linked, '${command.replaceAll("$T", root)}' reported work`,
      ),
    );
    for (const name of culprits) {
      const { mtimeNs } = fs.statSync(`${root}/${name}`, { bigint: true });
      expect(mtimeNs).toBe(at(Object.keys(EIGHT).indexOf(name)));
    }
  });

  test("a file that the output names is reverted first", async () => {
    const { verify } = await scene();
    const { verification } = await verify(
      `${worksIfLinked("c.o")} || { echo "stale: c.o"; exit 1; }`,
    );
    expect(verification).toMatchObject({ quiet: true, runs: 3 });
    expect(verification?.reverted).toHaveLength(1);
  });

  test("all are reverted if the command always reports work", async () => {
    const { root, verify } = await scene();
    const { verification } = await verify("exit 1");
    expect(verification?.quiet).toBe(false);
    expect(verification?.reverted).toHaveLength(7);
    expect(linked(root)).toEqual([]);
  });

  test("a file that the command has rebuilt is left as it is", async () => {
    const { root, tree, plan, verify } = await scene();
    const command = "cp $T/a.o $T/new && mv $T/new $T/c.o";
    const { outcomes, verification } = await verify(command);
    expect(verification).toMatchObject({ quiet: true, reverted: [], rebuilt: [`${root}/c.o`] });
    expect(verdictsOf(root, tree.files, plan, outcomes)["c.o"]).toBe("changed");
    expect([...outcomes.details.values()]).toEqual([
      `'${command.replaceAll("$T", root)}' has rebuilt it`,
    ]);
  });

  test("links of files with equal times are no suspects", async () => {
    const { root, verify } = await scene({ "a.o": "same", "b.o": "same" });
    const { verification } = await verify("exit 1");
    expect(verification).toMatchObject({ quiet: false, reverted: [] });
    expect(linked(root)).toEqual([["a.o", "b.o"]]);
  });

  test("the search ends when the run is stopped", async () => {
    const { root, verify } = await scene();
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 300);
    const { outcomes, verification } = await verify("sleep 30", abort.signal);
    expect(verification?.quiet).toBeUndefined();
    expect(outcomes.interrupted).toBe(true);
    expect(linked(root)[0]).toHaveLength(8);
  });

  test.each([
    { verify: undefined, changesDisk: true },
    { verify: "exit 1", changesDisk: false },
  ])("nothing is verified with %o", async (options) => {
    const { tree, plan } = await scene();
    const outcomes = initialOutcomes(plan, false);
    const verified = await verifyAfter({ files: tree.files, plan, outcomes }, options);
    expect(verified).toEqual({ outcomes, verification: undefined });
  });
});

describe("before linking", () => {
  const changesDisk = true;

  test.each([
    { verify: "true", changesDisk },
    { verify: undefined, changesDisk },
    { verify: "exit 1", changesDisk: false },
  ])("the run goes on with %o", async (options) => {
    await expect(verifyBefore(options)).resolves.toBeUndefined();
  });

  test.each([
    { verify: "echo because; exit 1", code: "unfinished-build", message: /exit code 1: because/ },
    {
      verify: "make() { echo gcc -c a.c; }; make",
      code: "unfinished-build",
      message: /gcc -c a\.c/,
    },
    { verify: "no-such-command-here", code: "bad-option", message: /cannot be run/ },
    { verify: emptyDir(), code: "bad-option", message: /cannot be run/ },
  ])("the run ends with $code if the command is '$verify'", async ({ verify, code, message }) => {
    await expect(verifyBefore({ verify, changesDisk })).rejects.toMatchObject({
      name: "DedupeError",
      code,
      message: expect.stringMatching(message),
    });
  });

  test("a stopped run is no unfinished build", async () => {
    const options = { verify: "exit 1", changesDisk };
    await expect(verifyBefore(options, AbortSignal.abort())).resolves.toBeUndefined();
  });
});
