import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

import { findProgram, run, runSync } from "../lib/processes.mjs";

/** The modification time of every source, which the bytecode header records, in seconds since 1970. */
const SOURCE_TIME = 1_700_000_000;

/** The files below a directory whose names have this ending, sorted. @param {string} dir @param {string} ending @returns {string[]} */
function filesBelow(dir, ending) {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .toSorted();
}

/** Modules of the standard library, without the tests of invalid syntax, then those of installed packages. @param {string} library */
function modules(library) {
  const all = filesBelow(library, ".py").filter(
    (path) => !/bad_?syntax|badcert|lib2to3\/tests/i.test(path),
  );
  const installed = all.filter((path) => path.includes("site-packages"));
  return [...all.filter((path) => !path.includes("site-packages")), ...installed];
}

/** @type {import('./index.mjs').Tree} */
export const python = {
  name: "python",
  about:
    "the installed Python’s library, compiled at levels 0, 1 and 2; bytecode only, as in compiled-only installations",
  sizes: { quick: { modules: 200 }, full: { modules: 2_600 } },
  bytes: 300e6,
  goals: [
    {
      mode: "link",
      words: "≤ node -e 0 + 1.0 × fastest peer",
      seconds: ({ node, peer }) => node + peer,
    },
  ],
  make: async (tree, { modules: count }) => {
    const python3 = findProgram("python3");
    if (!python3) throw new Error("no python3 found");
    const library = runSync(python3, [
      "-c",
      'import sysconfig; print(sysconfig.get_path("stdlib"))',
    ]).output;
    const work = mkdtempSync(join(tmpdir(), "bench-python-"));
    try {
      for (const path of modules(library).slice(0, count)) {
        mkdirSync(join(work, dirname(path)), { recursive: true });
        copyFileSync(join(library, path), join(work, path));
        utimesSync(join(work, path), SOURCE_TIME, SOURCE_TIME);
      }
      const levels = "-o 0 -o 1 -o 2 -j 0".split(" ");
      const names = ["-s", work, "-p", "/usr/lib/python3"]; // the source directory that the bytecode records
      // compileall exits with 1 if a module does not compile, but has compiled the others.
      await run(python3, ["-m", "compileall", "-qq", "-f", ...levels, ...names, work], {
        signal: tree.signal,
      }).catch(() => {
        tree.signal.throwIfAborted();
        tree.notes.push("modules that do not compile are omitted");
      });
      for (const path of filesBelow(work, ".pyc"))
        await tree.write(path, readFileSync(join(work, path)));
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  },
};
