import { type ByteSource, latin1 } from "./byte-source.ts";
import {
  MAX_ENTRIES,
  MAX_NAME,
  MAX_NAMES,
  type NoiseCause,
  type Range,
  completeRanges,
} from "./ranges.ts";

const MAGIC = "!<arch>\n";
/** An archive whose members stay in files of their own. */
const THIN_MAGIC = "!<thin>\n";
const HEADER = 60;
/** The table of long names of GNU's `ar`. */
const LONG_NAMES = "//";
const SYMBOL_INDEX = /^(?:\/|\/SYM64\/|__\.SYMDEF(?: SORTED)?|__\.SYMDEF_64(?: SORTED)?)$/;

const FIELDS: readonly (readonly [length: number, Pick<Range, "label" | "class" | "cause">])[] = [
  [12, noise("members' times", "archive-times")],
  [12, noise("members' owners", "archive-owners")],
  [8, noise("members' modes", "archive-modes")],
];

/**
 * The ranges of an archive of `ar`; undefined if it is none, or damaged. Sources: ar(5) of FreeBSD (BSD's long names),
 * the manual of GNU binutils (long names, thin archives).
 */
export function arRanges(file: ByteSource): Range[] | undefined {
  const magic = latin1(file.read(0, 8));
  const isThin = magic === THIN_MAGIC;
  if (magic !== MAGIC && !isThin) return undefined;
  const ranges: Range[] = [{ offset: 0, length: 8, label: "archive header", class: "other" }];
  let longNames = "";
  let bytesOfNames = 0;
  let at = 8;
  for (let count = 0; at < file.size; count += 1) {
    const header = latin1(file.read(at, HEADER));
    const size = decimal(header.slice(48, 58));
    if (count > MAX_ENTRIES || header.slice(58) !== "`\n" || size === undefined) return undefined;
    const given = header.slice(0, 16).trimEnd();
    const isIndex = SYMBOL_INDEX.test(given);
    const isSpecial = isIndex || given === LONG_NAMES;
    const start = at + HEADER;
    // BSD's long names are in front of the contents.
    const nameLength = /^#1\/(\d+)$/.exec(given)?.[1];
    const inFront = nameLength === undefined ? 0 : Number(nameLength);
    if (inFront > Math.min(MAX_NAME, size)) return undefined;
    const name =
      inFront > 0
        ? latin1(file.read(start, inFront)).replace(/\0+$/, "")
        : nameIn(given, longNames);
    if (name === undefined || (bytesOfNames += name.length) > MAX_NAMES) return undefined;
    const stored = isThin && !isSpecial ? 0 : size;
    if (start + stored > file.size) return undefined;
    if (given === LONG_NAMES) {
      if (size > MAX_NAMES) return undefined;
      longNames = latin1(file.read(start, size));
    }
    ranges.push(
      ...headerRanges(at, name),
      { offset: start, length: inFront, label: "member names", class: "names", owner: name },
      {
        offset: start + inFront,
        length: stored - inFront,
        ...(isIndex || SYMBOL_INDEX.test(name)
          ? { label: "symbol index", class: "names", derived: "content" }
          : given === LONG_NAMES
            ? { label: "member names", class: "names", derived: "content" }
            : { label: name, class: "data", isMember: true, isFile: true }),
      },
    );
    at = start + stored + (stored % 2);
  }
  return completeRanges(file.size, ranges);
}

function headerRanges(at: number, owner: string): Range[] {
  const ranges: Range[] = [
    { offset: at, length: 16, label: "member names", class: "names", owner, derived: "layout" },
  ];
  let offset = at + 16;
  for (const [length, meaning] of FIELDS) {
    ranges.push({ offset, length, owner, ...meaning });
    offset += length;
  }
  const size = { label: "member sizes", class: "other", owner, derived: "layout" } as const;
  return [...ranges, { offset, length: 12, ...size }];
}

/** The name that a header gives: in GNU's format it ends with a slash, or is an offset in the table of long names. */
function nameIn(given: string, longNames: string): string | undefined {
  const offset = decimal(/^\/(\d+)$/.exec(given)?.[1] ?? "");
  if (offset === undefined)
    return /^(?:\/|\/\/|\/SYM64\/)$/.test(given) ? given : given.replace(/\/$/, "");
  const piece = longNames.slice(offset, offset + MAX_NAME);
  return /^[^\n]*?(?=\/?\n)/.exec(piece)?.[0];
}

function decimal(text: string): number | undefined {
  const match = /^(\d+) *$/.exec(text);
  return match === null ? undefined : Number(match[1]);
}

function noise(label: string, cause: NoiseCause): Pick<Range, "label" | "class" | "cause"> {
  return { label, class: "noise", cause };
}
