const COUNT = /\B(?=(\d{3})+$)/g;

/** `12,345`. */
export function count(value: number): string {
  return String(value).replace(COUNT, ",");
}

/** `1 artifact`, `2,085 artifacts`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `512 B`, `4.0 KiB`, `51.2 MiB`: powers of 1024. */
export function bytes(value: number): string {
  if (value < 1024) return `${value} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let scaled = value / 1024;
  let unit = 0;
  while (scaled >= 1023.95 && unit + 1 < units.length) {
    scaled /= 1024;
    unit += 1;
  }
  return `${scaled.toFixed(1)} ${units[unit]}`;
}

/** `20.5 %`; `0.0 %` of 0. */
export function percent(part: number, whole: number): string {
  return `${(whole === 0 ? 0 : (100 * part) / whole).toFixed(1)} %`;
}
