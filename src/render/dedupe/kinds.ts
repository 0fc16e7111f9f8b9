import { KINDS } from "../../artifacts/kinds.ts";
import { alignColumns } from "../table.ts";

/** When files of a kind are linked, by what is assumed of their writers. */
const LINKED = { replace: "linked", unknown: "if its writer replaces it", "in-place": "with -k" };

/** The table of `--list-kinds`. */
export function renderKinds(): string[] {
  const rows = KINDS.map(({ name, assumed, title, endings }) => [
    name,
    LINKED[assumed],
    `${title} ${endings.length > 0 ? `(${endings.join(" ")})` : ""}`,
  ]);
  return alignColumns(rows, [0, 1, 2]);
}

/** The document of `--list-kinds --json`. */
export function kindsToJson(): object[] {
  return KINDS.map(({ name, title, endings, writtenBy, writers, assumed, why, source }) => ({
    name,
    title,
    endings,
    writtenBy,
    writers,
    assumed,
    linked: assumed !== "in-place",
    ...(why === undefined ? {} : { why }),
    source,
  }));
}
