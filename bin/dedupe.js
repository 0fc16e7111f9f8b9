#!/usr/bin/env node
/** Starts the command line. */
const { join } = require("node:path");
const { load } = require("./load.js");

load(join(__dirname, "../dist/cli.cjs"));
