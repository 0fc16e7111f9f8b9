import { describe, expect, it } from "vitest";
import { parseMakefile } from "../../src/prerequisites/makefile.ts";
import { NO_OVERRIDES } from "../../src/writers/command.ts";
import { MakefileWriters } from "../../src/writers/makefile-writers.ts";

/** How a Makefile makes an output: effect and command; undefined if it is not known. */
function writerOf(
  text: string,
  output: string,
  existing: readonly string[] = [],
): string | undefined {
  const { recipes } = parseMakefile(text);
  if (recipes === undefined) return undefined;
  const writer = new MakefileWriters(recipes, NO_OVERRIDES).writerOf(output, (path) =>
    existing.includes(path),
  );
  return writer && `${writer.effect} ${writer.command}`;
}

/** A Makefile, an output, and the command that writes it in place, if any. */
const RECIPES: readonly [what: string, text: string, output: string, command?: string][] = [
  ["cp", "dist/app: app\n\tcp $< $@\n", "dist/app", "in-place cp"],
  ["a rule of another file", "dist/app: app\n\tcp $< $@\n", "app"],
  ["cp -p by its path, silently", "a: b\n\t@/bin/cp -p b a\n", "a", "in-place cp"],
  [
    "cp -f, which removes a file only if it cannot open it",
    "a: b\n\t-cp -f b a\n",
    "a",
    "in-place cp",
  ],
  ["cp after a semicolon", "a: b ; cp b a\n", "a", "in-place cp"],
  ["cp --remove-destination", "a: b\n\tcp --remove-destination b $@\n", "a", "replace cp"],
  ["cp -l", "a: b\n\tcp -fl b $@\n", "a", "replace cp"],
  ["cp -n", "a: b\n\tcp -n b $@\n", "a"],
  ["cp of a variable", "CP = cp -a\na: b\n\t$(CP) b $@\n", "a", "in-place cp"],
  ["install", "a: b\n\tinstall -D b $@\n", "a", "replace install"],
  ["ln", "a: b\n\tln -f b $@\n", "a", "replace ln"],
  ["a redirection", "a: b\n\tgen < b > $@\n", "a", "in-place >"],
  ["a redirection that appends", "a: b\n\tgen b >>$@ 2>&1\n", "a", "in-place >"],
  ["a redirection of stderr only", "a: b\n\tgen b -o $@ 2> log\n", "a", "unknown gen"],
  ["tee", "a: b\n\tgen b | tee $@ > /dev/null\n", "a", "in-place tee"],
  ["dd", "a: b\n\tdd if=b of=$@ bs=1M\n", "a", "in-place dd"],
  ["touch", "a: b\n\t@touch $@\n", "a", "in-place touch"],
  ["ar", "a.a: b.o\n\t$(AR) rcs $@ $^\n", "a.a", "in-place ar"],
  [
    "a prefix that only prints, as automake's",
    "Q_0 = @echo CC $@;\nQ_1 =\nQ_ = $(Q_$(DEFAULT))\nDEFAULT = 0\na: b\n\t$(Q_$(V))gcc -c b -o $@\n",
    "a",
    "replace gcc",
  ],
  [
    "a prefix that may do anything",
    "Q_0 = @cp b $@;\nQ_1 =\na: b\n\t$(Q_$(V))gcc -c b -o $@\n",
    "a",
    "unknown \u0001",
  ],
  [
    "a copy to a directory that the user may choose",
    "PREFIX=/usr/local\ninstall: a\n\tcp -f a $(PREFIX)/bin/a\n",
    "inst/bin/a",
    "in-place cp",
  ],
  [
    "a copy to one below a directory that the user may choose",
    "prefix = /usr\nbindir = $(prefix)/bin\ninstall:\n\tcp a $(DESTDIR)$(bindir)/\n",
    "inst/bin/a",
    "in-place cp",
  ],
  ["a copy to a fixed directory", "D = /opt/x\nall:\n\tcp a $D/a\n", "inst/a"],
  ["ar of a cross toolchain", "a.a: b.o\n\tarm-none-eabi-ar -cr $@ $^\n", "a.a", "in-place ar"],
  ["llvm-ar", "a.a: b.o\n\tllvm-ar rcs $@ $^\n", "a.a", "replace llvm-ar"],
  ["ar that lists", "a.a: b.o\n\tar t $@\n", "a.a"],
  ["ar after rm", "a.a: b.o\n\trm -f $@\n\tar rcs $@ $^\n\tranlib $@\n", "a.a", "replace rm"],
  ["rm of the output", "T = a\n$(T): b\n\trm -f $(T); cp b $@\n", "a", "replace rm"],
  ["rm of another file", "a: b\n\trm -f c; cp b $@\n", "a", "in-place cp"],
  ["rm of the directory", "d/a: b\n\trm -rf d && mkdir d && cp b $@\n", "d/a", "replace rm"],
  ["rm too late", "a: b\n\tcp b $@; rm -f $@\n", "a", "in-place cp"],
  ["mv", "a: b\n\tgen > $@.tmp && mv $@.tmp $@\n", "a", "replace mv"],
  ["strip after a linker", "a: b.o\n\tgcc b.o -o $@\n\tstrip $@\n", "a", "replace gcc"],
  ["strip alone", "a: b\n\tstrip -g $@\n", "a", "in-place strip"],
  ["strip -o", "a: b\n\tstrip -o $@ b\n", "a", "replace strip"],
  [
    "objcopy of one file",
    "a: b\n\tobjcopy -R .note --strip-unneeded $@\n",
    "a",
    "in-place objcopy",
  ],
  ["objcopy of two", "a: b\n\tobjcopy -O binary b $@\n", "a", "replace objcopy"],
  ["nasm", "a.o: a.asm\n\tnasm -f win64 $< -o $@\n", "a.o", "in-place nasm"],
  [
    "an option that looks like the output of a compiler for Windows",
    "a.o: a.c\n\tgcc -fomit-frame-pointer -c -o $@ $<\n",
    "a.o",
    "replace gcc",
  ],
  ["clang-cl", "a.obj: a.c\n\tclang-cl -c $< -Fo$@\n", "a.obj", "replace clang-cl"],
  ["gcc with mold", "a: a.o\n\tgcc -fuse-ld=mold $< -o $@\n", "a", "in-place mold"],
  ["a pattern rule", "dist/%: build/%\n\tcp $< $@\n", "dist/bin/app", "in-place cp"],
  ["a pattern rule's stem", "dist/%: build/%\n\tcp $< dist/$*\n", "dist/app", "in-place cp"],
  [
    "a pattern rule's directory",
    "dist/%: build/%\n\tcp $< $(@D)/$(@F)\n",
    "dist/app",
    "in-place cp",
  ],
  ["a pattern in any directory", "%.so: %.o\n\tcp $< $@\n", "x/y.so", "in-place cp"],
  ["a pattern for everything", "%: %.sh\n\tcp $< $@\n", "app"],
  ["a static pattern rule", "x/a x/b: x/%: y/%\n\tcp y/$* x/$*\n", "x/b", "in-place cp"],
  ["an external variable", "d/$V/a: b/$V/a\n\tcp $< $@\n", "d/debug/a", "in-place cp"],
  [
    "the default of an external variable",
    "D ?= dist\nall:\n\tcp build/* $(D)/\n",
    "dist/app",
    "in-place cp",
  ],
  ["a file into a directory", "dist: app\n\tcp build/app dist/\n", "dist/app", "in-place cp"],
  ["another file into a directory", "dist: app\n\tcp LICENSE dist/\n", "dist/app"],
  ["cp -t", "dist: app\n\tcp -t dist build/app b\n", "dist/app", "in-place cp"],
  ["a directory without a slash", "dist: app\n\tcp build/app dist\n", "dist/app", "in-place cp"],
  ["cp -r", "dist: ; cp -r build/x dist/\n", "dist/x/y/app", "in-place cp"],
  ["cp -r of another directory", "dist: ; cp -r build/x dist/\n", "dist/z/app"],
  ["cp -r of a directory's contents", "dist: ; cp -r build/. dist/\n", "dist/z/app", "in-place cp"],
  ["a loop", "dist:\n\tfor f in $(X) y; do cp $$f dist/; done\n", "dist/app", "in-place cp"],
  ["a loop, deeper", "dist:\n\tfor f in x; do cp $$f dist/; done\n", "dist/sub/app"],
  [
    "a loop with quotes",
    'dist:\n\tfor f in x; do cp "$$f" "dist/$$f"; done\n',
    "dist/x",
    "in-place cp",
  ],
  ["cd before cp", "dist:\n\tcd build && cp app ../dist/app\n", "dist/app", "in-place cp"],
  ["cd in another line", "dist:\n\tcd build\n\tcp app x\n", "build/x"],
  ["a path that only the shell knows", "dist:\n\tcp app $$HOME/x\n", "x"],
  ["a function that needs make", "dist:\n\tcp app $(shell x)/app\n", "app"],
  ["continued lines", "a: b\n\tcp \\\n\t  b $@\n", "a", "in-place cp"],
  ["comments", "a: b\n\t# cp b a\n#\tcp b a\n\tln -f b a # > a\n", "a", "replace ln"],
  ["a quoted redirection", "a: b\n\techo 'x > a'; echo \"> a\"\n", "a"],
  ["a define", "define X\na: b\n\tcp b a\nendef\n", "a"],
];

describe("recipes", () => {
  it.each(RECIPES)("%s", (_, text, output, expected) => {
    expect(writerOf(text, output)).toBe(expected);
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
      expect(() => writerOf(`a:\n\t${line}\n`, "a")).not.toThrow();
  });

  it("is fast for many rules", { tags: ["slow"] }, () => {
    const rules = Array.from({ length: 20_000 }, (_, i) => `d/x${i}: x${i}\n\tcp $< $@\n`);
    const { recipes } = parseMakefile(rules.join(""));
    if (recipes === undefined) throw new Error("no recipes");
    const started = process.cpuUsage();
    const makefile = new MakefileWriters(recipes, NO_OVERRIDES);
    expect(makefile.writerOf("d/x19999", () => true)?.command).toBe("cp");
    for (let i = 0; i < 100_000; i += 1) makefile.writerOf("d/none", () => true);
    // Processor time: other processes may keep the machine busy.
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(3000);
  });
});
