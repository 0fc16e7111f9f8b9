/** The part of JSON Schema that `dedupe --json-schema` uses. An unknown keyword is an error. */
type Schema = Readonly<Record<string, unknown>>;

const ANNOTATIONS = new Set(["$schema", "title", "description", "contentEncoding"]);

/** Validates `value`. Returns one line for each violation. */
export function schemaViolations(schema: Schema, value: unknown, path = "$"): string[] {
  return Object.entries(schema).flatMap(([keyword, rule]) => {
    if (ANNOTATIONS.has(keyword)) return [];
    return checkKeyword(keyword, rule, schema, value, path);
  });
}

function checkKeyword(
  keyword: string,
  rule: unknown,
  schema: Schema,
  value: unknown,
  path: string,
): string[] {
  switch (keyword) {
    case "const":
      return value === rule ? [] : [`${path}: not ${JSON.stringify(rule)}`];
    case "enum":
      return (rule as unknown[]).includes(value)
        ? []
        : [`${path}: ${JSON.stringify(value)} is not one of ${JSON.stringify(rule)}`];
    case "type":
      return typeOf(value) === rule ? [] : [`${path}: ${typeOf(value)}, not ${String(rule)}`];
    case "minimum":
      return typeof value !== "number" || value >= (rule as number)
        ? []
        : [`${path}: ${value} is below ${String(rule)}`];
    case "pattern":
      return typeof value !== "string" || new RegExp(rule as string).test(value)
        ? []
        : [`${path}: '${value}' does not match ${String(rule)}`];
    case "anyOf": {
      const matches = (rule as Schema[]).some(
        (option) => schemaViolations(option, value, path).length === 0,
      );
      return matches ? [] : [`${path}: matches none of the options`];
    }
    case "items":
      return Array.isArray(value)
        ? value.flatMap((item, i) => schemaViolations(rule as Schema, item, `${path}[${i}]`))
        : [];
    case "required":
      return (rule as string[])
        .filter((key) => !(key in Object(value)))
        .map((key) => `${path}.${key}: missing`);
    case "properties":
      return Object.entries(rule as Record<string, Schema>).flatMap(([key, inner]) =>
        key in Object(value)
          ? schemaViolations(inner, (value as Record<string, unknown>)[key], `${path}.${key}`)
          : [],
      );
    case "additionalProperties":
      return Object.keys(Object(value))
        .filter((key) => !(key in Object(schema["properties"])))
        .map((key) => `${path}.${key}: unknown`);
    default:
      return [`${path}: the test does not know the keyword ${keyword}`];
  }
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
