import { DedupeError } from "../core/errors.ts";

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};

/**
 * Bytes from `4096`, `64K`, `1.5M`, `2GiB`; the units are powers of 1024, as `ls -h` and `find -size` count.
 *
 * @throws DedupeError that names the option.
 */
export function parseSize(option: string, text: string): number {
  const parts = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim());
  const bytes =
    parts === null ? Number.NaN : Math.floor(Number(parts[1]) * UNITS[parts[2].toLowerCase()]);
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new DedupeError(
    "bad-size",
    `${option}: '${text}' is no size`,
    "sizes look like 4096, 64K, 1.5M or 2GiB",
  );
}
