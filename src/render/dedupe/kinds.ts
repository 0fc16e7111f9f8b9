import { KINDS } from "../../artifacts/kinds.ts";
import { alignColumns } from "../table.ts";

/** The table of `--list-kinds`. */
export function renderKinds(): string[] {
  const rows = KINDS.map(({ name, linkedByDefault, title, endings }) => [
    name,
    linkedByDefault ? "linked" : "only with -k",
    `${title} ${endings.length > 0 ? `(${endings.join(" ")})` : ""}`,
  ]);
  return alignColumns(rows, [0, 1, 2]);
}

/** The document of `--list-kinds --json`. */
export function kindsToJson(): object[] {
  return KINDS.map(
    ({ name, title, endings, writtenBy, writers, linkedByDefault, why, source }) => ({
      name,
      title,
      endings,
      writtenBy,
      writers,
      linked: linkedByDefault,
      ...(why === undefined ? {} : { why }),
      source,
    }),
  );
}
