/**
 * Packs the package, installs it into an empty project as a user would, and uses it: the command, the man
 * page, and the library from JavaScript and TypeScript, both with and without the native module.
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, posix, resolve } from "node:path";

const project = resolve(import.meta.dirname, "..");
const { name, version } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
const home = mkdtempSync(join(tmpdir(), "dedupe-package-"));
const windows = process.platform === "win32";

/** What the package may contain; anything else is in it by mistake. */
const WANTED = [
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|man\/dedupe\.1|bin\/(dedupe\.js|load-compiled\.js|package\.json))$/,
  /^dist\/([a-z-]+\.cjs|index\.js|LICENSES\.txt|.+\.d\.ts)$/,
  /^(docs\/[a-z-]+\.md|examples\/.+)$/,
];
const MOST_BYTES = 600 * 1024;

const JAVASCRIPT = `
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { dedupe, DedupeError } from "${name}";
const report = await dedupe({ paths: ["library"], action: "hardlink", jobs: 2 });
assert.equal(report.totals.replaced, 1);
assert.equal(statSync("library/a.pyc").ino, statSync("library/b.pyc").ino);
const many = await dedupe({ paths: ["many"], jobs: 2 });
assert.equal(many.totals.replaceable, 2900);
await assert.rejects(dedupe({ paths: ["nowhere"] }), (error) => error instanceof DedupeError && error.code === "missing-path");
`;
const TYPESCRIPT = `
import { dedupe, DedupeError, toText, type Options, type Report } from "${name}";
const options: Options = { paths: ["build"], action: "hardlink", dryRun: true };
export async function saved(): Promise<number> {
  try {
    const report: Report = await dedupe(options, { signal: AbortSignal.timeout(1000), onEvent: ({ type }) => type });
    return report.totals.savedBytes + report.sets.map(({ kept }) => toText(kept)).length;
  } catch (error) {
    return error instanceof DedupeError ? error.message.length : 0;
  }
}
// @ts-expect-error: an action that does not exist
export const wrong: Options = { paths: [], action: "delete" };
`;
/** Compiled without the types of Node.js and of the DOM. */
const BARE_TYPESCRIPT = `
import { KINDS, dedupe, isUtf8, toText, unshare, type Event, type Report } from "${name}";
const paths = [new Uint8Array([120])];
const listen = (event: Event): string => event.type;
export const report: Promise<Report> = dedupe({ paths }, { onEvent: listen });
export const titles: string[] = KINDS.map(({ title }) => title);
export async function problems(): Promise<string[]> {
  const { problems: found } = await unshare({ paths, dryRun: true });
  return found.filter(({ path }) => isUtf8(path)).map(({ path }) => toText(path));
}
`;

try {
  const archive = pack();
  useIn("everything", archive, ["--omit=dev"]);
  useIn("without-native", archive, ["--omit=dev", "--omit=optional"]);
  installGlobally(archive);
  installWithPnpm(archive);
  say(`${name}@${version}: packs, installs and runs`);
} finally {
  rmSync(home, { recursive: true, force: true });
}

function pack() {
  const [{ filename, files, size }] = JSON.parse(
    run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", home], project),
  );
  const unexpected = files
    .map(({ path }) => path)
    .filter((path) => !WANTED.some((pattern) => pattern.test(path)));
  check(unexpected.length === 0, `the package contains ${unexpected.join(", ")}`);
  checkLinks(files.map(({ path }) => path));
  check(size <= MOST_BYTES, `the package is ${size} bytes, more than ${MOST_BYTES}`);
  say(`${filename}: ${files.length} files, ${Math.round(size / 1024)} KiB`);
  return join(home, filename);
}

/** A global installation puts the man page where `man dedupe` finds it. */
function installGlobally(archive) {
  if (windows) return;
  const prefix = join(home, "global");
  run("npm", ["install", "--global", "--prefix", prefix, archive, "--no-audit", "--no-fund"], home);
  check(existsSync(join(prefix, "share/man/man1/dedupe.1")), "the man page is not installed");
}

/** pnpm asks about packages with install scripts, and fails in CI: the package must have none. */
function installWithPnpm(archive) {
  const dir = join(home, "pnpm");
  mkdirSync(dir);
  writeFileSync(join(dir, "package.json"), '{ "private": true }\n');
  const said = run("npx", ["--yes", "pnpm@10", "add", archive], dir);
  check(!said.includes("Ignored build scripts"), "pnpm asks whether a package may run its scripts");
  makeCopies(join(dir, "copies"));
  run("npx", ["--no-install", "dedupe", "--hardlink", "copies"], dir);
  const [a, b] = ["a", "b"].map((copy) => statSync(join(dir, "copies", `${copy}.pyc`)).ino);
  check(a === b, "installed by pnpm, the command did not link two identical files");
}

