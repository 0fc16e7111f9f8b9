import { DedupeError } from "../core/errors.ts";

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};

/**
 * The number of bytes in `4096`, `64K`, `1.5M` or `2GiB`. Units are powers of 1024, as for `ls -h` and `find -size`.
 *
 * @throws DedupeError that names the option.
 */
export function parseSize(text: string, option: string): number {
  const parts = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim());
  const bytes =
    parts === null ? Number.NaN : Math.floor(Number(parts[1]) * UNITS[parts[2].toLowerCase()]);
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new DedupeError(
    "bad-size",
    `${option}: '${text}' is not a size`,
    "sizes look like 4096, 64K, 1.5M or 2GiB",
  );
}

/** A parser of whole numbers that throws a `DedupeError` for anything less than `least`. */
export function parseCount(least: number): (text: string, option: string) => number {
  return (text, option) => {
    const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(count) && count >= least) return count;
    throw new DedupeError(
      "bad-option",
      `${option}: '${text}' is not a whole number of at least ${least}`,
    );
  };
}

/**
 * Refuses a glob that is empty or has an unbalanced bracket: it would match nothing, without a message.
 *
 * @throws DedupeError that names the option.
 */
export function parseGlob(text: string, option: string): string {
  const unescaped = text.replace(/\\./g, "");
  const unbalanced = ["[]", "{}", "()"].find(
    ([left, right]) => unescaped.split(left).length !== unescaped.split(right).length,
  );
  if (text.trim() !== "" && unbalanced === undefined) return text;
  const why =
    unbalanced === undefined
      ? "is empty"
      : `has an unbalanced ${unbalanced[0]} or ${unbalanced[1]}`;
  throw new DedupeError(
    "bad-glob",
    `${option}: '${text}' ${why}`,
    "to match a bracket itself, write \\[",
  );
}

/** Milliseconds of the units of time. */
const TIMES: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * The milliseconds in `5d`, `12h`, `30m` or `1.5h`.
 *
 * @throws DedupeError that names the option.
 */
export function parseAge(text: string, option: string): number {
  const parts = /^(\d+(?:\.\d+)?)\s*([smhdw])$/i.exec(text.trim());
  const age = parts === null ? Number.NaN : Number(parts[1]) * TIMES[parts[2].toLowerCase()];
  if (Number.isSafeInteger(Math.round(age))) return Math.round(age);
  throw new DedupeError(
    "bad-option",
    `${option}: '${text}' is not an age`,
    "ages look like 5d, 12h or 30m",
  );
}
