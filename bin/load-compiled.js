/**
 * Loads the files of `dist/` with the compiled code that earlier runs have kept in the user's cache directory, since
 * compiling takes longer than the work on a small tree. Node 22.1 and newer can keep compiled code, too, but only that of
 * the first run, which may have been `--version`.
 */
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;
const READ_FLAGS = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
/** Bytes before the compiled code, which say what it belongs to. V8 would copy code that is not aligned. */
const HEAD_BYTES = 1024;
/** Microseconds of processor time after which a run has called most of what any run calls. */
const LONG = 1e6;
/** Milliseconds; writing the code takes less. */
const WRITING = 60_000;
/** A run replaces the code of one that took less than its own time divided by this. */
const LONGER = 1.5;

/**
 * Loads a CommonJS module, which the build has wrapped in a function, and the files beside it when it requires them.
 *
 * @param {string} entry an absolute path
 * @returns {unknown} what it exports
 */
function loadCompiled(entry) {
  const cache = findCache(process.env);
  /** @type {Map<string, { exports: unknown }>} */
  const loaded = new Map();
  const load = (/** @type {string} */ file) => {
    const known = loaded.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(file, module);
    const dir = path.dirname(file);
    const requireHere = (/** @type {string} */ id) =>
      id.startsWith("./") ? load(path.join(dir, id)) : require(id);
    const run = compile(file, cache).runInThisContext();
    run.call(module.exports, module.exports, requireHere, module, file, dir);
    return module.exports;
  };
  return load(path.normalize(entry));
}

/**
 * Compiles a file, or takes the code that was kept. If the run turns out to be longer than the one that has kept the code, its own
 * is kept at the end, which includes the functions that V8 has compiled on their first call.
 *
 * @param {string} file
 * @param {string | undefined} cache
 */
function compile(file, cache) {
  const source = fs.readFileSync(file, "latin1"); // the build makes ASCII
  if (cache === undefined) return new vm.Script(source, { filename: file });
  const kept = path.join(cache, `${path.basename(file)}-${process.version}-${process.arch}`);
  const identity = identityOf(file);
  const found = readKept(kept, identity);
  const script = new vm.Script(source, { filename: file, cachedData: found.code });
  const time = script.cachedDataRejected ? 0 : found.time;
  if (time < LONG) {
    process.on("exit", () => {
      const { user } = process.cpuUsage();
      if (user > LONGER * time) keep(kept, `${identity}\n${user}\n`, script);
    });
  }
  return script;
}

/** Identifies a file until it is replaced: V8 compares only the length of the source. @param {string} file */
function identityOf(file) {
  const { dev, ino, size, mtimeMs, ctimeMs } = fs.statSync(file);
  return JSON.stringify([file, dev, ino, size, mtimeMs, ctimeMs]);
}

/**
 * @param {string} kept
 * @param {string} identity
 * @returns {{ code?: Buffer, time: number }} the code, and the processor time of the run that has kept it, in microseconds
 */
function readKept(kept, identity) {
  const bytes = readPrivate(kept);
  const [owner, time] = bytes?.toString("utf8", 0, HEAD_BYTES).split("\n", 2) ?? [];
  return owner === identity
    ? { code: bytes?.subarray(HEAD_BYTES), time: Number(time) }
    : { time: 0 };
}

/** A file that only this user can change; undefined if there is none that can be read. @param {string} file */
function readPrivate(file) {
  try {
    if (!isPrivate(fs.lstatSync(path.dirname(file)))) return undefined;
    const descriptor = fs.openSync(file, READ_FLAGS);
    try {
      return isPrivate(fs.fstatSync(descriptor)) ? fs.readFileSync(descriptor) : undefined;
    } finally {
      fs.closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

/** Keeps the code of a script, or does nothing if that is not possible. @param {string} kept @param {string} head @param {vm.Script} script */
function keep(kept, head, script) {
  const fresh = `${kept}.${process.pid}`;
  try {
    fs.mkdirSync(path.dirname(kept), { recursive: true, mode: 0o700 });
    if (!isPrivate(fs.lstatSync(path.dirname(kept)))) return;
    removeLeftovers(kept);
    const descriptor = fs.openSync(fresh, "wx", 0o600);
    try {
      const start = Buffer.alloc(HEAD_BYTES, head.padEnd(HEAD_BYTES));
      fs.writeFileSync(descriptor, Buffer.concat([start, script.createCachedData()]));
      fs.fsyncSync(descriptor); // V8 does not notice damage within the code
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(fresh, kept);
  } catch {
    remove(fresh);
  }
}

/** Removes what killed runs have left while they wrote the code. @param {string} kept */
function removeLeftovers(kept) {
  const dir = path.dirname(kept);
  for (const name of fs.readdirSync(dir)) {
    if (!name.startsWith(`${path.basename(kept)}.`)) continue;
    const file = path.join(dir, name);
    if (Date.now() - fs.statSync(file).mtimeMs > WRITING) remove(file);
  }
}

/** @param {string} file */
function remove(file) {
  try {
    fs.unlinkSync(file);
  } catch {
    // it was not made
  }
}

/**
 * The directory for compiled code, below a directory that this user owns: others could put code for this user to run into
 * one that `HOME` names after `sudo`. Undefined if there is none.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function findCache(env) {
  const { HOME, LOCALAPPDATA, XDG_CACHE_HOME } = env;
  if (env.NODE_DISABLE_COMPILE_CACHE || env.NODE_COMPILE_CACHE) return undefined;
  const parents = [
    [XDG_CACHE_HOME, "."],
    [LOCALAPPDATA, "."],
    [HOME, ".cache"],
  ];
  for (const [parent, dir] of parents) {
    if (!parent || !path.isAbsolute(parent)) continue;
    return isOwn(parent) ? path.join(parent, dir, "dedupe-compile-cache") : undefined;
  }
  return undefined;
}

/** @param {string} dir */
function isOwn(dir) {
  try {
    const { uid } = fs.statSync(dir);
    return process.getuid === undefined || uid === process.getuid();
  } catch {
    return false; // it does not exist or cannot be reached
  }
}

/** Whether only this user can change a file or directory, which is not a symbolic link. @param {fs.Stats} stat */
function isPrivate(stat) {
  if (process.getuid === undefined) return true; // Windows
  return stat.uid === process.getuid() && (stat.mode & 0o022) === 0 && !stat.isSymbolicLink();
}

module.exports = { loadCompiled };
