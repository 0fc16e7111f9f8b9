/**
 * The next-build matrix: do builds after `dedupe --hardlink` behave as if it had not run?
 * See docs/next-build.md.
 *
 *   node test/next-build/run.mjs [--control | --trusting | --losses] [--keep] [part of a project's name ...]
 *
 * --control compares two sequences without links; any difference is a bug of the harness.
 * --trusting links as if every writer replaced its outputs: the damage must be noticed and healed.
 * --losses builds each project once and compares the links that are possible with those of --writer '*=replace'.
 * Exits with 1 if a cell is wrong, if harmful links are not detected, or if damage is not noticed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findTool } from "./commands.mjs";
import { assertMeaningful, CELLS, compare, isHealed } from "./compare.mjs";
import { buildOnce, runSequence, runTrustingSequence } from "./sequence.mjs";
import {
  HELP,
  possibleLinks,
  withCarelessLinks,
  withDedupe,
  withNothing,
  withTrustingDedupe,
} from "./share.mjs";
import { printLosses, printTable } from "./table.mjs";

const PROJECTS = [
  "make-gcc",
  "make-gcc-plain",
  "make-clang",
  "make-ar-in-place",
  "make-five-rules",
  "make-five-rules-plain",
  "ninja-gcc",
  "ninja-five-rules",
  "cmake-make",
  "cmake-ninja",
  "cmake-multi",
  "meson",
  "libtool",
  "staged",
  "copied",
  "copied-unshared",
  "strip",
  "nasm",
  "stamps",
  "cargo",
  "go",
  "go-make",
  "go-phony",
  "javac",
  "ocaml",
  "python",
  "tsc",
  "esbuild",
  "ghc",
  "ghc-make",
  "elixirc",
  "mix",
  "wat2wasm",
  "wasm-opt",
  "llc",
  "llvm-mc",
  "go-tool",
  "mold-ninja",
  "mold-cmake",
  "fpc",
  "gnatmake",
  "pybabel",
  "msgfmt",
  "lrelease",
  "clang-pch",
  "install-strip",
  "cmake-strip",
  "meson-strip",
  "libtool-install",
  "bzip2",
  "lua",
  "zlib",
  "tinyxml2",
  "markupsafe",
  "jq",
  "redis",
  "busybox",
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    control: { type: "boolean" },
    keep: { type: "boolean" },
    trusting: { type: "boolean" },
    losses: { type: "boolean" },
  },
});

const home = mkdtempSync(join(tmpdir(), "next-build-"));
const began = Date.now();
const rows = [];
for (const name of PROJECTS) {
  const { default: project } = await import(`./projects/${name}.mjs`);
  const wanted = positionals.length === 0 || positionals.some((part) => name.includes(part));
  const isLeftOut = project.slow && positionals.length === 0 && process.env.NEXT_BUILD !== "all";
  if (wanted && isLeftOut) rows.push({ name: project.name, skipped: "slow: NEXT_BUILD=all" });
  else if (wanted) rows.push(rowOf(project, join(home, name)));
}
if (values.keep) console.log(`kept: ${home}`);
else rmSync(home, { recursive: true, force: true });
if (values.losses) printLosses(rows);
else printTable(rows, values.trusting, Math.round((Date.now() - began) / 1000));
if (rows.some(({ bad }) => bad)) process.exitCode = 1;

function rowOf(project, dir) {
  const tools = new Map(project.tools.map((name) => [name, findTool(name)]));
  const missing = project.tools.filter((name) => tools.get(name) === undefined);
  if (project.lacks !== undefined) missing.push(project.lacks);
  if (project.options !== undefined && !HELP.includes(project.options[0]))
    missing.push(project.options[0]);
  if (missing.length > 0) return { name: project.name, skipped: `no ${missing.join(", ")}` };

  const started = Date.now();
  if (values.losses) return lossesOf(project, { home: dir, tools });
  if (values.trusting) return trustingRowOf(project, { home: dir, tools }, started);
  const sequence = (linking) => runSequence(project, { home: dir, tools, linking });
  const without = sequence(withNothing());
  assertMeaningful(without, project.name);
  const dedupe = values.control ? withNothing() : withDedupe(project, project.options ?? []);
  const findings = judge(without, () => sequence(dedupe));
  const bad = CELLS.some((cell) => findings[cell].length > 0);
  const danger = values.control ? undefined : dangerOf(project, without, sequence);
  const seconds = (Date.now() - started) / 1000;
  const row = { name: project.name, findings, links: dedupe.links, danger, seconds };
  process.stderr.write(`${project.name}: ${seconds.toFixed(1)} s${bad ? ", WRONG" : ""}\n`);
  return { ...row, bad: bad || danger?.detected === false };
}

function lossesOf(project, context) {
  const tree = buildOnce(project, { ...context, linking: withNothing() });
  const all = possibleLinks(project, tree, ["--writer", "*=replace"]);
  return { name: project.name, all, known: possibleLinks(project, tree, []) };
}

/** Links files that are written in place, too. */
function trustingRowOf(project, context, started) {
  const sequence = (linking) => runTrustingSequence(project, { ...context, linking });
  const without = sequence(withNothing());
  const dedupe = withTrustingDedupe(project);
  const findings = judge(without, () => sequence(dedupe), isHealed);
  const seconds = (Date.now() - started) / 1000;
  const noticed = dedupe.noticed.reduce((a, b) => a + b, 0);
  const isMissed = project.inPlace === true && noticed === 0;
  const bad = isMissed || CELLS.some((cell) => findings[cell].length > 0);
  process.stderr.write(`${project.name}: ${seconds.toFixed(1)} s${bad ? ", WRONG" : ""}\n`);
  return { name: project.name, findings, links: dedupe.links, noticed, isMissed, seconds, bad };
}

/** Compares a sequence; one that throws is wrong in all cells. */
function judge(without, sequence, isCompared) {
  try {
    return compare(without, sequence(), isCompared);
  } catch (error) {
    const found = [{ label: "fails", found: [error.message] }];
    return { a: found, b: found, c: found, d: found };
  }
}

/** Runs a sequence with links that are known to be harmful, to test that the harness detects them. */
function dangerOf(project, without, sequence) {
  if (project.dangerous === undefined && !project.careless) return undefined;
  const linking = project.careless
    ? withCarelessLinks(project)
    : withDedupe(project, project.dangerous);
  const findings = judge(without, () => sequence(linking));
  const cells = CELLS.filter((cell) => findings[cell].length > 0);
  return {
    how: project.careless ? "any identical files" : `\`${project.dangerous.join(" ")}\``,
    cells,
    detected: cells.length > 0,
    findings,
  };
}
