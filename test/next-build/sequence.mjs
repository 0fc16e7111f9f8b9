/** The sequence of builds, the same for every project, with `share` called where a user would run dedupe. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeShell } from "./commands.mjs";
import { takeSnapshot } from "./snapshot.mjs";
import { makeSources } from "./sources.mjs";

/**
 * Builds the project from scratch in `home`/tree and records the builds.
 *
 * @param linking Called `before` each build and after some (`share`), which may be incomplete.
 * @returns One record per build: its cell, its steps, and the contents of the outputs.
 */
export function runSequence(project, context) {
  const { tree, build, query, share, sources } = begin(project, context);
  const { variants, first, own = first } = project;
  const others = variants.filter((name) => name !== first);
  build("a", "first build", variants);
  share(tree);
  build("a", "nothing to do", variants);
  if (project.idle !== undefined) query("a", "query", project.idle);

  sources.change("OWN");
  build("b", `own source changed, ${own} built`, [own]);
  build(
    "b",
    "others built",
    variants.filter((name) => name !== own),
  );
  share(tree);
  sources.change("SHARED");
  sources.change("OWN"); // the variants become equal again
  build("b", `shared source changed, ${first} built`, [first]);
  build("b", "others built", others);

  share(tree);
  build("c", "round 1, nothing", variants);
  share(tree);
  sources.change("NOTE");
  build("c", "round 2, comment", variants);
  share(tree);
  build("c", "round 3, nothing", variants);
  share(tree);
  sources.change("SHARED");
  build("c", "round 4, shared source", variants);
  share(tree);
  build("c", "round 5, nothing", variants);

  sources.change("SHARED");
  build("d", "interrupted", variants, project.stop);
  share(tree, { isFinished: false });
  build("d", "completed", variants);
  sources.change("OWN");
  sources.change("NOTE");
  build("d", `only ${first} built`, [first]);
  share(tree, { isFinished: false });
  build("d", "others built", others);
  share(tree);
  build("d", "nothing to do, or rebuilt once", variants);
  share(tree);
  build("d", "nothing to do", variants);
  return build.records;
}

/**
 * A shorter sequence for links that are believed to be safe and are not. Where a build has damaged files, the next run
 * finds them, and the build after it makes them again, with the commands that the run has named if there are any. So only
 * builds of all variants after a run are compared.
 */
export function runTrustingSequence(project, context) {
  const { tree, build, share, sources } = begin(project, context);
  const heal = (cell) => build(cell, "healed", variants, undefined, share(tree));
  const { variants, first, own = first } = project;
  const others = variants.filter((name) => name !== first);

  build("a", "first build", variants);
  share(tree);
  sources.change("OWN");
  build("a", `own source changed, ${own} built`, [own]);
  heal("a");

  share(tree);
  sources.change("SHARED");
  sources.change("OWN"); // the variants become equal again
  build("b", `shared source changed, ${first} built`, [first]);
  build("b", "others built", others);
  heal("b");

  share(tree);
  sources.change("OWN");
  sources.change("NOTE");
  build("c", `only ${first} built`, [first]);
  heal("c");

  for (const round of [1, 2]) {
    share(tree);
    build("d", `round ${round}, nothing`, variants);
  }
  share(tree);
  build("d", "nothing to do", variants);
  return build.records;
}

/** Builds all variants once. Returns the tree. */
export function buildOnce(project, context) {
  const { tree, build } = begin(project, context);
  build("a", "first build", project.variants);
  const [{ failed }] = build.records;
  if (failed !== undefined) throw new Error(`${project.name}: ${failed}`);
  return tree;
}

function begin(project, { home, tools, linking: { before, share } }) {
  const tree = join(home, "tree");
  rmSync(home, { recursive: true, force: true });
  mkdirSync(tree, { recursive: true });
  const shell = makeShell({ home, tree, tools, wrapped: project.wrapped, env: project.env });
  const sources = makeSources(tree, project);
  const records = [];
  sources.write();
  for (const command of project.setup ?? []) must(shell.query(command), command);
  build.records = records;
  return { tree, build, query, share, sources };

  /** @param named Commands to build with instead, see `share`. */
  function build(cell, label, names, stop, named = []) {
    before(tree);
    const command = named.find((each) => project.rebuild?.[each] !== undefined);
    const commands = names.flatMap(project.rebuild?.[command] ?? project.build);
    const { status, output, steps } = shell.run(commands, stop);
    records.push({
      cell,
      label,
      steps: project.steps === undefined ? steps : project.steps(output, steps),
      stopped: stop !== undefined,
      failed:
        status !== 0 && stop === undefined ? `exit ${status}: ${output.slice(-300)}` : undefined,
      contents: takeSnapshot(tree, project),
    });
  }

  function query(cell, label, command) {
    const { status, output } = shell.query(command);
    records.push({ cell, label, steps: [`exit ${status}`, output.trim()], contents: new Map() });
  }
}

function must({ status, output }, command) {
  if (status !== 0) throw new Error(`${command}: exit ${status}\n${output}`);
}
