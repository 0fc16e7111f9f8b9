/** What runs between builds: dedupe, nothing, or a tool that links carelessly. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { linkSync, lstatSync, readFileSync, readdirSync, renameSync } from "node:fs";
import { join, resolve } from "node:path";

const DEDUPE = process.env.DEDUPE ?? resolve(import.meta.dirname, "../../bin/dedupe.js");

export const HELP = spawnSync(process.execPath, [DEDUPE, "--help"], { encoding: "utf8" }).stdout;

/** A file is not equal to itself, and a finished build need not be finished. */
function isMisleading({ path, detail }, isFinished) {
  return detail.startsWith(`equal to ${path},`) || (isFinished && /finish the build/.test(detail));
}

/** Runs `dedupe --hardlink` on the outputs; `links` has the number of files replaced by each run. */
export function withDedupe(project, options) {
  const links = [];
  return { before, share, links };

  function before(tree) {
    if (project.unshares && links.length > 0) unshare(project, tree);
  }

  function share(tree, { isFinished = true } = {}) {
    const words = ["--hardlink", "--json", ...options, ...project.outputs];
    const { status, stdout, stderr } = dedupe(tree, words);
    // --verify links nothing if the build is unfinished (exit code 2), and may revert links (1).
    if (status === 2 && stderr.includes("--verify")) return links.push(0);
    if (status !== 0 && status !== 1) throw new Error(`dedupe: exit ${status}\n${stderr}`);
    const { totals, skipped } = JSON.parse(stdout);
    const misleading = skipped.filter((each) => isMisleading(each, isFinished));
    if (misleading.length > 0) throw new Error(`dedupe says ${JSON.stringify(misleading[0])}`);
    return links.push(totals.replaced);
  }
}

/**
 * Runs `dedupe --hardlink` as if every writer replaced its outputs. `noticed` has the number of paths that each run found
 * to be written through; `share` returns the commands that it has named to make them again.
 */
export function withTrustingDedupe(project) {
  const links = [];
  const noticed = [];
  return { before: () => {}, share, links, noticed };

  function share(tree) {
    const options = [...(project.options ?? []), ...(project.dangerous ?? [])];
    const words = ["--hardlink", "--json", "--writer", "*=replace", ...options, ...project.outputs];
    const { status, stdout, stderr } = dedupe(tree, words);
    if (status !== 0 && status !== 3) throw new Error(`dedupe: exit ${status}\n${stderr}`);
    const { totals, writtenThrough, problems } = JSON.parse(stdout);
    if (problems.length > 0) throw new Error(`dedupe: ${JSON.stringify(problems)}`);
    links.push(totals.replaced);
    noticed.push(writtenThrough.length);
    return [...new Set(writtenThrough.flatMap(({ rebuild }) => rebuild?.command ?? []))];
  }
}

/** Runs `dedupe unshare`, for projects that call it before every build. */
function unshare(project, tree) {
  const { status, stderr } = dedupe(tree, ["unshare", "--quiet", ...project.outputs]);
  if (status !== 0) throw new Error(`dedupe unshare: exit ${status}\n${stderr}`);
}

function dedupe(tree, words) {
  return spawnSync(process.execPath, [DEDUPE, ...words], {
    cwd: tree,
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
}

/** The links and bytes that a report without links says are possible. */
export function possibleLinks(project, tree, options) {
  const { status, stdout, stderr } = dedupe(tree, ["--json", ...options, ...project.outputs]);
  if (status !== 0) throw new Error(`dedupe: exit ${status}\n${stderr}`);
  const { replaceable, freeableBytes } = JSON.parse(stdout).totals;
  return { links: replaceable, bytes: freeableBytes };
}

export function withNothing() {
  return { before: () => {}, share: () => {}, links: [] };
}

/** Links all non-empty files with identical contents, like tools that do not distinguish kinds of files. */
export function withCarelessLinks(project) {
  const links = [];
  return { before: () => {}, share, links };

  function share(tree) {
    const kept = new Map();
    let made = 0;
    for (const dir of project.outputs) {
      const names = readdirSync(join(tree, dir), { recursive: true, encoding: "utf8" });
      for (const name of names.toSorted()) {
        const file = join(tree, dir, name);
        const { size, ino, mode } = lstatSync(file);
        if ((mode & 0o170000) !== 0o100000 || size === 0) continue;
        const key = `${mode} ${createHash("sha1").update(readFileSync(file)).digest("hex")}`;
        const first = kept.get(key) ?? { file, ino };
        kept.set(key, first);
        if (first.ino === ino) continue;
        linkSync(first.file, `${file}.careless`);
        renameSync(`${file}.careless`, file);
        made += 1;
      }
    }
    links.push(made);
  }
}
