import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  BY_CONTENT,
  confirmKind,
  kindByName,
  kindNeedsContent,
  kindOfContent,
  kindOfName,
  KINDS,
} from "../../src/artifacts/kinds.ts";
import { nameOfKind } from "./classify-path.ts";

/** The first 512 bytes of outputs of real tools: file, tool, hexadecimal digits. */
const heads = readFileSync(new URL("../../fixtures/heads.txt", import.meta.url), "latin1")
  .trim()
  .split("\n")
  .map((line) => line.split("\t") as [string, string, string]);

/** Outputs whose first bytes prove another kind than their ending, or none. */
const BY_BYTES: Record<string, string> = {
  "x.obj": "object",
  "x.lib": "static-library",
  "libx.rlib": "static-library",
  "x.dwo": "object",
  "x.dwp": "object",
  "x.debug": "executable",
  "x.o nasm -f elf64": "assembler-object",
  "x.o clang -c -flto": "llvm-bitcode",
  "x.o clang --target=wasm32 -c": "wasm",
  "m.mod": "other",
  "x.jar": "other",
  "X.hie": "other",
  "gcm.cache/x.gcm": "other",
  "x.d": "other",
  "x.min.js": "other",
  "x.min.js.map": "other",
  "x.js.map": "other",
  "x.go": "shared-library",
  x: "executable",
  "x.opt": "executable",
  "x.byte": "other",
};

describe("first bytes of real outputs", () => {
  test.each(heads)("%s (%s)", (file, tool, digits) => {
    const head = Buffer.from(digits, "hex");
    const name = file.slice(file.lastIndexOf("/") + 1);
    const byName = kindOfName(name);
    const expected = BY_BYTES[`${file} ${tool}`] ?? BY_BYTES[file] ?? nameOfKind(byName);
    expect(nameOfKind(kindOfContent(head))).toBe(expected);
    if (byName >= BY_CONTENT) return;
    const confirmed = expected === "assembler-object" ? expected : nameOfKind(byName);
    expect(nameOfKind(confirmKind(byName, head))).toBe(confirmed);
  });
});

/** Headers written by hand from the specifications of their formats. */
const WRITTEN: readonly (readonly [what: string, digits: string, kind: string])[] = [
  ["Mach-O object, 64 bit", "cffaedfe070000010300000001000000", "object"],
  ["ELF object by nasm -f elf32", nasmElf("0101", "0100", 32), "assembler-object"],
  ["the same, big-endian", nasmElf("0102", "0001", 32), "assembler-object"],
  ["ELF object by nasm -f elf64", nasmElf("0201", "0100", 40), "assembler-object"],
  ["the same, big-endian", nasmElf("0202", "0001", 40), "assembler-object"],
  ["ELF object with section headers elsewhere", nasmElf("0201", "0100", 41), "object"],
  ["ELF program with section headers at the start", nasmElf("0201", "0200", 40), "executable"],
  ["Mach-O object by nasm", machO("19000000", "02000000"), "assembler-object"],
  ["Mach-O object by clang", machO("19000000", "02000000", "0b000000"), "object"],
  ["Mach-O object without symbols", machO("19000000", "24000000"), "object"],
  ["Mach-O object, truncated", machO("19000000", "02000000").slice(0, 72), "object"],
  ["Mach-O program, 64 bit", "cffaedfe070000010300000002000000", "executable"],
  ["Mach-O library, 64 bit", "cffaedfe0c0000010000000006000000", "shared-library"],
  ["Mach-O bundle, 32 bit", "cefaedfe070000000300000008000000", "shared-library"],
  ["Mach-O dSYM", "cffaedfe0c000001000000000a000000", "debug-symbols"],
  ["Mach-O object, big-endian", "feedface000000120000000000000001", "object"],
  ["universal Mach-O", "cafebabe0000000201000007", "executable"],
  ["Java class, version 52", "cafebabe00000034001d0a00", "java-class"],
  [
    "ELF object, big-endian 32 bit",
    "7f454c46010201" + "00".repeat(9) + "0001" + "00".repeat(40),
    "object",
  ],
  ["ELF core dump", "7f454c46020101" + "00".repeat(9) + "0400" + "00".repeat(46), "other"],
  ["COFF object, ARM64", "64aa0300" + "00".repeat(12) + "000000002e74657874", "object"],
  ["COFF object, bigobj", "0000ffff02006486" + "00".repeat(40), "object"],
  [
    "PE program",
    "4d5a" + "00".repeat(58) + "40000000504500006486" + "00".repeat(14) + "f0002200",
    "executable",
  ],
  [
    "PE library",
    "4d5a" + "00".repeat(58) + "40000000504500006486" + "00".repeat(14) + "f0002220",
    "dll",
  ],
  ["DOS program", "4d5a" + "00".repeat(62), "other"],
  ["thin archive", text("!<thin>\n//  "), "static-library"],
  ["Debian package", text("!<arch>\ndebian-binary   "), "other"],
  ["Python 3.13 bytecode", "f30d0d0a00000000" + "00".repeat(8), "python-bytecode"],
  ["Python 3.7 bytecode by hash", "420d0d0a03000000" + "ab".repeat(8), "python-bytecode"],
  ["two letters and CR LF", "41420d0a" + "43".repeat(20), "other"],
  ["Apple's bitcode wrapper", "dec0170b00000000", "llvm-bitcode"],
  ["Dalvik", text("dex\n035\0"), "dex"],
  ["PHP's opcache", text("OPCACHE "), "php-bytecode"],
  ["fatbin", "50ed55ba01001000", "cuda-code"],
  ["gzip", "1f8b0800000000000003", "other"],
  ["a shell script", text("#!/bin/sh\necho\n"), "other"],
  ["empty", "", "other"],
  ["one byte of ELF's magic", "7f", "other"],
  ["only ELF's magic", "7f454c46", "other"],
  ["text", text("int main(void) { return 0; }\n"), "other"],
];

