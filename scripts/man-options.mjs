/**
 * Writes the option lists of man/dedupe.1, each between two comments, from the definitions in src/cli/commands.
 *
 * The text of an option is its `manual` or else its `description`. In it, `--option` and `-o` are options, <n> is a
 * value, $NAME is a variable, `word` is a command or a choice, and 'text' is anything else that is typed.
 *
 * Usage: node scripts/man-options.mjs
 */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { loadCommands } from "./load-commands.mjs";

const MARKUP =
  /(?<=^|[\s(])(?:(--?[A-Za-z0-9][\w-]*)|<(\w+)>|(\$\w+)|`([^`]+)`|'([^']+)')([.,:;)]*)(?=\s|$)/g;

if (process.argv[1] === import.meta.filename) {
  const file = resolve(import.meta.dirname, "../man/dedupe.1");
  const commands = await loadCommands();
  writeFileSync(file, withOptionLists(readFileSync(file, "utf8"), commands));
}

/** The page with the option lists that the definitions give. Throws if the page has no place for a command's options. */
export function withOptionLists(page, commands) {
  let result = page;
  for (const command of commands) {
    const [start, end] = ["generated from", "end of"].map(
      (words) => `.\\" ${words} the options of ${command.name}\n`,
    );
    const from = result.indexOf(start) + start.length;
    const to = result.indexOf(end, from);
    if (from < start.length || to < 0)
      throw new Error(`man/dedupe.1 lacks the comment: ${start}or: ${end}`);
    result = result.slice(0, from) + optionLists(command, commands[0]) + result.slice(to);
  }
  return result;
}

/** The options of the main command under their titles. Other commands only name those that are the same there. */
function optionLists(command, main) {
  if (command === main) {
    return command.groups
      .map(({ title, options }) => `.Ss ${title}\n${optionList(options)}`)
      .join("");
  }
  const mainTexts = new Map(optionsOf(main).map((option) => [option.flags, textOf(option)]));
  const isSame = (option) => mainTexts.get(option.flags) === textOf(option);
  const same = optionsOf(command).filter(isSame);
  const own = optionsOf(command).filter((option) => !isSame(option));
  const names = same.map(({ flags }) => `.Fl ${/-(-[\w-]+)/.exec(flags)[1]}`).join(" ,\n");
  return [
    own.length === 0 ? "" : optionList(own),
    same.length === 0 ? "" : `.Pp\nOptions with the same meaning as above:\n${names} .\n`,
  ].join("");
}

function optionsOf({ groups }) {
  return groups.flatMap(({ options }) => options);
}

function optionList(options) {
  const items = options.map((option) => `${headOf(option)}\n${toMdoc(textOf(option))}\n`);
  return `.Bl -tag -width Ds\n${items.join("")}.El\n`;
}

/** `-k, --kind <kind>` becomes `.It Fl k , Fl -kind Ar kind`, and `--store [dir]` `.It Fl -store Op Ar dir`. */
function headOf({ flags }) {
  const words = flags
    .replace(",", " ,")
    .replace(/(^| )-/g, "$1Fl ")
    .replace(/<(\w+)>/, "Ar $1")
    .replace(/\[(\w+)\]/, "Op Ar $1");
  return `.It ${words}`;
}

function textOf({ manual, description, repeatable, defaultText }) {
  return [
    manual ?? `${description[0].toUpperCase()}${description.slice(1)}.`,
    repeatable ? "May be repeated." : "",
    defaultText === undefined ? "" : `Default: ${defaultText}.`,
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

/** Lines of mdoc: one for each piece of text or markup, and a new one for each sentence. */
function toMdoc(text) {
  const lines = [];
  let end = 0;
  const addText = (words) => {
    const sentences = words.trim().split(/(?<=\.) (?=[A-Z])/);
    lines.push(...sentences.filter((sentence) => sentence !== ""));
  };
  for (const match of text.matchAll(MARKUP)) {
    addText(text.slice(end, match.index));
    lines.push(toMacro(match));
    end = match.index + match[0].length;
  }
  addText(text.slice(end));
  return lines.join("\n");
}

function toMacro([, option, value, variable, word, literal, punctuation]) {
  const rest = punctuation === "" ? "" : ` ${[...punctuation].join(" ")}`;
  if (option !== undefined) return `.Fl ${option.slice(1)}${rest}`;
  if (value !== undefined) return `.Ar ${value}${rest}`;
  if (variable !== undefined) return `.Ev ${variable}${rest}`;
  if (literal !== undefined) return `.Ql ${literal.replaceAll("\\", "\\e")}${rest}`;
  return `${word.replace(/^dedupe /, ".Nm\n.Cm ").replace(/^(?!\.)/, ".Cm ")}${rest}`;
}
