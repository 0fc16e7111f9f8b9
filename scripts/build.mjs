/**
 * Builds `dist/`: the command line, with a file for each command but the main one, and the worker thread, which
 * start fast; the library and its types; the licenses of the bundled packages. The new directory replaces the old one at the end, so
 * `dist/` is missing for a moment only. A type error fails the build but leaves the new `dist/` to try.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import { bundleInParts } from "./bundle-in-parts.mjs";

process.chdir(resolve(import.meta.dirname, ".."));
const fresh = `.dist-new-${process.pid}`;
const old = `.dist-old-${process.pid}`;

/** Not bundled: loaded from `node_modules` by the runs that need them. */
const external = ["fast-glob", "xxhash-wasm", "@koromix/*"];
const shared = {
  bundle: true,
  platform: "node",
  target: "node20.19",
  external,
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
};
/** esbuild copies each property of a module whose default export is imported: 0.2 ms for `node:fs`, in seven places. */
const requireFs = {
  name: "require-fs",
  setup(plugins) {
    plugins.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(
        /^import fs from "node:fs";$/m,
        'const fs = require("node:fs");',
      ),
      loader: "ts",
    }));
  },
};

/** CommonJS starts 5 ms faster than a module, but has no `import.meta.url`. */
const commonjs = {
  ...shared,
  format: "cjs",
  // `import()` of a package becomes `require`, because Node's module loader takes 8 ms to start.
  supported: { "dynamic-import": false },
  minify: true,
  charset: "ascii", // bin/load-compiled.js reads it as Latin-1
  define: { "import.meta.url": "__file.url" },
  banner: {
    js: 'const __file = { get url() { return require("node:url").pathToFileURL(__filename).href; } };',
  },
  plugins: [requireFs],
};
/** bin/load-compiled.js calls this function, as Node does with the one that it wraps around a CommonJS module. */
const forLoader = {
  ...commonjs,
  banner: {
    js: `(function (exports, require, module, __filename, __dirname) {${commonjs.banner.js}`,
  },
  footer: { js: "})" },
};

/** commander loads child_process, in 5 ms, for a feature that we do not use: load it on first use instead. */
const childProcessLater = {
  name: "child-process-later",
  setup(plugins) {
    plugins.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path, namespace: "later" } : undefined,
    );
    plugins.onLoad({ filter: /.*/, namespace: "later" }, () => ({
      contents: 'module.exports = { spawn: (...call) => require("child_process").spawn(...call) };',
    }));
  },
};

try {
  const built = await Promise.all([
    bundleInParts("src/cli/start.ts", `${fresh}/cli.cjs`, {
      ...forLoader,
      plugins: [requireFs, childProcessLater],
    }),
    bundleInParts("src/tasks/worker.ts", `${fresh}/worker.cjs`, commonjs),
    build({
      ...shared,
      format: "esm",
      minify: true,
      // For the stack traces that users of the library see.
      keepNames: true,
      entryPoints: ["src/index.ts"],
      outfile: `${fresh}/index.js`,
    }),
  ]);
  const tsc = createRequire(import.meta.url)
    .resolve("typescript/package.json")
    .replace(/package\.json$/, "bin/tsc");
  const types = spawnSync(process.execPath, [tsc, "-p", "tsconfig.types.json", "--outDir", fresh], {
    stdio: "inherit",
  });
  if (types.status !== 0) process.exitCode = 1;
  tidyDeclarations();
  writeFileSync(
    `${fresh}/LICENSES.txt`,
    licensesOf(built.flat().flatMap(({ metafile }) => Object.keys(metafile.inputs))),
  );
  if (existsSync("dist")) renameSync("dist", old);
  renameSync(fresh, "dist");
} catch (error) {
  if (error.errors === undefined) throw error;
  process.exitCode = 1; // esbuild has printed the errors
} finally {
  for (const dir of [fresh, old]) rmSync(dir, { recursive: true, force: true });
}

/**
 * Makes the declarations import each other as .js instead of .ts files, and removes those that index.d.ts
 * does not lead to.
 */
function tidyDeclarations() {
  const reached = new Set();
  const follow = (file) => {
    if (reached.has(file)) return;
    reached.add(file);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/(from "\.[^"]*)\.ts"/g, '$1.js"'));
    for (const [, name] of text.matchAll(/(?:from|import\() ?"(\.[^"]*)\.ts"/g))
      follow(join(dirname(file), `${name}.d.ts`));
  };
  follow(join(fresh, "index.d.ts"));
  for (const entry of readdirSync(fresh, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.name.endsWith(".d.ts") && !reached.has(path)) rmSync(path);
  }
  for (const entry of readdirSync(fresh, { withFileTypes: true })) {
    const path = join(fresh, entry.name);
    if (entry.isDirectory() && readdirSync(path).length === 0) rmSync(path, { recursive: true });
  }
}

/** The licenses of all packages whose code is in the bundles. */
function licensesOf(inputs) {
  const packages = new Set(
    inputs.map((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]),
  );
  packages.delete(undefined);
  const texts = [...packages]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => {
      const dir = `node_modules/${name}`;
      const { version, license } = JSON.parse(readFileSync(`${dir}/package.json`, "utf8"));
      const file = readdirSync(dir).find((entry) => /^licen[cs]e/i.test(entry));
      if (file === undefined) throw new Error(`${name} is bundled but has no license file`);
      return `${name} ${version} (${license})\n\n${readFileSync(`${dir}/${file}`, "utf8").trim()}\n`;
    });
  return `The files in this directory contain code of these packages.\n\n${texts.join(`\n${"-".repeat(72)}\n\n`)}`;
}
