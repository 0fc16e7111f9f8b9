/** What is called between builds: dedupe, or a stand-in that shows what careless linking does. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { linkSync, lstatSync, readFileSync, readdirSync, renameSync } from "node:fs";
import { join, resolve } from "node:path";

const DEDUPE = process.env.DEDUPE ?? resolve(import.meta.dirname, "../../bin/dedupe.js");

export const HELP = spawnSync(process.execPath, [DEDUPE, "--help"], { encoding: "utf8" }).stdout;

/** Calls `dedupe --hardlink` on the outputs; `links` counts what it replaced, call by call. */
export function withDedupe(project, options) {
  const links = [];
  return { before, share, links };

  function before(tree) {
    if (project.unshares && links.length > 0) unshare(project, tree);
  }

  function share(tree) {
    const words = ["--hardlink", "--json", ...options, ...project.outputs];
    const { status, stdout, stderr } = dedupe(tree, words);
    // --verify links nothing where the build was not finished (2), and may take links back (1).
    if (status === 2 && stderr.includes("--verify")) return links.push(0);
    if (status !== 0 && status !== 1) throw new Error(`dedupe: exit ${status}\n${stderr}`);
    return links.push(JSON.parse(stdout).totals.replaced);
  }
}

/** `dedupe unshare`, where the project calls it before every build. */
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

export function withNothing() {
  return { before: () => {}, share: () => {}, links: [] };
}

/** Links every file to the first with its content, as tools do that know no kinds; empty files apart. */
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
