/**
 * Checks the documents: man/dedupe.1 has the option lists that the definitions in src/cli/commands give; README.md
 * lists the options of every command, and no others; both list the exit codes; links lead to existing files and
 * headings; the man page renders without warnings.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { loadCommands } from "./load-commands.mjs";
import { withOptionLists } from "./man-options.mjs";

process.chdir(resolve(import.meta.dirname, ".."));
const findings = [];
const readme = readFileSync("README.md", "utf8");
const man = readFileSync("man/dedupe.1", "utf8");
const commands = await loadCommands();

if (withOptionLists(man, commands) !== man)
  findings.push("man/dedupe.1 differs from src/cli/commands: run node scripts/man-options.mjs");
const [main] = commands;
for (const command of commands) {
  const heading = command === main ? "## Options" : `### ${command.name}`;
  compare(
    `options of ${command.name}`,
    command.groups.flatMap(({ options }) => options.map(({ flags }) => flags)),
    { [`README.md, ${heading}`]: optionsInTable(sectionOf(readme, heading)) },
  );
}
compare("exit codes", [...new Set(commands.flatMap(({ exitCodes }) => exitCodes))], {
  "README.md": allOf(/^\| `(\d+)` \|/gm, sectionOf(readme, "## Exit codes")),
  "man/dedupe.1": allOf(/^\.It (\d+)$/gm, sectionOf(man, ".Sh EXIT STATUS")),
});
const documents = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  ...filesIn("docs"),
  ...filesIn("examples"),
];
for (const file of documents.filter((name) => name.endsWith(".md"))) checkLinks(file);
checkManPage();

const kinds = JSON.parse(
  execFileSync(process.execPath, ["bin/dedupe.js", "--list-kinds", "--json"], { encoding: "utf8" }),
);
for (const name of allOf(/(?:-k|--kind) ([a-z][a-z-]+)/g, readme + man)) {
  if (kinds.find((kind) => kind.name === name)?.linked !== false)
    findings.push(`--kind ${name}: no kind that has to be named`);
}

for (const finding of findings) process.stderr.write(`${finding}\n`);
if (findings.length > 0) process.exit(1);
process.stdout.write(
  `${commands.length} commands: definitions, README.md and man/dedupe.1 agree\n`,
);

/** Options in the first column, which may have several: "| `-a, --all`, `-0, --null` | … |". */
function optionsInTable(section) {
  return allOf(/^\| (`-.*?`) \| /gm, section).flatMap((cell) => allOf(/`([^`]+)`/g, cell));
}

function compare(what, wanted, places) {
  for (const [place, found] of Object.entries(places)) {
    const missing = wanted.filter((item) => !found.includes(item));
    const unknown = found.filter((item) => !wanted.includes(item));
    const repeated = found.filter((item, i) => found.indexOf(item) < i);
    if (missing.length > 0) findings.push(`${place} lacks ${what}: ${missing.join(" · ")}`);
    if (unknown.length > 0) findings.push(`${place} has unknown ${what}: ${unknown.join(" · ")}`);
    if (repeated.length > 0)
      findings.push(`${place} has ${what} more than once: ${repeated.join(" · ")}`);
  }
}

/** The lines between a heading and the next one of its kind or, in Markdown, of a higher level. */
function sectionOf(text, heading) {
  const [marker] = heading.split(" ");
  const lines = text.split("\n");
  const start = lines.indexOf(heading) + 1;
  if (start === 0) return "";
  const isEnd = (line) =>
    marker.startsWith("#")
      ? /^#+ /.test(line) && line.indexOf(" ") <= marker.length
      : line.startsWith(`${marker} `);
  const length = lines.slice(start).findIndex(isEnd);
  return lines.slice(start, length < 0 ? undefined : start + length).join("\n");
}

function allOf(pattern, text) {
  return Array.from(text.matchAll(pattern), (match) => match[1]);
}

function filesIn(dir) {
  return existsSync(dir)
    ? readdirSync(dir, { recursive: true, encoding: "utf8" }).map((name) => join(dir, name))
    : [];
}

/** Files that are linked exist; so do the headings after a `#`. */
function checkLinks(file) {
  const prose = readFileSync(file, "utf8").replace(/^```[^]*?^```$/gm, "");
  for (const target of allOf(/\]\(([^)\s]+)\)/g, prose)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [path, anchor] = target.split("#");
    const full = path === "" ? file : join(dirname(file), path);
    if (!existsSync(full)) findings.push(`${file} links ${target}, which does not exist`);
    else if (anchor !== undefined && !headingsOf(full).includes(anchor))
      findings.push(`${file} links ${target}: no such heading`);
  }
}

function headingsOf(file) {
  return allOf(/^#+ (.+)$/gm, readFileSync(file, "utf8")).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** With the formatters that are installed; a machine without any skips it. */
function checkManPage() {
  const tools = [
    { tool: "mandoc", words: ["-Tlint", "-Wwarning", "man/dedupe.1"] },
    { tool: "groff", words: ["-mandoc", "-Tutf8", "-wall", "-z", "man/dedupe.1"] },
  ];
  const ran = tools.filter(({ tool, words }) => {
    const { error, stdout, stderr } = spawnSync(tool, words, { encoding: "utf8" });
    if (error !== undefined) return false;
    const said = `${stdout}${stderr}`.trim();
    if (said !== "") findings.push(`${tool}: ${said}`);
    return true;
  });
  if (ran.length === 0)
    process.stdout.write("neither mandoc nor groff: the man page was not rendered\n");
}
