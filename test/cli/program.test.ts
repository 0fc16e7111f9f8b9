import { describe, expect, test } from "vitest";
import { type CommandDefinition, entriesOf } from "../../src/cli/command-definition.ts";
import { COMMANDS, MAIN_COMMAND, loadCommands } from "../../src/cli/command-table.ts";
import { type Invocation, makeProgram } from "../../src/cli/program.ts";

const command = (name: string): CommandDefinition => ({
  name,
  summary: `summary of ${name}`,
  description: `description of ${name}`,
  usage: "[options] <path...>",
  operands: [{ syntax: "[path...]", description: "paths" }],
  groups: [
    {
      title: "Options",
      options: {
        colour: { flags: "-c, --colour <name>", description: "a colour", default: "red" },
        tag: { flags: "--tag <name>", description: "a tag", repeatable: true },
        size: { flags: "--size <n>", description: "a size", parse: Number },
        fast: { flags: "--fast", description: "be fast", conflicts: ["slow"] },
        slow: { flags: "--slow", description: "be slow", needs: ["size", "tag"] },
        sound: { flags: "--sound", description: "make a sound", negation: "make none" },
      },
    },
  ],
  exitCodes: { 0: "done" },
  examples: { "dedupe x": "an example" },
  run: () => Promise.resolve(0),
});
const DEFAULTS = {
  colour: "red",
  tag: [],
  size: undefined,
  fast: false,
  slow: false,
  sound: undefined,
};

/** Parses a command line of a program with the commands `diff`, `store status` and `store trim`. */
function parse(line: string): { invocation: Invocation | undefined; said: string } {
  const found: Invocation[] = [];
  let said = "";
  const say = (text: string): void => {
    said += text;
  };
  const store = {
    name: "store",
    summary: "summary of store",
    description: "description of store",
    commands: [command("status"), command("trim")],
  };
  const output = { writeOut: say, writeErr: say };
  const program = makeProgram(command("dedupe"), [command("diff"), store], "1.2.3", output, (one) =>
    found.push(one),
  );
  try {
    program.parse(
      line.split(" ").filter((word) => word !== ""),
      { from: "user" },
    );
  } catch (error) {
    said += (error as Error).message;
  }
  return { invocation: found[0], said };
}

describe("a command line is parsed into a command, its flags and its operands", () => {
  test.each([
    { line: "", name: "dedupe", operands: [], flags: {} },
    { line: "a b", name: "dedupe", operands: ["a", "b"], flags: {} },
    { line: "diff a b", name: "diff", operands: ["a", "b"], flags: {} },
    { line: "store trim a", name: "trim", operands: ["a"], flags: {} },
    { line: "./store", name: "dedupe", operands: ["./store"], flags: {} },
    { line: "a store", name: "dedupe", operands: ["a", "store"], flags: {} },
    { line: "diff -c blue", name: "diff", operands: [], flags: { colour: "blue" } },
    { line: "--tag a --tag b", name: "dedupe", operands: [], flags: { tag: ["a", "b"] } },
    { line: "--size 3", name: "dedupe", operands: [], flags: { size: 3 } },
    { line: "--fast", name: "dedupe", operands: [], flags: { fast: true } },
    { line: "--sound", name: "dedupe", operands: [], flags: { sound: true } },
    { line: "--no-sound", name: "dedupe", operands: [], flags: { sound: false } },
    {
      line: "store status --slow --tag x",
      name: "status",
      operands: [],
      flags: { slow: true, tag: ["x"] },
    },
  ])("$line", ({ line, name, operands, flags }) => {
    const { invocation } = parse(line);
    expect(invocation?.command.name).toBe(name);
    expect(invocation?.operands).toEqual(operands);
    expect(invocation?.flags).toEqual({ ...DEFAULTS, ...flags });
  });

  test.each([
    { line: "--fast --slow --tag x", said: "--fast cannot be used with --slow" },
    { line: "--slow", said: "--slow needs --size or --tag" },
    { line: "--fast diff a", said: "--fast must follow the name of the command" },
    { line: "--fast store trim", said: "--fast must follow the name of the command" },
    { line: "diff --slwo", said: "unknown option '--slwo'" },
    { line: "store", said: "summary of trim" },
    { line: "store nonsense", said: "unknown command 'nonsense'" },
    { line: "--version", said: "1.2.3" },
    { line: "diff --help", said: "description of diff" },
    { line: "store trim -h", said: "description of trim" },
  ])("$line: $said", ({ line, said }) => {
    const result = parse(line);
    expect(result.invocation).toBeUndefined();
    expect(result.said).toContain(said);
  });
});

