import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, posix } from "node:path";

/** Groups calls that do the same. A call that is not listed counts under its own name. */
const KINDS = new Map(
  Object.entries({
    stat: ["stat", "lstat", "fstat", "newfstatat", "fstatat64", "statx"],
    open: ["open", "openat", "openat2"],
    read: ["read", "pread64", "readv", "preadv", "preadv2"],
    getdents: ["getdents", "getdents64"],
    link: ["link", "linkat"],
    rename: ["rename", "renameat", "renameat2"],
    unlink: ["unlink", "unlinkat"],
    "set time": ["utimensat", "futimesat", "utimes", "utime"],
    xattr: ["listxattr", "llistxattr", "flistxattr", "getxattr", "lgetxattr", "fgetxattr"],
    statfs: ["statfs", "fstatfs"],
  }).flatMap(([kind, calls]) => calls.map((call) => [call, kind])),
);

/**
 * The calls of one run that touch the tree.
 * @typedef {object} Trace
 * @property {Map<string, number>} counts by "kind of call" and "class of file", separated by a space
 * @property {Map<string, string>} examples one line of the log for each of them
 * @property {number} bytesRead from files of the tree
 * @property {number} threads that touched the tree
 * @property {boolean} opensBelow whether the kernel has openat2, which opens a directory several levels below another in one call
 * @property {any} report what the command printed
 */

/**
 * Runs a command under strace and counts the calls of each of its threads that concern the tree.
 * @param {string[]} command
 * @param {Record<string, string>} environment variables to add
 * @param {string} root of the tree, a real path
 * @param {(path: string) => string} classOf what a path below the root is
 * @returns {Promise<Trace>}
 */
export async function traceCalls(command, environment, root, classOf) {
  const logs = mkdtempSync(join(root, "../strace-"));
  try {
    const { code, output, errors } = await run(
      "strace",
      // One log per thread: calls are not interleaved.
      // prettier-ignore
      ["-ff", "-qq", "-y", "-s", "0", "-e", "trace=%file,%desc", "-e", "signal=none", "-o", join(logs, "thread"), ...command],
      environment,
    );
    if (code !== 0)
      throw new Error(`${command.join(" ")} ended with ${code}: ${errors.slice(0, 500)}`);
    /** @type {Trace} */
    const trace = {
      counts: new Map(),
      examples: new Map(),
      bytesRead: 0,
      threads: 0,
      opensBelow: false,
      report: JSON.parse(output),
    };
    for (const log of readdirSync(logs))
      addThread(trace, readFileSync(join(logs, log), "latin1"), root, classOf);
    return trace;
  } finally {
    rmSync(logs, { recursive: true, force: true });
  }
}

/** @param {string} program @param {string[]} parameters @param {Record<string, string>} environment @returns {Promise<{ code: number | string | null, output: string, errors: string }>} */
function run(program, parameters, environment) {
  return new Promise((resolve, reject) => {
    const { NODE_OPTIONS, DEDUPE_NO_NATIVE, ...clean } = process.env;
    const child = spawn(program, parameters, {
      env: { ...clean, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (chunk) => (output += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk) => (errors += chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? signal, output, errors }));
  });
}

/** @param {Trace} trace @param {string} log of one thread @param {string} root @param {(path: string) => string} classOf */
function addThread(trace, log, root, classOf) {
  /** Paths of open files, to resolve paths below `/proc/self/fd`. @type {Map<string, string>} */
  const open = new Map();
  let touches = false;
  for (const line of log.split("\n")) {
    const [, call, words, result] = /^(\w+)\((.*)\) += (-?\d+.*)$/.exec(line) ?? [];
    if (call === undefined) continue;
    const [, descriptor, opened] = /^(\d+)<([^>]*)>/.exec(result) ?? [];
    if (descriptor !== undefined) open.set(descriptor, opened);
    const path = pathsIn(words, open).find((each) => each === root || each.startsWith(`${root}/`));
    if (path === undefined) continue;
    touches = true;
    const kind = words.endsWith("AT_REMOVEDIR") ? "rmdir" : (KINDS.get(call) ?? call);
    const key = `${kind} ${classOf(path)}`;
    trace.counts.set(key, (trace.counts.get(key) ?? 0) + 1);
    if (!trace.examples.has(key)) trace.examples.set(key, line.replaceAll(root, "…").slice(0, 150));
    if (kind === "read") trace.bytesRead += Math.max(0, Number.parseInt(result, 10));
    if (call === "openat2" && descriptor !== undefined) trace.opensBelow = true;
  }
  if (touches) trace.threads += 1;
}

/**
 * The files to which a call refers, by path or by descriptor.
 * @param {string} words the parameters as strace prints them
 * @param {Map<string, string>} open
 * @returns {string[]} absolute paths
 */
function pathsIn(words, open) {
  const paths = [];
  for (const [, , dir, name] of words.matchAll(
    /(AT_FDCWD|\b\d+)<([^>]*)>(?:, "((?:[^"\\]|\\.)*)"(?!\.\.\.))?/g,
  ))
    if (name !== undefined || !words.startsWith("AT_FDCWD"))
      paths.push(name ? absolute(dir, name, open) : dir);
  // Calls without a descriptor, such as link, rename and llistxattr.
  if (paths.length === 0)
    for (const [, name] of words.matchAll(/"((?:[^"\\]|\\.)+)"/g))
      paths.push(absolute("/", name, open));
  return paths.map((path) => path.replace(/ ?\(deleted\)$/, ""));
}

/** @param {string} dir @param {string} name @param {Map<string, string>} open */
function absolute(dir, name, open) {
  const [, descriptor, rest] = /^\/proc\/self\/fd\/(\d+)(\/.*)?$/.exec(name) ?? [];
  const path = descriptor === undefined ? name : `${open.get(descriptor) ?? "?"}${rest ?? ""}`;
  return posix.resolve(dir, path);
}
