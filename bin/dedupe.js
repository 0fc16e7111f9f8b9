#!/usr/bin/env node
/** Starts the command line. Old versions of Node must be able to parse this file, to say that they are too old. */
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `dedupe: Node.js 20.19 or newer is required; this is ${process.versions.node}\n`,
  );
  process.exitCode = 2;
} else {
  keepCompiledCode();
  require("../dist/cli.cjs");
}

/**
 * Has Node 22.1 and newer keep V8's compiled code between runs, in a cache directory that this user owns. Others could
 * put code for this user to run into Node's default, a directory below /tmp, and into the one that `HOME` names after
 * `sudo`. Without the cache, the start takes longer.
 */
function keepCompiledCode() {
  const nodeModule = require("node:module");
  const path = require("node:path");
  const { HOME, LOCALAPPDATA, NODE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env;
  if (!("enableCompileCache" in nodeModule) || NODE_COMPILE_CACHE) return;
  for (const [parent, dir] of [
    [XDG_CACHE_HOME, "."],
    [LOCALAPPDATA, "."],
    [HOME, ".cache"],
  ]) {
    if (!parent || !path.isAbsolute(parent)) continue;
    if (isOwn(parent))
      nodeModule.enableCompileCache(path.join(parent, dir, "dedupe-compile-cache"));
    return;
  }
}

/** @param {string} dir */
function isOwn(dir) {
  try {
    const { uid } = require("node:fs").statSync(dir);
    return process.getuid === undefined || uid === process.getuid();
  } catch {
    return false; // it does not exist or cannot be reached
  }
}
