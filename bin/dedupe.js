#!/usr/bin/env node
/** Starts the command line. */
const { setFlagsFromString } = require("node:v8");

/** V8 grows its nursery in small steps, with a collection before each; a short run is over before it is large. */
const NURSERY_GROWTH = "--semi-space-growth-factor=16";
/** The newest Node whose V8 is known to have the flag. */
const LAST_NODE_TRIED = 26;
if (Number.parseInt(process.versions.node, 10) <= LAST_NODE_TRIED) {
  setFlagsFromString(NURSERY_GROWTH);
}

require("../dist/cli.cjs");
