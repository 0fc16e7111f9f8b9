import { type BytePath, fromText } from "../core/byte-path.ts";
import { matchesAnyFile } from "../classify/classify.ts";
import { KINDS } from "../artifacts/kinds.ts";
import type { Classification, Tree } from "../core/model.ts";
import type { Unmatched } from "../core/report.ts";
import { absentKinds } from "../match/absent-kinds.ts";
import { resolvePatterns } from "./selection-options.ts";
import { isVariantOf } from "./find-duplicates.ts";

/** The options that nothing matches. Call it only after a complete walk. */
export function findUnmatched(
  { files, unmatched }: Tree,
  {
    paths = [],
    kinds = [],
    variants = new Set(),
    variantPatterns = [],
  }: {
    readonly paths?: readonly BytePath[];
    readonly kinds?: readonly number[] | undefined;
    readonly variants?: ReadonlySet<string> | undefined;
    readonly variantPatterns?: readonly string[];
  },
  classification?: Classification,
): Unmatched[] {
  const absentVariants = [...variants].filter(
    (variant) => !classification?.variants.some((name) => isVariantOf(name, variant)),
  );
  const absentPatterns = variantPatterns.filter((pattern) => {
    const classify = resolvePatterns([pattern]);
    return classify !== undefined && !matchesAnyFile(files, paths, classify);
  });
  return [
    ...unmatched,
    ...absentKinds(files, kinds).map((kind): Unmatched => ({
      option: "kind",
      value: KINDS[kind].name,
    })),
    ...absentPatterns.map((pattern): Unmatched => ({
      option: "variant-pattern",
      value: fromText(pattern),
    })),
    ...absentVariants.map((variant): Unmatched => ({ option: "variant", value: variant })),
  ];
}
