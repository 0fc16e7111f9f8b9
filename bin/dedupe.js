#!/usr/bin/env node
/** Starts the command line. Old versions of Node must be able to parse this file, to say that they are too old. */
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `dedupe: Node.js 20.19 or newer is required; this is ${process.versions.node}\n`,
  );
  process.exitCode = 2;
} else {
  require("./load-compiled.js").loadCompiled(`${__dirname}/../dist/cli.cjs`);
}
