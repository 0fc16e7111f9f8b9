import { type ByteSource, copyOf, latin1 } from "./byte-source.ts";
import { FieldRanges } from "./field-ranges.ts";
import { MAX_ENTRIES, MAX_NAME, MAX_NAMES, type Range, completeRanges } from "./ranges.ts";

type Meaning = Pick<Range, "label" | "class" | "cause" | "derived">;

/** The layer of a core module, in the second half of the version. */
const CORE = 0;
const CUSTOM = 0;
const SECTIONS: Readonly<Record<number, Meaning>> = {
  1: { label: "types", class: "code" },
  2: { label: "imports", class: "code" },
  3: { label: "functions", class: "code" },
  4: { label: "tables", class: "data" },
  5: { label: "memories", class: "data" },
  6: { label: "globals", class: "data" },
  7: { label: "exports", class: "code" },
  8: { label: "start", class: "code" },
  9: { label: "elements", class: "data" },
  10: { label: "code", class: "code" },
  11: { label: "data", class: "data" },
  12: { label: "data count", class: "data" },
  13: { label: "tags", class: "code" },
};

/**
 * The ranges of a WebAssembly module or component; undefined if it is damaged. Sources: WebAssembly Core
 * Specification, Binary Format; WebAssembly tool conventions, Linking and Debugging.
 */
export function wasmRanges(file: ByteSource): Range[] | undefined {
  const head = copyOf(file.read(0, 8));
  const isCore = head[6] === CORE;
  const ranges: Range[] = [{ offset: 0, length: 8, label: "wasm header", class: "code" }];
  let at = 8;
  let bytesOfNames = 0;
  for (let count = 0; at < file.size; count += 1) {
    const start = copyOf(file.read(at, 16));
    const size = leb(start, 1);
    if (count > MAX_ENTRIES || size === undefined) return undefined;
    const bodyAt = at + size.end;
    const end = bodyAt + size.value;
    if (end > file.size) return undefined;
    const id = start[0];
    let meaning: Meaning = (isCore ? SECTIONS[id] : undefined) ?? {
      label: `section ${id}`,
      class: "code",
    };
    let nameLength = 0;
    if (id === CUSTOM) {
      const name = customName(file, bodyAt, end);
      if (name === undefined || (bytesOfNames += name.text.length) > MAX_NAMES) return undefined;
      meaning = customMeaning(name.text);
      nameLength = name.end;
    }
    const header = { label: "section sizes", class: "other", owner: meaning.label } as const;
    ranges.push(
      ...new FieldRanges(at)
        .add(size.end, { ...header, derived: "layout" })
        .add(nameLength, { ...header, label: "section names" })
        .add(size.value - nameLength, meaning).ranges,
    );
    at = end;
  }
  return completeRanges(file.size, ranges);
}

function customMeaning(label: string): Meaning {
  if (/^(?:reloc\.)?\.debug_/.test(label)) return { label, class: "noise", cause: "debug" };
  if (label === "build_id") return { label, class: "noise", cause: "build-id", derived: "content" };
  if (label === "external_debug_info") return { label, class: "noise", cause: "debug-link" };
  if (label === "name" || label === "linking") return { label, class: "names" };
  if (label === "reloc.CODE") return { label, class: "code" };
  if (label === "reloc.DATA") return { label, class: "data" };
  return { label: label === "" ? "custom section" : label, class: "other" };
}

/** The name of a custom section, and where its contents begin, relative to the section. */
function customName(
  file: ByteSource,
  at: number,
  sectionEnd: number,
): { text: string; end: number } | undefined {
  const length = leb(copyOf(file.read(at, 5)), 0);
  if (length === undefined || length.value > MAX_NAME) return undefined;
  const end = length.end + length.value;
  if (at + end > sectionEnd) return undefined;
  return { text: latin1(file.read(at + length.end, length.value)), end };
}

/** An unsigned LEB128 number of up to 32 bits, and the index after it. */
function leb(bytes: Uint8Array, from: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let i = 0; i < 5 && from + i < bytes.length; i += 1) {
    value += (bytes[from + i] % 128) * 128 ** i;
    if (bytes[from + i] < 128) return { value, end: from + i + 1 };
  }
  return undefined;
}
