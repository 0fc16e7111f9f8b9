/** In which variant something was compiled, read from its path; and in which order variants come. */
export { compareVariants } from "./compare-variants.ts";
export { placeOfFile } from "./file-variants.ts";
export { placeOfDir } from "./directory-variants.ts";
export { type FilePlace, unitOf } from "./place.ts";
export { LAYOUTS } from "./variant-layouts.ts";
export { compileVariantPattern } from "./variant-pattern.ts";
