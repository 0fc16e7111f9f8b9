import type { Effect } from "./command-row.ts";

/** A name that a tool leaves in the files that it writes, and what the tool does to an existing file. */
export interface ProducerRow {
  /** The command, as in `--writer`. */
  readonly command: string;
  /** Kinds of files, by name. */
  readonly kinds: readonly string[];
  /** Matches a string of the section `.comment`. */
  readonly comment?: RegExp;
  /** Matches the name of a section. */
  readonly section?: RegExp;
  /** Matches the path of the file. */
  readonly path?: RegExp;
  readonly effect: Exclude<Effect, "none">;
  /** Whether the tool finds out by other means than times what is up to date. */
  readonly ignoresTimes?: true;
  /** Tools in fixtures/writers.txt, or another source. */
  readonly source: readonly string[];
}

const OBJECT = ["object"];
const LINKED = ["shared-library", "executable"];
const LIBRARY = ["shared-library"];
const PROGRAM = ["executable"];

/**
 * Producers of ELF files. The first row that applies counts: a linker copies the names that it finds in its inputs,
 * so the rows of linkers come before those of compilers.
 *
 * ld.bfd leaves no name, and the start files of the C library leave gcc's in every program. A file that names a
 * compiler but no linker was therefore written by ld.bfd.
 */
export const ELF_PRODUCERS: readonly ProducerRow[] = [
  {
    command: "mold",
    kinds: [...OBJECT, ...PROGRAM],
    comment: /^mold /,
    effect: "in-place",
    source: ["mold", "mold -r", "gcc -fuse-ld=mold", "clang -fuse-ld=mold"],
  },
  {
    command: "mold",
    kinds: LIBRARY,
    comment: /^mold /,
    effect: "replace",
    source: ["mold -shared", "gcc -shared -fuse-ld=mold"],
  },
  {
    command: "fpc",
    kinds: [...OBJECT, ...LINKED],
    section: /^\.fpc/,
    effect: "in-place",
    source: ["fpc"],
  },
  {
    command: "go",
    kinds: LINKED,
    section: /^(?:\.go\.buildinfo|\.note\.go\.buildid)$/,
    effect: "touch",
    // It compares build IDs.
    ignoresTimes: true,
    source: ["go build", "go install", "go build -buildmode=c-shared"],
  },
  {
    command: "ld.lld",
    kinds: [...OBJECT, ...LINKED],
    comment: /^Linker: .*\bLLD /,
    effect: "replace",
    source: [
      "ld.lld",
      "ld.lld -r",
      "clang -fuse-ld=lld",
      "clang -shared -fuse-ld=lld",
      "rustc bin",
    ],
  },
  {
    command: "ld.gold",
    kinds: [...OBJECT, ...LINKED],
    section: /^\.note\.gnu\.gold-version$/,
    effect: "replace",
    source: ["ld.gold", "ld.gold -r", "gcc -fuse-ld=gold", "gcc -shared -fuse-ld=gold"],
  },
  {
    command: "a linker",
    kinds: LINKED,
    comment: /^Linker: /,
    effect: "unknown",
    source: [],
  },
  {
    command: "ghc",
    kinds: OBJECT,
    comment: /^GHC /,
    effect: "touch",
    source: ["ghc -c", "ghc -dynamic-too"],
  },
  {
    // rustc makes a directory for each session, with links to the objects of the one before, and removes an object
    // before it links a new one there.
    command: "rustc",
    kinds: OBJECT,
    comment: /^rustc version /,
    path: /(?:^|\/)incremental\/[^/]+-[0-9a-z]+\/s-[0-9a-z]+-[0-9a-z]+-(?!working\/)[0-9a-z]+\/[^/]+\.o$/,
    effect: "replace",
    source: ["rustc -C incremental (session)"],
  },
  {
    command: "rustc",
    kinds: OBJECT,
    comment: /^rustc version /,
    effect: "in-place",
    source: ["rustc --emit=obj"],
  },
  {
    command: "nasm",
    kinds: OBJECT,
    comment: /^The Netwide Assembler /,
    effect: "in-place",
    source: ["nasm -f elf64"],
  },
  {
    command: "gcc",
    kinds: [...OBJECT, ...LINKED],
    comment: /^GCC: \(/,
    effect: "replace",
    source: [
      "gcc -c",
      "g++ -c",
      "gfortran -c",
      "gnatmake",
      "gdc -c",
      "gcc -r",
      "gcc (ld.bfd)",
      "gcc -shared (ld.bfd)",
    ],
  },
  {
    command: "clang",
    kinds: OBJECT,
    // llc and llvm-mc copy the name but do not write this table unless they are told to.
    section: /^\.llvm_addrsig$/,
    comment: /\bclang version \d/,
    effect: "replace",
    source: ["clang -c", "clang++ -c", "clang -c x.ll"],
  },
  {
    command: "clang or llc",
    kinds: OBJECT,
    comment: /\bclang version \d/,
    effect: "unknown",
    source: ["clang -c", "llc -filetype=obj"],
  },
  {
    command: "clang",
    kinds: LINKED,
    comment: /\bclang version \d/,
    effect: "replace",
    source: ["clang"],
  },
  {
    command: "ldc2",
    kinds: [...OBJECT, ...LINKED],
    comment: /^ldc version /,
    effect: "replace",
    source: ["ldc2 -c", "ldc2"],
  },
];
