import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { cSource, STAMP } from "../lib/c-sources.mjs";
import { Contents } from "../lib/contents.mjs";
import { findProgram, inParallel, run } from "../lib/processes.mjs";
import { Random } from "../lib/random.mjs";

/** @typedef {import('../lib/tree-writer.mjs').TreeWriter} TreeWriter */

/** The share of objects that are the same in another project, as vendored code is. */
const SHARED = 0.06;

/** The compiler flags of the variants of each unit. */
const VARIANTS = ["-O0", "-O1", "-O2", "-O3", "-Os"].flatMap((level) =>
  [[], ["-g"], ["-fPIC"], ["-g", "-fPIC"]].map((flags) => [level, ...flags]),
);

/** @param {string[]} flags */
const variantName = (flags) => flags.map((flag) => flag.slice(1)).join("-");

/**
 * Compiles the generated C files in every variant, in a new directory, whose path is not in the objects.
 * @param {TreeWriter} tree
 * @param {string[]} sources
 * @param {string} compiler
 * @returns {Promise<Map<string, Buffer>>} "unit variant" → object
 */
async function compileObjects(tree, sources, compiler) {
  const dir = mkdtempSync(join(tmpdir(), "bench-objects-"));
  const objects = new Map();
  const jobs = [];
  try {
    for (const [unit, source] of sources.entries()) {
      writeFileSync(join(dir, `unit_${unit}.c`), source);
      for (const flags of VARIANTS) jobs.push({ unit, flags });
    }
    for (const flags of VARIANTS) mkdirSync(join(dir, variantName(flags)));
    await inParallel(jobs, async ({ unit, flags }) => {
      const name = variantName(flags);
      const output = join(name, `unit_${unit}.o`);
      const parameters = [
        ...flags,
        `-ffile-prefix-map=${dir}=.`,
        "-c",
        "-o",
        output,
        `unit_${unit}.c`,
      ];
      await run(compiler, parameters, { cwd: dir, signal: tree.signal });
      objects.set(`${unit} ${name}`, readFileSync(join(dir, output)));
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  return objects;
}

/** For machines without a compiler: random bytes after an ELF header. @param {number} units @param {number} seed */
function inventObjects(units, seed) {
  const contents = new Contents(seed);
  const random = new Random(`objects ${seed}`);
  const objects = new Map();
  for (let unit = 0; unit < units; unit++) {
    for (const flags of VARIANTS) {
      const bytes = contents.make("object", random.size(6_000, 250_000), objects.size);
      bytes.write(STAMP, bytes.length >> 1, "latin1");
      objects.set(`${unit} ${variantName(flags)}`, bytes);
    }
  }
  return objects;
}

/**
 * The object of one project: the compiled one with the stamp of the project, and with bytes added at its end. All
 * variants of a unit get the same number of bytes, so that identical variants stay identical.
 * @param {Buffer} object
 * @param {number} project
 * @param {number} padding bytes
 */
function projectCopy(object, project, padding) {
  const copy = Buffer.concat([object, Buffer.alloc(padding, project)]);
  const at = copy.indexOf(STAMP);
  if (at >= 0) copy.write(`project ${project}`.padEnd(STAMP.length), at, "latin1");
  return copy;
}

/** @type {import('./index.mjs').Tree} */
export const objects = {
  name: "objects",
  about: "C objects of many projects in 20 variants (levels × -g × -fPIC), few duplicates",
  sizes: {
    quick: { projects: 50, units: 2, mostFunctions: 60 },
    full: { projects: 140, units: 18, mostFunctions: 300 },
  },
  bytes: 3.6e9,
  goals: [
    { mode: "scan", words: "≤ 0.7 × fastest peer", seconds: ({ peer }) => 0.7 * peer },
    { mode: "link", words: "≤ 0.7 × fastest peer", seconds: ({ peer }) => 0.7 * peer },
  ],
  make: async (tree, { projects, units, mostFunctions }, seed) => {
    const compiler = findProgram("gcc") ?? findProgram("cc");
    if (!compiler)
      tree.notes.push("no C compiler: the objects are random bytes after an ELF header");
    const sources = Array.from({ length: units }, (_, unit) => cSource(seed, unit, mostFunctions));
    const compiled = compiler
      ? await compileObjects(tree, sources, compiler)
      : inventObjects(units, seed);
    for (let project = 0; project < projects; project++) {
      for (let unit = 0; unit < units; unit++) {
        for (const variant of VARIANTS.map(variantName)) {
          const shared = new Random(`shared ${seed} ${project} ${unit} ${variant}`).chance(SHARED);
          const source = shared ? 0 : project;
          const object = /** @type {Buffer} */ (compiled.get(`${unit} ${variant}`));
          const padding =
            8 * new Random(`padding ${seed} ${source} ${unit}`).integer(0, object.length >> 6);
          await tree.write(
            `project_${project}/${variant}/unit_${unit}.o`,
            projectCopy(object, source, padding),
          );
        }
      }
    }
  },
};
