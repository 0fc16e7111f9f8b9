import { plural } from "./numbers.ts";

const SECOND = 1000;
const UNITS: readonly (readonly [milliseconds: number, name: string])[] = [
  [24 * 3600 * SECOND, "day"],
  [3600 * SECOND, "hour"],
  [60 * SECOND, "minute"],
  [SECOND, "second"],
];

/** `3 minutes ago`, rounded down; `now` for less than a second, or a time that is yet to come. */
export function timeAgo(milliseconds: number): string {
  const unit = UNITS.find(([length]) => milliseconds >= length);
  if (unit === undefined) return "now";
  return `${plural(Math.floor(milliseconds / unit[0]), unit[1])} ago`;
}
