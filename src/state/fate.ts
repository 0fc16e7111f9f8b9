/** What became of a path since it was remembered. */
export const Fate = {
  /** Nothing is remembered about it. */
  unknown: 0,
  /** It leads to the inode that it was linked to, as the last run left it. */
  linked: 1,
  /** It leads to the file that the last run left apart. */
  apart: 2,
  /** It is known to be written in place. */
  inPlace: 3,
  /** It was linked, and leads to another file now. */
  remade: 4,
  /** It stood apart, and leads to another file now. */
  lifted: 5,
  /** It leads to an inode that was written in place since a run linked it. */
  written: 6,
} as const;
