import { describe, expect, it } from "vitest";
import { parseMakefile } from "../../src/prerequisites/makefile.ts";

/** A Makefile, an output, and the command that writes it in place, if any. */
const RECIPES: readonly [what: string, text: string, output: string, command?: string][] = [
  ["cp", "dist/app: app\n\tcp $< $@\n", "dist/app", "cp"],
  ["a rule of another file", "dist/app: app\n\tcp $< $@\n", "app"],
  ["cp -p by its path, silently", "a: b\n\t@/bin/cp -p b a\n", "a", "cp"],
  ["cp -f, which removes a file only if it cannot open it", "a: b\n\t-cp -f b a\n", "a", "cp"],
  ["cp after a semicolon", "a: b ; cp b a\n", "a", "cp"],
  ["cp --remove-destination", "a: b\n\tcp --remove-destination b $@\n", "a"],
  ["cp -l", "a: b\n\tcp -fl b $@\n", "a"],
  ["cp of a variable", "CP = cp -a\na: b\n\t$(CP) b $@\n", "a", "cp"],
  ["install", "a: b\n\tinstall -D b $@\n", "a"],
  ["ln", "a: b\n\tln -f b $@\n", "a"],
  ["a redirection", "a: b\n\tgen < b > $@\n", "a", ">"],
  ["a redirection that appends", "a: b\n\tgen b >>$@ 2>&1\n", "a", ">"],
  ["a redirection of stderr only", "a: b\n\tgen b -o $@ 2> log\n", "a"],
  ["tee", "a: b\n\tgen b | tee $@ > /dev/null\n", "a", "tee"],
  ["dd", "a: b\n\tdd if=b of=$@ bs=1M\n", "a", "dd"],
  ["touch", "a: b\n\t@touch $@\n", "a", "touch"],
  ["ar", "a.a: b.o\n\t$(AR) rcs $@ $^\n", "a.a", "ar"],
  ["ar of a cross toolchain", "a.a: b.o\n\tarm-none-eabi-ar -cr $@ $^\n", "a.a", "ar"],
  ["llvm-ar", "a.a: b.o\n\tllvm-ar rcs $@ $^\n", "a.a"],
  ["ar that lists", "a.a: b.o\n\tar t $@\n", "a.a"],
  ["ar after rm", "a.a: b.o\n\trm -f $@\n\tar rcs $@ $^\n\tranlib $@\n", "a.a"],
  ["rm of the output", "T = a\n$(T): b\n\trm -f $(T); cp b $@\n", "a"],
  ["rm of another file", "a: b\n\trm -f c; cp b $@\n", "a", "cp"],
  ["rm of the directory", "d/a: b\n\trm -rf d && mkdir d && cp b $@\n", "d/a"],
  ["rm too late", "a: b\n\tcp b $@; rm -f $@\n", "a", "cp"],
  ["mv", "a: b\n\tgen > $@.tmp && mv $@.tmp $@\n", "a"],
  ["strip after a linker", "a: b.o\n\tgcc b.o -o $@\n\tstrip $@\n", "a"],
  ["strip alone", "a: b\n\tstrip -g $@\n", "a", "strip"],
  ["strip -o", "a: b\n\tstrip -o $@ b\n", "a"],
  ["objcopy of one file", "a: b\n\tobjcopy -R .note --strip-unneeded $@\n", "a", "objcopy"],
  ["objcopy of two", "a: b\n\tobjcopy -O binary b $@\n", "a"],
  ["nasm", "a.o: a.asm\n\tnasm -f win64 $< -o $@\n", "a.o", "nasm"],
  ["gcc with mold", "a: a.o\n\tgcc -fuse-ld=mold $< -o $@\n", "a", "mold"],
  ["a pattern rule", "dist/%: build/%\n\tcp $< $@\n", "dist/bin/app", "cp"],
  ["a pattern rule's stem", "dist/%: build/%\n\tcp $< dist/$*\n", "dist/app", "cp"],
  ["a pattern rule's directory", "dist/%: build/%\n\tcp $< $(@D)/$(@F)\n", "dist/app", "cp"],
  ["a pattern in any directory", "%.so: %.o\n\tcp $< $@\n", "x/y.so", "cp"],
  ["a pattern for everything", "%: %.sh\n\tcp $< $@\n", "app"],
  ["a static pattern rule", "x/a x/b: x/%: y/%\n\tcp y/$* x/$*\n", "x/b", "cp"],
  ["an external variable", "d/$V/a: b/$V/a\n\tcp $< $@\n", "d/debug/a", "cp"],
  [
    "the default of an external variable",
    "D ?= dist\nall:\n\tcp build/* $(D)/\n",
    "dist/app",
    "cp",
  ],
  ["a file into a directory", "dist: app\n\tcp build/app dist/\n", "dist/app", "cp"],
  ["another file into a directory", "dist: app\n\tcp LICENSE dist/\n", "dist/app"],
  ["cp -t", "dist: app\n\tcp -t dist build/app b\n", "dist/app", "cp"],
  ["a directory without a slash", "dist: app\n\tcp build/app dist\n", "dist/app", "cp"],
  ["cp -r", "dist: ; cp -r build/x dist/\n", "dist/x/y/app", "cp"],
  ["cp -r of another directory", "dist: ; cp -r build/x dist/\n", "dist/z/app"],
  ["cp -r of a directory's contents", "dist: ; cp -r build/. dist/\n", "dist/z/app", "cp"],
  ["a loop", "dist:\n\tfor f in $(X) y; do cp $$f dist/; done\n", "dist/app", "cp"],
  ["a loop, deeper", "dist:\n\tfor f in x; do cp $$f dist/; done\n", "dist/sub/app"],
  ["a loop with quotes", 'dist:\n\tfor f in x; do cp "$$f" "dist/$$f"; done\n', "dist/x", "cp"],
  ["cd before cp", "dist:\n\tcd build && cp app ../dist/app\n", "dist/app", "cp"],
  ["cd in another line", "dist:\n\tcd build\n\tcp app x\n", "build/x"],
  ["a path that only the shell knows", "dist:\n\tcp app $$HOME/x\n", "x"],
  ["a function that needs make", "dist:\n\tcp app $(shell x)/app\n", "app"],
  ["continued lines", "a: b\n\tcp \\\n\t  b $@\n", "a", "cp"],
  ["comments", "a: b\n\t# cp b a\n#\tcp b a\n\tln -f b a # > a\n", "a"],
  ["a quoted redirection", "a: b\n\techo 'x > a'; echo \"> a\"\n", "a"],
  ["a define", "define X\na: b\n\tcp b a\nendef\n", "a"],
];

describe("recipes", () => {
  it.each(RECIPES)("%s", (_, text, output, command) => {
    expect(parseMakefile(text).inPlaceCommandOf?.(output)).toBe(command);
  });

  it("accepts malformed lines", () => {
    for (const line of [
      "cp 'a",
      'cp "$$(x',
      "cp `",
      "cp $${x",
      "> ",
      "{",
      "((((",
      "cp \\",
      "$",
      "a;;b",
      "cp -t",
    ])
      expect(() => parseMakefile(`a:\n\t${line}\n`).inPlaceCommandOf?.("a")).not.toThrow();
  });

  it("is fast for many rules", { tags: ["slow"] }, () => {
    const rules = Array.from({ length: 20_000 }, (_, i) => `d/x${i}: x${i}\n\tcp $< $@\n`);
    const makefile = parseMakefile(rules.join(""));
    const started = process.cpuUsage();
    expect(makefile.inPlaceCommandOf?.("d/x19999")).toBe("cp");
    for (let i = 0; i < 100_000; i += 1) makefile.inPlaceCommandOf?.("d/none");
    // Processor time: other processes may keep the machine busy.
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(3000);
  });
});
