/**
 * Runs a bundle with compiled code that the build has left beside it (`cli.cache` beside `cli.cjs`): a third
 * of the start-up time is V8 compiling. The code is taken only where it was made from this very file; V8
 * refuses what another version of itself, or other flags, have made. Without it the bundle is compiled.
 */
const { readFileSync, statSync } = require("node:fs");
const { dirname } = require("node:path");
const { Script } = require("node:vm");

/** What stands before the code: size (bytes) and modification time (whole seconds, which archives keep) of the bundle, as doubles. */
const HEADER_BYTES = 16;

/** @param {string} bundle */
function load(bundle) {
  run(compile(bundle, keptCodeOf(bundle)), bundle);
}

/** As `require` does it. The build writes ASCII, which is read as bytes in a tenth of the time. @param {string} bundle @param {Buffer} [cachedData] */
function compile(bundle, cachedData) {
  const source = readFileSync(bundle, "latin1");
  return new Script(`(function(exports,require,module,__filename,__dirname){${source}\n})`, {
    filename: bundle,
    cachedData,
  });
}

/** The bundle finds packages from here as from its own directory. @param {Script} script @param {string} bundle */
function run(script, bundle) {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, bundle, dirname(bundle));
}

/** @param {string} bundle */
function keptCodeOf(bundle) {
  try {
    const kept = readFileSync(cacheOf(bundle));
    return kept.subarray(0, HEADER_BYTES).equals(headerOf(bundle))
      ? kept.subarray(HEADER_BYTES)
      : undefined;
  } catch {
    return undefined; // a package does not carry it
  }
}

/** @param {string} bundle */
function cacheOf(bundle) {
  return bundle.replace(/\.cjs$/, ".cache");
}

/** @param {string} bundle */
function headerOf(bundle) {
  const { size, mtimeMs } = statSync(bundle);
  return Buffer.from(Float64Array.of(size, Math.floor(mtimeMs / 1000)).buffer);
}

module.exports = { load, compile, run, cacheOf, headerOf, keptCodeOf };
