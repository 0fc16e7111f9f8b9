/**
 * Compares the documents with the program: every option and exit code of `--help` is in README.md and
 * in man/dedupe.1, written the same way, and nothing else is; `unshare` has no option that the main command
 * has not; links lead somewhere; the man page renders.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

process.chdir(resolve(import.meta.dirname, ".."));
const findings = [];

const help = helpOf();
const readme = readFileSync("README.md", "utf8");
const man = readFileSync("man/dedupe.1", "utf8");

const options = optionsIn(help);
compare("options", options, {
  "README.md": allOf(/^\| `([^`]+)` \|/gm, sectionOf(readme, /^## Options$/m, /^## /m)),
  "man/dedupe.1": allOf(/^\.It (Fl .+)$/gm, sectionOf(man, /^\.Sh OPTIONS$/m, /^\.Sh /m)).map(
    fromMan,
  ),
});
for (const option of optionsIn(helpOf("unshare"))) {
  if (!options.includes(option)) findings.push(`${option} of dedupe unshare is described nowhere`);
}
compare(
  "exit codes",
  allOf(/\b(\d+)(?=:|\s+\S+ )/g, sectionOf(help, /^Exit codes:$/m, /^\S/m).replace(/\(.*?\)/g, "")),
  {
    "README.md": allOf(/^\| `(\d+)` \|/gm, sectionOf(readme, /^## Exit codes$/m, /^## /m)),
    "man/dedupe.1": allOf(/^\.It (\d+)$/gm, sectionOf(man, /^\.Sh EXIT STATUS$/m, /^\.Sh /m)),
  },
);
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
process.stdout.write(`${options.length} options: help, README.md and man/dedupe.1 agree\n`);

function helpOf(...command) {
  return execFileSync(process.execPath, ["bin/dedupe.js", ...command, "--help"], {
    encoding: "utf8",
  });
}

function optionsIn(text) {
  return allOf(/^ {2}((?:-\w, )?--[a-z-]+(?: <[^>]+>)?)(?: {2}|$)/gm, text);
}

function compare(what, wanted, places) {
  if (wanted.length === 0) findings.push(`--help shows no ${what}`);
  for (const [place, found] of Object.entries(places)) {
    const missing = wanted.filter((item) => !found.includes(item));
    const invented = found.filter((item) => !wanted.includes(item));
    const twice = found.filter((item, i) => found.indexOf(item) < i);
    if (missing.length > 0) findings.push(`${place} lacks these ${what}: ${missing.join(" · ")}`);
    if (invented.length > 0)
      findings.push(`${place} has ${what} that --help has not: ${invented.join(" · ")}`);
    if (twice.length > 0) findings.push(`${place} has these ${what} twice: ${twice.join(" · ")}`);
  }
}

/** `Fl k , Fl -kind Ar kind` is `-k, --kind <kind>`. */
function fromMan(item) {
  return item
    .replaceAll(" ,", ",")
    .replace(/\bFl (-?[\w-]+)/g, "-$1")
    .replace(/\bAr (\S+)/g, "<$1>");
}

function sectionOf(text, start, end) {
  const from = text.search(start);
  if (from < 0) return "";
  const body = text.slice(text.indexOf("\n", from) + 1);
  const to = body.search(end);
  return to < 0 ? body : body.slice(0, to);
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
