/** Shared by the harnesses that inject faults with strace: errors by call, traced runs, and the calls of a run. */
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

/** Exit codes of a run after one failing call. 0: done, or a path is skipped with a reason; 3: a reported failure. */
const SKIPPED = 0;
const FAILED = 3;
const LOOKUPS = {
  EACCES: FAILED,
  EIO: FAILED,
  ENAMETOOLONG: FAILED,
  ENOENT: SKIPPED,
  ENOTDIR: undefined,
  ELOOP: undefined,
  ESTALE: undefined,
};
const NAMES = {
  EACCES: FAILED,
  EPERM: FAILED,
  EROFS: FAILED,
  ENOSPC: FAILED,
  EDQUOT: FAILED,
  EIO: FAILED,
  ENAMETOOLONG: FAILED,
  ENOENT: SKIPPED,
  ENOTDIR: SKIPPED,
  ELOOP: SKIPPED,
  ESTALE: SKIPPED,
};
const LINKS = { ...NAMES, EMLINK: SKIPPED, ERANGE: SKIPPED, EXDEV: SKIPPED, EEXIST: SKIPPED };
// Removing a temporary file is tried twice, so one failure has no effect.
const REMOVALS = {
  EACCES: SKIPPED,
  EPERM: SKIPPED,
  EROFS: SKIPPED,
  EIO: SKIPPED,
  ENOENT: SKIPPED,
  ENOTDIR: SKIPPED,
  ELOOP: SKIPPED,
  ESTALE: SKIPPED,
};
/** The exit code by call and errno; undefined if it depends on the purpose of the call. */
export const ERRORS = {
  link: LINKS,
  linkat: LINKS,
  rename: { ...NAMES, EMLINK: SKIPPED, ERANGE: SKIPPED, EXDEV: FAILED, EBUSY: FAILED },
  renameat: { ...NAMES, EMLINK: SKIPPED, ERANGE: SKIPPED, EXDEV: FAILED, EBUSY: FAILED },
  renameat2: {
    ...NAMES,
    EMLINK: SKIPPED,
    ERANGE: SKIPPED,
    EXDEV: FAILED,
    EBUSY: FAILED,
    EINVAL: SKIPPED,
    ENOSYS: SKIPPED,
  },
  // Asks whether a directory lets files be removed.
  rmdir: { EPERM: SKIPPED, EACCES: SKIPPED, EIO: SKIPPED, ENOENT: SKIPPED },
  unlink: REMOVALS,
  unlinkat: REMOVALS,
  open: { ...LOOKUPS, EMFILE: undefined, EPERM: undefined },
  openat: {
    ...LOOKUPS,
    EMFILE: undefined,
    EPERM: undefined,
    EIO: undefined,
    EACCES: undefined,
    ENAMETOOLONG: undefined,
    ENOENT: undefined,
  },
  // The first opening of a directory asks only whether files can be removed from it.
  openat2: {
    ...LOOKUPS,
    EIO: undefined,
    EACCES: undefined,
    ENAMETOOLONG: undefined,
    ENOSYS: SKIPPED,
    EPERM: SKIPPED,
    EXDEV: undefined,
  },
  read: { EIO: undefined, ESTALE: undefined, EISDIR: undefined },
  pread64: { EIO: FAILED, ESTALE: SKIPPED, EISDIR: undefined },
  stat: LOOKUPS,
  lstat: LOOKUPS,
  newfstatat: LOOKUPS,
  statx: { ...LOOKUPS, EIO: undefined, EACCES: undefined, ENAMETOOLONG: undefined },
  fstat: { EIO: undefined, ESTALE: undefined },
  getdents64: { EIO: FAILED, ENOENT: SKIPPED, ESTALE: FAILED },
  // Restoring the time of a directory is best effort.
  utimensat: {
    EACCES: SKIPPED,
    EPERM: SKIPPED,
    EROFS: SKIPPED,
    EIO: SKIPPED,
    ENOENT: SKIPPED,
    ESTALE: SKIPPED,
    ENOSYS: SKIPPED,
  },
  fcntl: { EAGAIN: SKIPPED, EINVAL: SKIPPED, EACCES: SKIPPED, ENOSYS: SKIPPED },
  llistxattr: { EACCES: undefined, EIO: undefined, ENOENT: undefined, EOPNOTSUPP: SKIPPED },
};
const TRACED = [...Object.keys(ERRORS), "close"].map((call) => `?${call}`).join(",");
export const METHODS = [
  { method: "native", env: {} },
  { method: "plain", env: { DEDUPE_NO_NATIVE: "1" } },
];