describe("headers written by hand", () => {
  test.each(WRITTEN)("%s", (_what, digits, kind) => {
    expect(nameOfKind(kindOfContent(Buffer.from(digits, "hex")))).toBe(kind);
  });
});

/** Names with their first bytes, and the kind that both together prove. */
const CONFIRMED: readonly (readonly [name: string, digits: string, kind: string])[] = [
  ["model.obj", text("# Blender v3.4\nv 1.0 1.0 1.0\n"), "other"],
  ["x.obj", "6486020000000000" + "00".repeat(12), "windows-object"],
  ["song.mod", text("a tune\0\0\0\0"), "other"],
  ["m.mod", "1f8b0800000000000003", "fortran-module"],
  ["m.mod", text("!mod$ v1 sum:0123"), "fortran-module"],
  ["data.lib", text("PK\x03\x04"), "other"],
  ["x.lib", text("!<arch>\n/   "), "windows-library"],
  ["funcs.bc", text("define f(x) { return x }\n"), "other"],
  ["x.bc", "4243c0de35140000", "llvm-bitcode"],
  ["words.hi", text("नम"), "other"],
  ["X.hi", "01face6400000000", "ghc-interface"],
  ["prog", "7f", "other"],
  ["prog", text("\0asm"), "wasm"],
  ["x.o", text("anything"), "object"],
  ["x.o", nasmElf("0201", "0100", 40), "assembler-object"],
  ["x.debug", nasmElf("0201", "0100", 40), "debug-symbols"],
  ["libx.a", text("anything"), "static-library"],
];

describe("confirmKind", () => {
  test.each(CONFIRMED)("%s", (name, digits, kind) => {
    expect(nameOfKind(confirmKind(kindOfName(name), Buffer.from(digits, "hex")))).toBe(kind);
  });
  test("needs the first bytes for ambiguous endings only", () => {
    const needing = KINDS.filter((_, kind) => kindNeedsContent(kind)).map((kind) => kind.name);
    expect(needing).toEqual([
      "windows-object",
      "windows-library",
      "llvm-bitcode",
      "ghc-interface",
      "fortran-module",
    ]);
    expect(kindNeedsContent(BY_CONTENT)).toBe(false);
    expect(kindNeedsContent(kindByName("object"))).toBe(false);
  });
});

/** An ELF header with the number 64 at offset `at`, in the header's byte order. */
function nasmElf(classAndOrder: string, type: string, at: number): string {
  const head = Buffer.alloc(64);
  head.set(Buffer.from(`7f454c46${classAndOrder}01`, "hex"));
  head.set(Buffer.from(type, "hex"), 16);
  const little = classAndOrder.endsWith("01");
  const wide = classAndOrder.startsWith("02");
  head[little ? at : at + (wide ? 7 : 3)] = 64;
  return head.toString("hex");
}

/** A Mach-O object with the given load commands, 16 bytes each. */
function machO(...commands: string[]): string {
  const count = Buffer.from([commands.length, 0, 0, 0]).toString("hex");
  const each = commands.map((command) => `${command}10000000${"00".repeat(8)}`).join("");
  return `cffaedfe070000010300000001000000${count}${"00".repeat(12)}${each}`;
}

function text(chars: string): string {
  return Buffer.from(chars, "utf8").toString("hex");
}
