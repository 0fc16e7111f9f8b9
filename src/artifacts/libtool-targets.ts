/**
 * The targets of the rules with which libtool makes a file: `x.lo` for `x.o`, `libx.la` for `.libs/libx.so.1`.
 *
 * @param output A path.
 */
export function libtoolTargets(output: string): string[] {
  const [, dir = "", name] = /^(.*\/)?([^/]*)$/s.exec(output) ?? [];
  const parent = dir.replace(/(?<=^|\/)\.libs\/$/, "");
  if (name.endsWith(".o")) return [`${parent}${name.replace(/\.o$/, ".lo")}`];
  if (parent === dir) return [];
  const stem = name.replace(/^lt-/, "").replace(/\.(?:a|so)(?:\.[\d.]+)?$/, "");
  return [`${parent}${stem}`, `${parent}${stem}.la`];
}
