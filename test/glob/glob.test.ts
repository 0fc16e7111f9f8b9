import { describe, expect, test } from "vitest";
import { compileCapture, compileGlobs } from "../../src/glob/glob.ts";

const matches = (glob: string, path: string): boolean =>
  compileGlobs([glob], { anyDepth: false })(path);

describe("compileGlobs", () => {
  test.each<[glob: string, yes: string[], no: string[]]>([
    ["a.o", ["a.o"], ["a.oo", "xa.o", "x/a.o", "a_o"]],
    ["*", ["a", ".a"], ["a/b"]],
    ["*.o", [".o", "a.o", ".a.o"], ["a.so", "a/b.o"]],
    ["a*b*c", ["abc", "axbxc"], ["ab", "a/b/c"]],
    ["a?", ["ab"], ["a", "abc", "a/"]],
    ["**", ["a", "a/b"], []],
    ["**/a", ["a", "x/a", "x/y/a"], ["xa", "a/x"]],
    ["a/**", ["a", "a/b", "a/b/c"], ["ab", "b/a"]],
    ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb"]],
    ["a/**/**/b", ["a/b", "a/x/b"], ["ab"]],
    ["a/**/**", ["a", "a/b"], ["ab"]],
    ["**/**", ["a", "a/b"], []],
    ["**/a/**", ["a", "x/a", "x/a/y", "a/y"], ["b"]],
    ["a**", ["a", "ab"], ["a/b", "ab/c"]],
    ["a/**b", ["a/b", "a/xb"], ["a/x/b"]],
    ["***", ["a"], ["a/b"]],
    ["./a", ["a"], ["b"]],
    ["a/", ["a"], ["a/b"]],
    ["[abc].o", ["a.o", "c.o"], ["d.o", "ab.o"]],
    ["[a-c0-9]", ["b", "5"], ["d", "-"]],
    ["[!a]", ["b"], ["a", "/"]],
    ["[^a-c]", ["d"], ["b"]],
    ["[]a]", ["]", "a"], ["b"]],
    ["[!]a]", ["b"], ["]", "a"]],
    ["[a-]", ["a", "-"], ["b"]],
    ["[\\]]", ["]"], ["\\"]],
    ["a[/]b", [], ["a/b"]],
    ["[a", ["[a"], ["a"]],
    ["{a,b}.o", ["a.o", "b.o"], ["c.o", "{a,b}.o"]],
    ["{a,}b", ["ab", "b"], ["a"]],
    ["{a,{b,c}d}", ["a", "bd", "cd"], ["b", "d"]],
    ["{a,b}{c,d}", ["ac", "bd"], ["ab"]],
    ["{a/b,c}/d", ["a/b/d", "c/d"], ["a/d"]],
    ["{a/**,b}", ["a", "a/x", "b"], ["b/x"]],
    ["**/{a,b}/**", ["x/a/y", "b"], ["c"]],
    ["{a}", ["{a}"], ["a"]],
    ["{a", ["{a"], ["a"]],
    ["a}", ["a}"], ["a"]],
    ["x{1..3}", ["x1", "x3"], ["x4", "x"]],
    ["{8..11}", ["8", "10"], ["1", "7"]],
    ["{3..1}", ["2"], ["4"]],
    ["{08..10}", ["08", "10"], ["8"]],
    ["{-1..1}", ["-1", "0"], ["-"]],
    ["{a..c}", ["a", "c"], ["d"]],
    ["@(a|b).o", ["a.o", "b.o"], ["ab.o", ".o"]],
    ["?(a)b", ["ab", "b"], ["aab"]],
    ["*(a|b)c", ["c", "ababc"], ["ab"]],
    ["+(a|b)c", ["ac", "abc"], ["c"]],
    ["+(*.o)", ["a.o", "a.ob.o"], ["a.c"]],
    ["@(a|@(b|c))", ["a", "c"], ["d"]],
    ["(a|b)", ["(a|b)"], ["a"]],
    ["a (1).o", ["a (1).o"], ["a 1.o"]],
    ["a+b.o", ["a+b.o"], ["aab.o"]],
    ["a^$.|b", ["a^$.|b"], []],
    ["\\*", ["*"], ["a"]],
    ["\\{a,b}", ["{a,b}"], ["a"]],
    ["a\\", ["a\\"], ["a"]],
    ["!a", ["b"], ["a"]],
    ["\\!a", ["!a"], ["b"]],
    ["日本*", ["日本語"], ["本"]],
    ["?本", ["日本"], ["本"]],
    ["a*b", ["a\nb"], []],
  ])("%s", (glob, yes, no) => {
    expect(yes.filter((path) => !matches(glob, path))).toEqual([]);
    expect(no.filter((path) => matches(glob, path))).toEqual([]);
  });

  test("several globs add up; one without a slash can match at any depth", () => {
    const any = compileGlobs(["*.o", "x/*.c", "!y/**"], { anyDepth: true });
    expect(["a.o", "y/a.o", "x/a.c", "z/a.c"].filter((path) => !any(path))).toEqual([]);
    expect(["y/a.c", "y/x/a.c"].filter(any)).toEqual([]);
    expect(compileGlobs([], { anyDepth: true })("a")).toBe(false);
  });

  test.each([
    ["a!(b)c", "!("],
    ["{1..1000000}", "range"],
    ["a".repeat(5000), "longer"],
    [`${"@(".repeat(100)}a${")".repeat(100)}`, "nested"],
    ["{1..600}{1..600}", "range"],
  ])("%.20s is refused: %s", (glob, why) => {
    expect(() => compileGlobs([glob], { anyDepth: false })).toThrow(why);
  });

  test("so are too many of them", () => {
    const globs = Array.from({ length: 100 }, () => "a".repeat(4000));
    expect(() => compileGlobs(globs, { anyDepth: false })).toThrow("too many");
  });

  test.each<[about: string, glob: string, path: string]>([
    ["nested repetition", "+(+(a|a*))z", "a".repeat(4000)],
    ["repeated alternatives", "+(a|a*)z", "a".repeat(4000)],
    ["many stars", `${"*a".repeat(200)}b`, "a".repeat(4000)],
    ["many globstars", `${"**/a/".repeat(200)}b`, "a/".repeat(2000)],
    ["many braces", "{a,b}".repeat(25), "ab".repeat(12)],
    ["many optional parts", `${"?(a)".repeat(500)}${"a".repeat(500)}`, "a".repeat(499)],
    ["many states", `*a${"?".repeat(30)}`, "abbabaab".repeat(500)],
  ])("work is linear in the path: %s", (_, glob, path) => {
    let steps = 0;
    const compiled = compileGlobs([glob], {
      anyDepth: false,
      spend: (more) => {
        steps += more;
      },
    });
    expect(compiled(path)).toBe(false);
    // Each character of the path may lead to each place in the glob.
    expect(steps).toBeLessThan(100 * glob.length * path.length);
  });
});

describe("compileCapture", () => {
  test.each<[before: string, after: string, path: string, gap: string | undefined]>([
    ["", "/**", "a/b/c", "a"],
    ["", "/**", "a", undefined],
    ["**/", "/x", "a/b/x", "b"],
    ["**/*.", ".o", "a/x.fast.o", "fast"],
    ["a-", "", "a-b/c", undefined],
    ["*-", "-*", "x-y-z-w", "z"],
    ["**", "**", "ab", "b"],
    ["{a,b}/", ".{o,so}", "b/O2.so", "O2"],
  ])("%s … %s in %s: %s", (before, after, path, gap) => {
    const found = compileCapture(before, after)(path);
    expect(found && path.slice(found[0], found[1])).toBe(gap);
  });
});
