/**
 * Writes oxlint-layers.json, the linter's import rules, from the tables in docs/architecture.md.
 * With --check, it only checks that the file is up to date. It fails if the tables do not agree with src/: a
 * directory without a row, a row without a directory, a file that does not exist, a permission that no import uses.
 *
 * Usage: node scripts/layers.mjs [--check]
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

process.chdir(resolve(import.meta.dirname, ".."));
const OUTPUT = "oxlint-layers.json";
const document = readFileSync("docs/architecture.md", "utf8");
const findings = [];

/** For each directory of src/: the files that others may import (names, or "all"), and what it may import itself. */
const layers = new Map(
  tableUnder("directory").map(([directory, , entryPoints, imports]) => [
    namesIn(directory)[0],
    {
      entryPoints: entryPoints === "every file" ? "all" : namesIn(entryPoints),
      imports: namesIn(imports),
    },
  ]),
);
for (const [directory, imports] of tableUnder("exception"))
  layers.get(namesIn(directory)[0])?.imports.push(...namesIn(imports));
const modules = tableUnder("module").map(([module, users]) => ({
  name: namesIn(module)[0],
  users: namesIn(users),
}));

checkAgainstSource();
const text = `${JSON.stringify({ overrides: overrides() }, null, 2)}\n`;
if (process.argv.includes("--check")) {
  if (!existsSync(OUTPUT) || readFileSync(OUTPUT, "utf8") !== text)
    findings.push(`${OUTPUT} differs from docs/architecture.md: run node scripts/layers.mjs`);
} else {
  writeFileSync(OUTPUT, text);
}
for (const finding of findings) process.stderr.write(`${finding}\n`);
if (findings.length > 0) process.exit(1);

/** The rows of the table whose first column has this heading. */
function tableUnder(heading) {
  const lines = document.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`)) + 2;
  if (start === 1) throw new Error(`docs/architecture.md has no table under "${heading}"`);
  const length = lines.slice(start).findIndex((line) => !line.startsWith("|"));
  return lines.slice(start, start + length).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function namesIn(cell) {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]);
}

/** The files that an entry of the column "may import" allows, relative to src/, as patterns of the linter. */
function filesOf(entry) {
  if (entry.endsWith(".json")) return [entry];
  if (entry.includes("/")) return [`${entry}.ts`];
  const entryPoints = layers.get(entry)?.entryPoints ?? [];
  return entryPoints === "all" ? [`${entry}/**`] : entryPoints.map((name) => `${entry}/${name}.ts`);
}

function overrides() {
  return [...layers].flatMap(([directory, { imports }]) => {
    if (directory.endsWith(".ts")) return [rule(`src/${directory}`, directory, "./", imports)];
    const rules = [rule(`src/${directory}/*.ts`, directory, "../", imports)];
    if (readdirSync(join("src", directory), { withFileTypes: true }).some((e) => e.isDirectory()))
      rules.push(rule(`src/${directory}/*/**`, directory, "../../", imports));
    return rules;
  });
}

/** Allows the files matched by `files` to import, from outside their directory, what the tables name. */
function rule(files, directory, toSource, imports) {
  const patterns = modules
    .filter(({ users }) => !users.includes(directory))
    .map(({ name, users }) => ({
      group: name.startsWith("node:") ? [name, `${name}/*`, name.slice(5)] : [name],
      message: `Only ${users.map((user) => `src/${user}`).join(" and ")} may import ${name}.`,
    }));
  const allowed = imports.flatMap(filesOf).map((file) => `!${toSource}${file}`);
  patterns.push({
    group: [`${toSource}**`, ...allowed],
    message: `src/${directory} may not import this file: see the tables in docs/architecture.md, and scripts/layers.mjs.`,
  });
  return { files: [files], rules: { "no-restricted-imports": ["error", { patterns }] } };
}

function checkAgainstSource() {
  const directories = readdirSync("src");
  for (const name of directories)
    if (!layers.has(name)) findings.push(`src/${name} has no row in docs/architecture.md`);
  const used = importsBetweenLayers();
  for (const [directory, { entryPoints, imports }] of layers) {
    if (!directories.includes(directory)) findings.push(`src/${directory} does not exist`);
    const files = entryPoints === "all" ? [] : filesOf(directory);
    files.push(...imports.filter((entry) => entry.includes("/")).flatMap(filesOf));
    for (const file of files)
      if (!existsSync(join("src", file))) findings.push(`src/${file} does not exist`);
    for (const entry of imports) {
      const user = used.get(directory) ?? [];
      const wanted = entry.includes("/") ? filesOf(entry)[0] : `${entry}/`;
      if (!user.some((file) => file.startsWith(wanted)))
        findings.push(`src/${directory} may import ${entry} but does not`);
    }
  }
}

/** For each directory of src/, the files of other directories that it imports, relative to src/. */
function importsBetweenLayers() {
  const found = new Map();
  for (const file of readdirSync("src", { recursive: true })) {
    if (!file.endsWith(".ts")) continue;
    const [layer] = file.split("/");
    const targets = [
      ...readFileSync(join("src", file), "utf8").matchAll(/(?: from |\bimport\()"(\.[^"]+)"/g),
    ]
      .map((match) => join(dirname(file), match[1]))
      .filter((target) => !target.startsWith(`${layer}/`));
    found.set(layer, [...(found.get(layer) ?? []), ...targets]);
  }
  return found;
}
