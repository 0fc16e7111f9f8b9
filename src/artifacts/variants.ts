/** In which variant something was compiled, read from its path; and in which order variants come. */
export { compareVariants } from "./compare-variants.ts";
export { classifyFile } from "./classify-file.ts";
export { classifyDir } from "./classify-directory.ts";
export { type FileClassification, unitOf } from "./path-classification.ts";
export { LAYOUTS } from "./variant-layouts.ts";
export { compileVariantPattern } from "./variant-pattern.ts";
