/** Stands in a word for what only the shell can expand: `$f`, `*.o`, `$(basename x)`. */
export const WILD = "\u0004";

/** A simple command. */
export interface ShellCommand {
  readonly words: readonly string[];
  /** The files that its output is redirected to. */
  readonly redirects: readonly string[];
}

const OPERATORS = /^(?:&>>?|\d*>>?(?:\||&\d+|&-)?|\d*<<?-?|&&|\|\||[;|&(){}\n])/;

/** Splits a recipe line into commands and words. Expansions become `WILD`. */
export function splitCommands(line: string): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let words: string[] = [];
  let redirects: string[] = [];
  let into: string[] | undefined;
  for (let at = 0; at < line.length;) {
    if (/[ \t\r]/.test(line[at])) {
      at += 1;
      continue;
    }
    if (line[at] === "#") break;
    const operator = OPERATORS.exec(line.slice(at, at + 8))?.[0];
    const isBrace = operator !== undefined && /^[{}]$/.test(operator) && !endsWord(line, at + 1);
    if (operator !== undefined && !isBrace) {
      at += operator.length;
      if (/^&?\d*>/.test(operator) && !/&[\d-]$/.test(operator)) into = redirects;
      else if (operator.includes("<")) into = [];
      else if (!/^\d*>/.test(operator)) {
        commands.push({ words, redirects });
        words = [];
        redirects = [];
      }
      continue;
    }
    const { word, end } = readWord(line, at);
    (into ?? words).push(word);
    into = undefined;
    at = end;
  }
  commands.push({ words, redirects });
  return commands.filter((each) => each.words.length + each.redirects.length > 0);
}

function endsWord(line: string, at: number): boolean {
  return at >= line.length || /[ \t-\r;&|()<>]/.test(line[at]);
}

function readWord(line: string, from: number): { word: string; end: number } {
  let word = "";
  let quote = "";
  let at = from;
  while (at < line.length && (quote !== "" || !endsWord(line, at))) {
    const char = line[at];
    if (char === quote) {
      quote = "";
      at += 1;
    } else if (quote === "" && (char === '"' || char === "'")) {
      quote = char;
      at += 1;
    } else if (quote !== "'" && (char === "$" || char === "`")) {
      word += WILD;
      at = endOfExpansion(line, at);
    } else if (quote !== "'" && char === "\\" && at + 1 < line.length) {
      word += line[at + 1];
      at += 2;
    } else {
      word += quote === "" && /[*?[\]]/.test(char) ? WILD : char;
      at += 1;
    }
  }
  return { word, end: Math.max(at, from + 1) };
}

/** The index after `$x`, `${x}`, `$(command)` or a command in backquotes. */
function endOfExpansion(line: string, at: number): number {
  if (line[at] === "`") {
    const end = line.indexOf("`", at + 1);
    return end < 0 ? line.length : end + 1;
  }
  const [open, close] = line[at + 1] === "(" ? ["(", ")"] : ["{", "}"];
  if (line[at + 1] !== open)
    return at + 1 + (/^(?:\w+|[^ \t-\r\w"'])/.exec(line.slice(at + 1))?.[0].length ?? 0);
  let level = 0;
  for (let i = at + 1; i < line.length; i += 1) {
    if (line[i] === open) level += 1;
    else if (line[i] === close && (level -= 1) === 0) return i + 1;
  }
  return line.length;
}
