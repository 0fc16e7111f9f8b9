import { KINDS } from "../artifacts/kinds.ts";
import type { Classification, Tree } from "../core/model.ts";
import type { Unmatched } from "../core/report.ts";
import { absentKinds } from "../match/absent-kinds.ts";
import { isVariantOf } from "./find-duplicates.ts";

/** The options that nothing matches. Call it only after a complete walk. */
export function findUnmatched(
  { files, unmatched }: Tree,
  {
    kinds = [],
    variants = new Set(),
  }: {
    readonly kinds?: readonly number[] | undefined;
    readonly variants?: ReadonlySet<string> | undefined;
  },
  classification?: Classification,
): Unmatched[] {
  const absentVariants = [...variants].filter(
    (variant) => !classification?.variants.some((name) => isVariantOf(name, variant)),
  );
  return [
    ...unmatched,
    ...absentKinds(files, kinds).map((kind): Unmatched => ({
      option: "kind",
      value: KINDS[kind].name,
    })),
    ...absentVariants.map((variant): Unmatched => ({ option: "variant", value: variant })),
  ];
}