export function isInstalled() {
  return spawnSync("strace", ["-V"]).error === undefined;
}

/** Runs a command. @returns its exit code, the signal that killed it or "TIMEOUT", and its output */
export function run(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let stdout = "";
    let stderr = "";
    let timedOut = false;
    child.stdout.on("data", (data) => (stdout += data));
    child.stderr.on("data", (data) => (stderr += data));
    const timer = setTimeout(() => {
      timedOut = true;
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL"); // strace and the command
    }, 60_000);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code: timedOut ? "TIMEOUT" : (code ?? signal), stdout, stderr });
    });
  });
}

/** Runs a command with its file system calls traced into `log`, and with faults injected (`link:error=EIO:when=2`). */
export function strace(command, env, log, inject = []) {
  const injections = inject.flatMap((expression) => ["-e", `inject=${expression}`]);
  return run(
    "strace",
    [
      "-f",
      "-qq",
      "-o",
      log,
      "-s",
      "300",
      "-e",
      `trace=${TRACED}`,
      "-e",
      "signal=none",
      ...injections,
      ...command,
    ],
    env,
  );
}

/** The calls of a log except `close`. `onTree`: whether the path or descriptor is in the tree. */
function readLog(log, root) {
  const counts = new Map();
  const open = new Set();
  const calls = [];
  for (const line of fs.readFileSync(log, "latin1").split("\n")) {
    const match = /^(\d+) +(\w+)\((.*)$/.exec(line);
    if (match === null) continue;
    const [, thread, call, rest] = match;
    const count = (counts.get(`${thread} ${call}`) ?? 0) + 1;
    counts.set(`${thread} ${call}`, count);
    const descriptor = Number(/^(\d+)[,)]/.exec(rest)?.[1] ?? -1);
    const through = Number(/\/proc\/self\/fd\/(\d+)/.exec(rest)?.[1] ?? -1);
    const onTree = rest.includes(`"${root}`) || open.has(descriptor) || open.has(through);
    const result = Number(/= (-?\d+)[^=]*$/.exec(rest)?.[1] ?? -1);
    if (call === "close") {
      open.delete(descriptor);
      continue;
    }
    if (onTree && call.startsWith("open") && result >= 0) open.add(result);
    calls.push({ thread, call, count, rest, onTree, isInjected: rest.endsWith("(INJECTED)") });
  }
  return calls;
}

/** The calls of the main thread on the tree. */
export function callsOnTree(log, root) {
  const calls = readLog(log, root);
  return calls
    .filter(({ thread, onTree }) => onTree && thread === calls[0].thread)
    .map(({ call, count, rest }) => {
      const text = rest.replaceAll(root, "").replaceAll(/\.dedupe-[^"]*/g, "TEMPORARY");
      return { call, count, parameters: text.replace(/, (AT_|STATX|O_|F_|\{|NULL).*$/, "") };
    });
}

/** The calls with injected faults: those on the tree, and others, which Node made for itself. */
export function injectedCalls(log, root) {
  const injected = readLog(log, root).filter(({ isInjected }) => isInjected);
  return {
    onTree: injected.filter(({ onTree }) => onTree),
    elsewhere: injected.filter(({ onTree }) => !onTree),
  };
}

/** The relative paths of all entries below a directory that are not directories, sorted. */
export function namesIn(root) {
  return fs
    .readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

export const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
