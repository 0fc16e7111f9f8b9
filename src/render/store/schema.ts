import { array, base64, maybeBase64, number, object, text } from "../schema-parts.ts";

const flag = { type: "boolean" } as const;
const PATH = { path: text, pathBase64: base64 };
const problems = array(object({ ...PATH, code: text, message: text }, ["pathBase64"]));

export function pathSchema(): object {
  return document("store path", PATH, ["pathBase64"]);
}

export function statusSchema(): object {
  const properties = {
    ...PATH,
    interrupted: flag,
    format: number,
    entries: number,
    bytes: number,
    allocatedBytes: { ...number, description: "bytes of all entries, allocated on the disk" },
    links: { ...number, description: "hard links of entries in trees" },
    sharedBytes: {
      ...number,
      description:
        "bytes on the disk that these links would take beyond the entries, as files of their own",
    },
    unused: { ...number, description: "entries without links in trees" },
    unusedBytes: number,
    trimmable: { ...number, description: "those of them that 'dedupe store trim' removes now" },
    trimmableBytes: number,
    lastTrim: { ...text, description: "time of the last trim (ISO 8601)" },
    strangers: array(text),
    strangersBase64: maybeBase64,
  };
  return document("store status", properties, ["pathBase64", "lastTrim", "strangersBase64"]);
}

export function trimSchema(): object {
  const properties = {
    ...PATH,
    dryRun: flag,
    interrupted: flag,
    removed: { ...number, description: "entries removed; with dryRun, that would be removed" },
    removedBytes: number,
    kept: number,
    problems,
    seconds: number,
  };
  return document("store trim", properties, ["pathBase64"]);
}

export function verifySchema(): object {
  const properties = {
    ...PATH,
    interrupted: flag,
    sound: { ...number, description: "entries whose contents are what their names say" },
    damaged: { ...array(text), description: "paths of the others, which were removed" },
    damagedBase64: maybeBase64,
    bytesRead: number,
    problems,
    seconds: number,
  };
  return document("store verify", properties, ["pathBase64", "damagedBase64"]);
}

function document(
  command: string,
  properties: Record<string, object>,
  optional: readonly string[],
): object {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: `dedupe ${command} report`,
    ...object({ schema: { const: 1 }, command: { const: command }, ...properties }, optional),
  };
}
