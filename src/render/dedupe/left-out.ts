import type { LeftOut } from "../../core/report.ts";
import { plural } from "../numbers.ts";

/**
 * Which options leave out files that may be artifacts, and how many: `--exclude leaves out 12 files and 3 directories,
 * --kind leaves out 1 file`. Undefined if none is left out.
 */
export function describeLeftOut(leftOut: LeftOut): string | undefined {
  const { exclude, excludedDirs, kind, include, empty, minSize, maxSize, variant } = leftOut;
  const files = (count: number): string[] => (count === 0 ? [] : [plural(count, "file")]);
  const dirs = excludedDirs === 0 ? [] : [plural(excludedDirs, "directory", "directories")];
  const options: [option: string, what: string[]][] = [
    ["--exclude", [...files(exclude), ...dirs]],
    ["--include", files(include)],
    ["--kind", files(kind)],
    ["--min-size", files(minSize)],
    ["--max-size", files(maxSize)],
    ["--variant", files(variant)],
  ];
  const parts = options
    .filter(([, what]) => what.length > 0)
    .map(([option, what]) => `${option} leaves out ${what.join(" and ")}`);
  if (empty > 0) parts.push(empty === 1 ? "1 file is empty" : `${plural(empty, "file")} are empty`);
  return parts.length === 0 ? undefined : parts.join(", ");
}
