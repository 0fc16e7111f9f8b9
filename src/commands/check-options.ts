import { DedupeError } from "../core/errors.ts";

/** The type of an option's value. */
export type OptionType = "boolean" | "number" | "string" | "string or true" | "strings" | "paths";

const DESCRIPTIONS: Record<OptionType, string> = {
  boolean: "true or false",
  number: "a number",
  string: "a string",
  "string or true": "a string or true",
  strings: "an array of strings",
  paths: "an array of paths, each a string or bytes",
};

/**
 * Checks that options are what their types say: they may come from a program without types.
 *
 * @throws DedupeError that names the option.
 */
export function checkOptions(options: unknown, types: Readonly<Record<string, OptionType>>): void {
  if (typeof options !== "object" || options === null)
    throw new DedupeError("bad-option", "the options are not an object", "{ paths: ['build'] }");
  for (const [name, value] of Object.entries(options)) {
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    if (type === undefined) throw unknownOption(name, Object.keys(types));
    if (value === undefined || isOfType(value, type)) continue;
    const hint = type === "paths" ? "for example: paths: ['build']" : undefined;
    throw new DedupeError("bad-option", `${name} is not ${DESCRIPTIONS[type]}`, hint);
  }
  const { paths } = options as { paths?: unknown };
  if (paths === undefined)
    throw new DedupeError("no-path", "paths is missing", "for example: paths: ['build']");
}

function isOfType(value: unknown, type: OptionType): boolean {
  if (type === "string or true") return typeof value === "string" || value === true;
  if (type !== "strings" && type !== "paths") return typeof value === type;
  const isElement = (each: unknown): boolean =>
    typeof each === "string" || (type === "paths" && each instanceof Uint8Array);
  return Array.isArray(value) && value.every(isElement);
}

function unknownOption(name: string, known: readonly string[]): DedupeError {
  if (name === "hardlink" || name === "reflink")
    return new DedupeError("bad-option", `unknown option ${name}`, `use action: "${name}"`);
  const lower = name.toLowerCase();
  const near = known.find(
    (each) => each.toLowerCase().includes(lower) || lower.includes(each.toLowerCase()),
  );
  const hint = near === undefined ? `known options: ${known.join(", ")}` : `use ${near}`;
  return new DedupeError("bad-option", `unknown option ${name}`, hint);
}
