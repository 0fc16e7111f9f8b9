/** Runs build commands, with each compiler replaced by a wrapper that logs its calls and can stop the build. */
import { spawnSync } from "node:child_process";
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join, resolve } from "node:path";

const REPOSITORY = resolve(import.meta.dirname, "../..");

/** Where tools are searched: includes those that are npm packages of this repository. */
const SEARCHED = [
  ...(process.env.PATH ?? "").split(delimiter),
  join(REPOSITORY, "node_modules/.bin"),
];

/** Commands that print the real path of tools for which version managers install slow wrappers. */
const REAL = {
  python3: ["python3", "-c", "import sys; print(sys.executable)"],
  rustc: ["rustup", "which", "rustc"],
  cargo: ["rustup", "which", "cargo"],
};

/** The path of a tool; undefined if it is not installed. */
export function findTool(name) {
  const found = SEARCHED.map((dir) => join(dir, name)).find(isProgram);
  if (found === undefined || REAL[name] === undefined) return found;
  const [command, ...words] = REAL[name];
  const { status, stdout } = spawnSync(command, words, { encoding: "utf8" });
  return status === 0 ? stdout.trim() : found;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * A shell for one project. Each call of a wrapped tool is a step, logged as "gcc -c x.c". With `stop`, the build is
 * stopped after that many steps: its process group gets SIGTERM, much like on Ctrl-C in a terminal.
 */
export function makeShell({ home, tree, tools, wrapped, env }) {
  const bin = join(home, "bin");
  const log = join(home, "steps");
  mkdirSync(bin, { recursive: true });
  for (const [name, path] of tools) {
    const file = join(bin, name);
    const counted = `echo "${name} $*" >> "${log}"
if [ "$(wc -l < "${log}")" -gt "\${STOP_AFTER:-1000000}" ]; then kill -TERM 0; sleep 9; fi
`;
    writeFileSync(file, `#!/bin/sh\n${wrapped.includes(name) ? counted : ""}exec "${path}" "$@"\n`);
    chmodSync(file, 0o755);
  }
  const inherited = {
    HOME: process.env.HOME,
    PATH: [bin, process.env.PATH].join(delimiter),
    LC_ALL: "C",
    TZ: "UTC",
    BIN: bin,
    CACHE: join(home, "..", "cache"),
    ...env,
  };

  return { run, query };

  /** Runs commands one after another until one fails. Returns the steps and the output. */
  function run(commands, stop) {
    rmSync(log, { force: true });
    let output = "";
    let status = 0;
    for (const command of commands) {
      const result = call(command, stop);
      output += result.output;
      status = result.status;
      if (status !== 0) break;
    }
    return { status, output, steps: linesOf(log).slice(0, stop) };
  }

  /** Runs one command. Returns its exit code and output. */
  function query(command) {
    return call(command);
  }

  function call(command, stop) {
    const { status, signal, stdout, stderr, error } = spawnSync("sh", ["-c", command], {
      cwd: tree,
      env: stop === undefined ? inherited : { ...inherited, STOP_AFTER: `${stop}` },
      encoding: "utf8",
      detached: true, // its own process group, to be stopped as a whole
      maxBuffer: 64 << 20,
      timeout: 600_000,
    });
    if (error !== undefined) throw error;
    return { status: signal ?? status, output: `${stdout}${stderr}` };
  }
}

function linesOf(file) {
  try {
    return readFileSync(file, "utf8").split("\n").slice(0, -1);
  } catch {
    return [];
  }
}
