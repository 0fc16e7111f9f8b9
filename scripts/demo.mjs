/**
 * Demonstrates `dedupe` on a real tree: in a new temporary directory, compiles Python modules at three
 * levels and C files at four, copies the C build as a staging step does, then runs `dedupe` without an
 * action, with --hardlink, and with --hardlink again.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

const DEDUPE = resolve(import.meta.dirname, "../bin/dedupe.js");
const PACKAGES = ["asyncio", "concurrent", "email", "json", "logging", "unittest"];
const LEVELS = ["O0", "O1", "O2", "O3"];

const home = mkdtempSync(join(tmpdir(), "dedupe-demo-"));
const tree = join(home, "tree");
mkdirSync(tree);

say(`A tree of build artifacts in ${home}:`);
const made = [makePython(), makeC()];
if (!made.includes(true)) makeWasm();

const before = digestOf(tree);
say("\nHow large it is, and how much could be saved:");
sizeOfTree();
dedupe("--stats", "tree");
say("\nLink the duplicates:");
dedupe("--hardlink", "tree");
sizeOfTree();
say("\nRun again: nothing is left to do:");
dedupe("--hardlink", "tree");

if (digestOf(tree) !== before)
  throw new Error(`a file in ${tree} has other contents or another mode than before`);
say("\nChecked: every path has the same contents and mode as before.");
say(`The tree is in ${tree}; remove it with: rm -r ${home}`);

/** Compiles some packages of the standard library at the optimization levels 0, 1 and 2. */
function makePython() {
  const python = ["python3", "python"].find((name) =>
    answers(name, ["-c", "import sys; sys.exit(sys.version_info < (3, 5))"]),
  );
  if (python === undefined) return skip("python3 was not found: no Python bytecode");
  const library = execFileSync(
    python,
    ["-c", "import json, os; print(os.path.dirname(os.path.dirname(json.__file__)))"],
    {
      encoding: "utf8",
    },
  ).trim();
  for (const name of PACKAGES) {
    cpSync(join(library, name), join(tree, "python", name), {
      recursive: true,
      filter: (path) => !["__pycache__", "test", "tests"].includes(basename(path)),
    });
  }
  say(`# tree/python: ${PACKAGES.join(", ")}, copied from ${library}`);
  for (const level of ["", "-O", "-OO"]) {
    run(python, [...(level === "" ? [] : [level]), "-m", "compileall", "-q", "tree/python"]);
  }
  return true;
}

/** Compiles small C files at four levels and copies the result. */
function makeC() {
  const cc = ["cc", "gcc", "clang"].find((name) => answers(name, ["--version"]));
  if (cc === undefined) return skip("cc was not found: no C objects");
  const names = Array.from({ length: 12 }, (_, i) => `part${i + 1}`);
  mkdirSync(join(tree, "c/src"), { recursive: true });
  names.forEach((name, i) => writeFileSync(join(tree, `c/src/${name}.c`), sourceOf(name, i)));
  for (const level of LEVELS) {
    mkdirSync(join(tree, "c/build", level), { recursive: true });
    shell(
      `$ for f in tree/c/src/*.c; do ${cc} -${level} -c $f -o tree/c/build/${level}/$(basename $f .c).o; done`,
    );
    for (const name of names) {
      execFileSync(
        cc,
        [`-${level}`, "-c", `tree/c/src/${name}.c`, "-o", `tree/c/build/${level}/${name}.o`],
        { cwd: home },
      );
    }
  }
  shell("$ cp -r tree/c/build tree/c/dist");
  cpSync(join(tree, "c/build"), join(tree, "c/dist"), { recursive: true });
  return true;
}

/** Every third file has a loop that -O3 unrolls; the others compile to the same code at -O2 and -O3. */
function sourceOf(name, i) {
  const loop = `int ${name}_sum(const int *v, int n) { int s = 0; for (int i = 0; i < n; i++) s += v[i] * ${i + 3}; return s; }\n`;
  return `/* ${name} */
static const char text[] = "${name} of the demo";
const char *${name}_text(void) { return text; }
int ${name}_clamp(int x) { return x < ${i} ? ${i} : x > ${100 + i} ? ${100 + i} : x; }
${i % 3 === 0 ? loop : ""}`;
}

/** For systems without any compiler: modules that export one constant, in a debug and a release build. */
function makeWasm() {
  say("# no compiler: a few handwritten WebAssembly modules instead");
  for (const dir of ["debug", "release"]) {
    mkdirSync(join(tree, dir));
    for (let i = 0; i < 8; i += 1) {
      const constant = i.toString(16).padStart(2, "0");
      const module = `0061736d 01000000 0606017f0041${constant}0b 0705010178 0300`.replaceAll(
        " ",
        "",
      );
      writeFileSync(join(tree, dir, `module${i}.wasm`), Buffer.from(module, "hex"));
    }
  }
}

function sizeOfTree() {
  if (answers("du", ["-s", tree])) run("du", ["-sh", "tree"]);
}

function dedupe(...words) {
  shell(`$ dedupe ${words.join(" ")}`);
  execFileSync(process.execPath, [DEDUPE, ...words], { cwd: home, stdio: "inherit" });
}

function run(command, words) {
  shell(`$ ${[command, ...words].join(" ")}`);
  execFileSync(command, words, { cwd: home, stdio: "inherit" });
}

function answers(command, words) {
  return spawnSync(command, words, { stdio: "ignore" }).status === 0;
}

function skip(why) {
  say(`# ${why}`);
  return false;
}

/** A hash over the paths, modes and contents of a tree. */
function digestOf(dir) {
  const hash = createHash("sha256");
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true }).sort(byPath)) {
    const path = join(entry.parentPath, entry.name);
    hash.update(`${path}\0${statSync(path).mode}\0`);
    if (entry.isFile()) hash.update(readFileSync(path));
  }
  return hash.digest("hex");
}

function byPath(a, b) {
  return join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1;
}

function shell(line) {
  say(process.stdout.isTTY ? `\x1b[2m${line}\x1b[0m` : line);
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