const loaded = await loadCommands(() => true);

describe("the list of commands", () => {
  test("agrees with the definitions that it loads", () => {
    const listed = (entries: typeof loaded): unknown =>
      entries.map(({ name, summary }) => ({ name, summary }));
    expect(listed(loaded)).toEqual(listed([...COMMANDS]));
  });

  test("is all that --help needs", () => {
    const help = (commands: typeof loaded): string => {
      const program = makeProgram(MAIN_COMMAND, commands, "1.2.3", {}, () => undefined);
      return program.helpInformation();
    };
    expect(help([...COMMANDS])).toBe(help(loaded));
    for (const { summary } of COMMANDS) expect(help([...COMMANDS])).toContain(summary);
  });
});

/** The words that call each command. */
const definitions = [
  { words: [] as string[], definition: MAIN_COMMAND },
  ...loaded.flatMap((entry) => {
    if ("load" in entry) throw new Error(`${entry.name} is not loaded`);
    return "commands" in entry
      ? entry.commands.map((member) => ({ words: [entry.name, member.name], definition: member }))
      : [{ words: [entry.name], definition: entry }];
  }),
];

describe.each(definitions)("the definitions of $words", ({ definition: { groups } }) => {
  const options = Object.assign({}, ...groups.map((group) => group.options));

  test("name each option after its long flag", () => {
    for (const [name, { flags }] of Object.entries<{ flags: string }>(options)) {
      const long = /--([\w-]+)/.exec(flags)?.[1] ?? "";
      expect(long.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())).toBe(name);
    }
  });

  test("refer to options of the same command", () => {
    for (const group of groups) {
      for (const { needs = [], conflicts = [] } of Object.values(group.options))
        for (const name of [...needs, ...conflicts]) expect(options).toHaveProperty(name);
    }
  });
});

describe.each(definitions)("$words --help", ({ words: called, definition: { groups } }) => {
  let stdout = "";
  const writeOut = (text: string): void => {
    stdout += text;
  };
  const program = makeProgram(MAIN_COMMAND, loaded, "1.2.3", { writeOut }, () => undefined);
  const words = [...called, "--help"];
  expect(() => program.parse(words, { from: "user" })).toThrow("(outputHelp)");

  test("fits into 80 columns", () => {
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("fits into 60 columns, except for words that are typed", () => {
    let narrow = "";
    const output = { writeOut: (text: string) => void (narrow += text), getOutHelpWidth: () => 60 };
    const again = makeProgram(MAIN_COMMAND, loaded, "1.2.3", output, () => undefined);
    expect(() => again.parse(words, { from: "user" })).toThrow("(outputHelp)");
    const long = narrow.split("\n").filter((line) => line.length > 60);
    expect(long.filter((line) => !/^ {2}dedupe /.test(line))).toEqual([]);
  });

  test("lists every option", () => {
    const listed = Array.from(stdout.matchAll(/^ {2}(-.*?)(?: {2}|$)/gm), ([, flags]) => flags);
    const defined = groups.flatMap((group) => Object.values(group.options).flatMap(entriesOf));
    const parsers = called.length === 0 ? ["-V, --version", "-h, --help"] : ["-h, --help"];
    expect(listed).toEqual([...defined.map(({ flags }) => flags), ...parsers]);
  });
});
