/**
 * Shows the main job on a real tree: compiles Python at three levels and C at four in a new temporary
 * directory, copies the C build as a staging step does, and lets dedupe look, link, and look again.
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
say("\nWhat it takes, and what could be saved:");
sizeOfTree();
dedupe("tree");
say("\nDo it:");
dedupe("--hardlink", "tree");
sizeOfTree();
say("\nOnce more: nothing is left to do:");
dedupe("--hardlink", "tree");

if (digestOf(tree) !== before) throw new Error(`a file in ${tree} does not read as it did before`);
say("\nEvery path has the bytes and the mode that it had before (checked).");
say(`The tree is in ${tree}; remove it with: rm -r ${home}`);

/** Some packages of the standard library, compiled at the levels 0, 1 and 2. */
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

/** Small C files compiled at four levels, and a staged copy of the result. */
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

/** Some files have loops that O3 unrolls, most have none: their code is the same at O2 and O3. */
function sourceOf(name, i) {
  const loop = `int ${name}_sum(const int *v, int n) { int s = 0; for (int i = 0; i < n; i++) s += v[i] * ${i + 3}; return s; }\n`;
  return `/* ${name} */
static const char text[] = "${name} of the demo";
const char *${name}_text(void) { return text; }
int ${name}_clamp(int x) { return x < ${i} ? ${i} : x > ${100 + i} ? ${100 + i} : x; }
${i % 3 === 0 ? loop : ""}`;
}

/** Where there is no compiler at all: modules that export one constant, as a release and a debug build. */
function makeWasm() {
  say("# a few WebAssembly modules instead, made by hand");
  for (const dir of ["debug", "release"]) {
    mkdirSync(join(tree, dir));
    for (let i = 0; i < 8; i += 1) {
      const module = [
        0,
        0x61,
        0x73,
        0x6d,
        1,
        0,
        0,
        0,
        6,
        6,
        1,
        0x7f,
        0,
        0x41,
        i,
        0x0b,
        7,
        5,
        1,
        1,
        0x78,
        3,
        0,
      ];
      writeFileSync(join(tree, dir, `module${i}.wasm`), Uint8Array.from(module));
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

/** One value for all paths, modes and bytes of a tree. */
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
