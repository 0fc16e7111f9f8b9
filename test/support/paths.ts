import { fileURLToPath } from "node:url";

/** The root directory of the package under test. */
export const PROJECT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
export const CLI = `${PROJECT}/bin/dedupe.js`;
export const LIBRARY = `${PROJECT}/dist/index.js`;
