import { type ByteSource, copyOf } from "../formats/byte-source.ts";
import { type ElfSymbol, SymbolType, elfSymbols } from "../formats/elf-symbols.ts";
import { type ElfFile, ElfSectionType, hasSectionFlag, readElf } from "../formats/elf.ts";
import { type ObjectContents, type ObjectFunction, startOf } from "./object-contents.ts";
import { type RelocatedBytes, isRelocatedTo, isRelocatedWithin } from "./relocated-bytes.ts";

/** Of code or data in a module, in bytes. In one with more, nothing is found that has to be searched for. */
const MAX_CONTENTS = 64 * 1024 * 1024;

/** A linked program or library, in which objects are looked for. */
export class LinkedModule {
  readonly #elf: ElfFile;
  readonly #stripped: boolean;
  readonly #functions = new Map<string, ElfSymbol[]>();

  private constructor(elf: ElfFile, symbols: readonly ElfSymbol[], stripped: boolean) {
    this.#elf = elf;
    this.#stripped = stripped;
    for (const symbol of symbols) {
      const isFunction =
        symbol.type === SymbolType.function || symbol.type === SymbolType.indirectFunction;
      if (!isFunction || symbol.size === 0 || symbol.section === 0) continue;
      const known = this.#functions.get(symbol.name);
      if (known === undefined) this.#functions.set(symbol.name, [symbol]);
      else known.push(symbol);
    }
  }

  /** Reads the symbols of a file. undefined if it is not ELF, or has none. */
  static read(file: ByteSource): LinkedModule | undefined {
    const elf = readElf(file);
    const table = elf && elfSymbols(file, elf);
    if (elf === undefined || table === undefined) return undefined;
    return new LinkedModule(elf, table.symbols, table.stripped);
  }

  /** Whether the module has functions of the same names and lengths as an object. */
  mayContain(object: ObjectContents): boolean {
    const functions = this.#named(object);
    return functions.length > 0 && functions.every((each) => this.#namesakes(each).length > 0);
  }

  /**
   * Whether all functions and all data of an object are in the module. If the module is stripped, functions that it does
   * not export may be anywhere in its code; at least one must be exported.
   *
   * @param file The file of the module.
   */
  contains(object: ObjectContents, file: ByteSource): boolean {
    const hasFunction = (each: ObjectFunction): boolean =>
      this.#namesakes(each).some(({ value, section }) => {
        const { offset, address } = this.#elf.sections[section];
        const at = offset + startOf(value, this.#elf.machine) - address;
        return isRelocatedTo(each.code, file.read(at, each.code.bytes.length));
      });
    if (!this.mayContain(object) || !this.#named(object).every(hasFunction)) return false;
    const unnamed = this.#stripped ? object.functions.filter(({ exported }) => !exported) : [];
    const hasAll = (pieces: readonly RelocatedBytes[], executable: boolean): boolean => {
      if (pieces.length === 0) return true;
      const contents = this.#readSections(file, executable);
      return contents !== undefined && pieces.every((piece) => isRelocatedWithin(piece, contents));
    };
    const code = unnamed.map((each) => each.code);
    return hasAll(code, true) && hasAll(object.data, false);
  }

  /** The functions of an object that have names in the module. */
  #named({ functions }: ObjectContents): readonly ObjectFunction[] {
    return this.#stripped ? functions.filter(({ exported }) => exported) : functions;
  }

  #namesakes({ name, code }: ObjectFunction): readonly ElfSymbol[] {
    return (this.#functions.get(name) ?? []).filter(
      ({ size, section }) => size === code.bytes.length && section < this.#elf.sections.length,
    );
  }

  /** What is loaded of the module's code, or of its data. undefined if that is too large. */
  #readSections(file: ByteSource, executable: boolean): Buffer | undefined {
    const sections = this.#elf.sections.filter(
      (section) =>
        hasSectionFlag(section, "loaded") &&
        hasSectionFlag(section, "executable") === executable &&
        section.type !== ElfSectionType.noBits,
    );
    if (sections.reduce((sum, { size }) => sum + size, 0) > MAX_CONTENTS) return undefined;
    return Buffer.concat(sections.map(({ offset, size }) => copyOf(file.read(offset, size))));
  }
}
