import {
  BY_CONTENT,
  kindByName,
  kindOfName,
  KINDS,
  OTHER,
  STATE,
} from "../../src/artifacts/kinds.ts";
import { classifyFile, classifyDir, unitOf } from "../../src/artifacts/variants.ts";

/** The unit and variant of a path. A file whose name does not determine its kind is treated as a program. */
export function classifyPath(path: string): { unit: string; variant: string } {
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  const kind = kindOfName(name);
  const dir = classifyDir(slash < 0 ? "" : path.slice(0, slash));
  const place = classifyFile(dir, name, kind === BY_CONTENT ? kindByName("executable") : kind);
  return { unit: unitOf(place), variant: place.variant };
}

/** The name of a kind in the tables of the tests. */
export function nameOfKind(kind: number): string {
  if (kind === BY_CONTENT) return "by-content";
  if (kind === STATE) return "state";
  return kind === OTHER ? "other" : KINDS[kind].name;
}
