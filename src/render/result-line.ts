import { bytes, plural } from "./numbers.ts";

/** What every command's result line ends with. */
export interface RunFigures {
  /** Files and directories that could not be processed. */
  readonly failed: number;
  readonly seconds: number;
  readonly interrupted: boolean;
}

/**
 * The first line of a report, which is the whole output of `--brief`: `592 links made, 8.3 MiB freed (20 %), 0.14 s`.
 * After an interruption it says that the figures are partial.
 */
export function resultLine(
  figures: readonly string[],
  { failed, seconds, interrupted }: RunFigures,
): string {
  const parts = [...figures, ...(failed > 0 ? [plural(failed, "failure")] : [])];
  const line = `${parts.join(", ")}, ${seconds.toFixed(2)} s`;
  return interrupted ? `Interrupted: ${line} (partial)` : line;
}

/** The share in whole percent, or with one decimal below 10 %: `20 %`, `2.3 %`, `0 %`. */
function shortPercent(part: number, whole: number): string {
  const share = whole === 0 ? 0 : (100 * part) / whole;
  return `${share === 0 || share >= 9.95 ? Math.round(share) : share.toFixed(1)} %`;
}

/** `8.3 MiB freed (20 %)`; without the share if the whole is not known because of an interruption. */
export function bytesOf(
  verb: string,
  part: number,
  whole: number,
  { interrupted }: Pick<RunFigures, "interrupted">,
): string {
  const share = interrupted ? "" : ` (${shortPercent(part, whole)})`;
  return `${bytes(part)} ${verb}${share}`;
}
