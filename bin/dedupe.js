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
 * Has Node 22.1 and newer keep V8's compiled code between runs, in this user's cache directory. Node's default is a
 * directory below /tmp, where another user could put code for this one to run. Failures only cost time: Node goes
 * on without the cache.
 */
function keepCompiledCode() {
  const nodeModule = require("node:module");
  const path = require("node:path");
  const { HOME, LOCALAPPDATA, NODE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env;
  if (!("enableCompileCache" in nodeModule) || NODE_COMPILE_CACHE) return;
  const caches = [XDG_CACHE_HOME, LOCALAPPDATA, HOME && path.join(HOME, ".cache")];
  const cache = caches.find((dir) => dir && path.isAbsolute(dir));
  if (cache !== undefined) nodeModule.enableCompileCache(path.join(cache, "dedupe-compile-cache"));
}
