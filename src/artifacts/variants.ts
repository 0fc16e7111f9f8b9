/** The unit and variant of a file, read from its path, and the order of variants. */
export { compareVariants } from "./compare-variants.ts";
export { classifyFile } from "./classify-file.ts";
export { classifyDir } from "./classify-directory.ts";
export { type FileClassification, unitOf } from "./path-classification.ts";
export { LAYOUTS } from "./variant-layouts.ts";
export { compileVariantPattern } from "./variant-pattern.ts";
