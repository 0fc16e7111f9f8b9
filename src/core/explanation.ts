/** How serious a difference is, most serious first. */
export type DifferenceClass = "code" | "data" | "names" | "other" | "noise";

/** A part of a file's format, such as a section or a member, in which two files differ. */
export interface PartDifference {
  readonly label: string;
  readonly class: DifferenceClass;
  /** Differing bytes, or the difference in length where the part was not aligned. */
  readonly bytes: number;
}

/** Why two files differ. */
export interface Explanation {
  /** "elf", "ar", "pyc", "zip", "gzip", "wasm", "pe", "mach-o", "text", or "unknown". */
  readonly format: string;
  /** Offset of the first byte that differs, in bytes. */
  readonly firstDifference: number;
  readonly parts: readonly PartDifference[];
  /**
   * One short phrase without path, the key by which pairs are grouped: "code differs", "differ only in members'
   * times".
   */
  readonly verdict: string;
  readonly class: DifferenceClass;
  /** What makes the builds equal, only if the verdict is wholly that noise: "build with ar D". */
  readonly remedy?: string;
}
