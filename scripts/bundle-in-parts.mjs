/** Bundles a program so that what it imports dynamically is in files of its own, which esbuild does for modules only. */
import { basename, dirname, join, relative, resolve } from "node:path";
import { build } from "esbuild";

/**
 * Bundles `entry` and all that it imports statically into the CommonJS file `outfile`. Each source that those modules
 * import dynamically becomes a file beside it, named after the source, with the modules that only it needs. It uses the
 * others, and their state, from `outfile`, which exports them by their paths.
 *
 * @param options For esbuild, with `metafile`.
 * @returns The results of esbuild.
 */
export async function bundleInParts(entry, outfile, options) {
  const { metafile } = await build({
    ...options,
    entryPoints: [entry],
    format: "esm",
    supported: {},
    splitting: true,
    outdir: dirname(outfile),
    write: false,
  });
  const { inputs } = metafile;
  const importsOf = (sources) =>
    [...sources].flatMap((source) => inputs[source].imports).filter(({ external }) => !external);
  const main = reachable(inputs, entry);
  const parts = new Set(
    importsOf(main)
      .filter(({ kind, path }) => kind === "dynamic-import" && !main.has(path))
      .map(({ path }) => path),
  );
  const fileOf = (source) => `${basename(source, ".ts")}.cjs`;
  if (new Set([...parts].map(fileOf)).size < parts.size)
    throw new Error(`two of these have the same name: ${[...parts].join(", ")}`);
  const shared = new Set(
    [...parts]
      .flatMap((part) => importsOf(reachable(inputs, part, main)))
      .map(({ path }) => path)
      .filter((path) => main.has(path)),
  );
  const bundle = (more, setup) =>
    build({
      ...options,
      ...more,
      plugins: [...(options.plugins ?? []), { name: "parts", setup }],
    });
  const mainFile = `./${basename(outfile)}`;
  return Promise.all([
    bundle(
      {
        stdin: {
          contents: [
            `import "./${entry}";`,
            ...[...shared].map((path) => `export * as "${path}" from "./${path}";`),
          ].join("\n"),
          resolveDir: process.cwd(),
        },
        outfile,
      },
      (plugins) =>
        onSource(plugins, (source) =>
          parts.has(source) ? { path: `./${fileOf(source)}`, external: true } : undefined,
        ),
    ),
    ...[...parts].map((part) =>
      bundle(
        {
          entryPoints: [part],
          outfile: join(dirname(outfile), fileOf(part)),
          external: [...options.external, mainFile],
        },
        (plugins) => {
          onSource(plugins, (source) =>
            shared.has(source) ? { path: source, namespace: "main" } : undefined,
          );
          plugins.onLoad({ filter: /.*/, namespace: "main" }, ({ path }) => ({
            contents: `module.exports = require("${mainFile}")["${path}"];`,
          }));
        },
      ),
    ),
  ]);
}

/** Has esbuild resolve the imports of sources by a function of the path of the source. */
function onSource(plugins, resolveSource) {
  plugins.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) =>
    resolveSource(relative(process.cwd(), resolve(resolveDir, path))),
  );
}

/** The sources that `entry` imports statically, itself included, except for those in `without`. */
function reachable(inputs, entry, without = new Set()) {
  const found = new Set();
  const visit = (source) => {
    if (found.has(source) || without.has(source)) return;
    found.add(source);
    for (const { path, kind, external } of inputs[source].imports)
      if (!external && kind !== "dynamic-import") visit(path);
  };
  visit(entry);
  return found;
}
