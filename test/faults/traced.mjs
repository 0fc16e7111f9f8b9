/** What the harnesses share that inject faults with strace: the errors by call, traced runs, and their calls. */
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

/** How the run ends where one call of this kind fails so. 0: done, or a name skipped for a reason; 3: a failure that is named; 2: a root could not be looked at. */
const SKIPPED = 0;
const FAILED = 3;
const LOOKS = {
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
// A temporary that cannot be removed is tried twice, so one failure is none.
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
/** By call and errno the exit code; undefined where it depends on what the call was for. */
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
  unlink: REMOVALS,
  unlinkat: REMOVALS,
  open: { ...LOOKS, EMFILE: undefined, EPERM: undefined },
  openat: {
    ...LOOKS,
    EMFILE: undefined,
    EPERM: undefined,
    EIO: undefined,
    EACCES: undefined,
    ENAMETOOLONG: undefined,
    ENOENT: undefined,
  },
  openat2: { ...LOOKS, ENOSYS: SKIPPED, EPERM: SKIPPED, EXDEV: undefined },
  read: { EIO: undefined, ESTALE: undefined, EISDIR: undefined },
  pread64: { EIO: FAILED, ESTALE: SKIPPED, EISDIR: undefined },
  stat: LOOKS,
  lstat: LOOKS,
  newfstatat: LOOKS,
  statx: { ...LOOKS, EIO: undefined, EACCES: undefined, ENAMETOOLONG: undefined },
  fstat: { EIO: undefined, ESTALE: undefined },
  getdents64: { EIO: FAILED, ENOENT: SKIPPED, ESTALE: FAILED },
  // The time of a directory is put back where that is allowed; what it holds is right in any case.
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
export const WAYS = [
  { method: "native", env: {} },
  { method: "plain", env: { DEDUPE_NO_NATIVE: "1" } },
];

export function isInstalled() {
  return spawnSync("strace", ["-V"]).error === undefined;
}

/** @returns How it ended: an exit code, a signal, or "TIMEOUT", and what it wrote. */
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
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL"); // what strace has started, too
    }, 60_000);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code: timedOut ? "TIMEOUT" : (code ?? signal), stdout, stderr });
    });
  });
}

/** Runs a command with every call on files traced into `log`, and faults injected (`link:error=EIO:when=2`). */
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

/** The calls of a log but `close`; `onTree`: by their path, or a descriptor that was opened there. */
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

/** The calls of the main thread that touch the tree. */
export function callsOnTree(log, root) {
  const calls = readLog(log, root);
  return calls
    .filter(({ thread, onTree }) => onTree && thread === calls[0].thread)
    .map(({ call, count, rest }) => {
      const told = rest.replaceAll(root, "").replaceAll(/\.dedupe-[^"]*/g, "TEMPORARY");
      return { call, count, told: told.replace(/, (AT_|STATX|O_|F_|\{|NULL).*$/, "") };
    });
}

/** The calls that were made to fail: ours, and those that node made for itself. */
export function injectedCalls(log, root) {
  const injected = readLog(log, root).filter(({ isInjected }) => isInjected);
  return {
    onTree: injected.filter(({ onTree }) => onTree),
    elsewhere: injected.filter(({ onTree }) => !onTree),
  };
}

/** Every name below a directory that is no directory. */
export function namesIn(root) {
  return fs
    .readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

export const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
