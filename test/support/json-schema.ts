/** As much of JSON Schema as `dedupe --json-schema` uses. An unknown keyword is an error, not a pass. */
type Schema = Readonly<Record<string, unknown>>;

const ANNOTATIONS = new Set(["$schema", "title", "description", "contentEncoding"]);

/** What is wrong with `value`, one line a fault; nothing where it fits. */
export function schemaFaults(schema: Schema, value: unknown, path = "$"): string[] {
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
        : [`${path}: ${JSON.stringify(value)} is none of ${JSON.stringify(rule)}`];
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
      const fits = (rule as Schema[]).some(
        (option) => schemaFaults(option, value, path).length === 0,
      );
      return fits ? [] : [`${path}: fits none of the options`];
    }
    case "items":
      return Array.isArray(value)
        ? value.flatMap((item, i) => schemaFaults(rule as Schema, item, `${path}[${i}]`))
        : [];
    case "required":
      return (rule as string[])
        .filter((key) => !(key in Object(value)))
        .map((key) => `${path}.${key}: missing`);
    case "properties":
      return Object.entries(rule as Record<string, Schema>).flatMap(([key, inner]) =>
        key in Object(value)
          ? schemaFaults(inner, (value as Record<string, unknown>)[key], `${path}.${key}`)
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