/** Checks that links between the packed documents lead to files that are packed too. */
function checkLinks(packed) {
  for (const file of packed.filter((path) => path.endsWith(".md"))) {
    const prose = readFileSync(join(project, file), "utf8").replace(/^```[^]*?^```$/gm, "");
    for (const [, target] of prose.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const path = posix.join(posix.dirname(file), target);
      const found = packed.some((entry) => entry === path || entry.startsWith(`${path}/`));
      check(found, `${file} links to ${target}, which is not in the package`);
    }
  }
}

function useIn(dirName, archive, flags) {
  const dir = join(home, dirName);
  mkdirSync(dir);
  writeFileSync(join(dir, "package.json"), '{ "private": true, "type": "module" }\n');
  run("npm", ["install", archive, "--no-audit", "--no-fund", ...flags], dir);
  const installed = readdirSync(join(dir, "node_modules"));
  check(
    installed.includes("@koromix") !== flags.includes("--omit=optional"),
    "koffi's binary is installed if and only if optional dependencies are",
  );
  for (const stray of ["typescript", "esbuild", "vitest", "commander"]) {
    check(!installed.includes(stray), `${stray} is installed with the package`);
  }

  const command = ["npx", "--no-install", "dedupe"];
  check(run(...toCall(command, "--version"), dir).trim() === version, "--version is the package's");
  makeCopies(join(dir, "command"));
  run(...toCall(command, "--hardlink", "command"), dir);
  const [a, b] = ["a", "b"].map((copy) => statSync(join(dir, "command", `${copy}.pyc`)).ino);
  check(a === b, "the installed command did not link two identical files");
  checkDeclarations(join(dir, "node_modules", name, "dist"));
  check(existsSync(join(dir, "node_modules", name, "man/dedupe.1")), "the man page is missing");

  // A tree large enough for worker threads: the command finds the worker's file in the installed package.
  makeMany(join(dir, "many"));
  check(
    run(...toCall(command, "-j", "2", "many"), dir).includes("links possible"),
    "the installed command does not walk a large tree",
  );

  makeCopies(join(dir, "library"));
  writeFileSync(join(dir, "use.js"), JAVASCRIPT);
  run(process.execPath, ["use.js"], dir);

  writeFileSync(join(dir, "use.ts"), TYPESCRIPT);
  writeFileSync(join(dir, "readme.ts"), readmeExample());
  writeFileSync(join(dir, "bare.ts"), BARE_TYPESCRIPT);
  compile(dir, { files: ["use.ts", "readme.ts"], types: ["node"] });
  compile(dir, { files: ["bare.ts"], types: [] });
  say(
    `${dirName}: npm install ${flags.join(" ")}; dedupe, import from JavaScript and from TypeScript: ok`,
  );
}

/** Type-checks the files, and with them the published declarations. */
function compile(dir, { files, types }) {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: types.length > 0, // @types/node is not ours to check
    module: "nodenext",
    target: "es2023",
    lib: ["es2023"],
    typeRoots: [join(project, "node_modules/@types")],
    types,
  };
  writeFileSync(join(dir, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  run(process.execPath, [join(project, "node_modules/typescript/bin/tsc"), "-p", dir], dir);
}

/** Checks that the published declarations do not mention internal types, nor types that users may lack. */
function checkDeclarations(dir) {
  for (const file of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".d.ts")) continue;
    const found = /\b(FileTable|Settings|Tree|Plan|WorkerPool|Buffer|AbortSignal)\b/.exec(
      readFileSync(join(dir, file), "utf8").replace(/\/\*[^]*?\*\//g, ""),
    );
    check(found === null, `${file} exposes ${found?.[0]}`);
  }
}

/** The library example of the README, which must compile unchanged. */
function readmeExample() {
  const example = /```ts\n([^]*?)```/.exec(readFileSync(join(project, "README.md"), "utf8"))?.[1];
  check(example?.includes(`from "${name}"`), "README.md has no example of the library");
  return example;
}

function makeCopies(dir) {
  mkdirSync(dir);
  for (const copy of ["a", "b"])
    writeFileSync(join(dir, `${copy}.pyc`), "\xa7\r\r\n equal bytes", "latin1");
}

function makeMany(dir) {
  mkdirSync(dir);
  for (let i = 0; i < 3000; i += 1) {
    mkdirSync(join(dir, `${i}`));
    writeFileSync(join(dir, `${i}`, "x.pyc"), `\xa7\r\r\n ${i % 100}`, "latin1");
  }
}

function toCall([command, ...words], ...more) {
  return [command, [...words, ...more]];
}

/** Runs a command that must succeed; returns its standard output. */
function run(command, words, dir) {
  const { status, stdout, stderr, error } = spawnSync(command, words, {
    cwd: dir,
    encoding: "utf8",
    // On Windows, npm and npx are shell scripts.
    shell: windows && command !== process.execPath,
  });
  check(
    status === 0,
    `${command} ${words.join(" ")}: ${error ?? `exit ${status}`}\n${stdout}${stderr}`,
  );
  return stdout;
}

function check(holds, words) {
  if (!holds) throw new Error(words);
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
