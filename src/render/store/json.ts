import type { BytePath } from "../../core/byte-path.ts";
import type { Problem } from "../../core/report.ts";
import type {
  StoreStatusReport,
  StoreTrimReport,
  StoreVerifyReport,
} from "../../core/store-reports.ts";
import { pathField, pathsField } from "../json-parts.ts";

export function pathToJson(path: BytePath): object {
  return { schema: 1, command: "store path", ...pathField("path", path) };
}

export function statusToJson({ path, strangers, lastTrim, ...rest }: StoreStatusReport): object {
  const { schema, command, ...totals } = rest;
  return {
    schema,
    command,
    ...pathField("path", path),
    ...totals,
    ...(lastTrim === undefined ? {} : { lastTrim: new Date(lastTrim).toISOString() }),
    ...pathsField("strangers", strangers),
  };
}

export function trimToJson({ path, problems, ...rest }: StoreTrimReport): object {
  const { schema, command, ...totals } = rest;
  return {
    schema,
    command,
    ...pathField("path", path),
    ...totals,
    problems: problems.map(problemToJson),
  };
}

export function verifyToJson({ path, damaged, problems, ...rest }: StoreVerifyReport): object {
  const { schema, command, ...totals } = rest;
  return {
    schema,
    command,
    ...pathField("path", path),
    ...totals,
    ...pathsField("damaged", damaged),
    problems: problems.map(problemToJson),
  };
}

function problemToJson({ path, code, message }: Problem): object {
  return { ...pathField("path", path), code, message };
}
