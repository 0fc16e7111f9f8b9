import {
  BY_CONTENT,
  kindByName,
  kindOfName,
  KINDS,
  OTHER,
  STATE,
} from "../../src/artifacts/kinds.ts";
import { classifyFile, classifyDir, unitOf } from "../../src/artifacts/variants.ts";

/** A path's unit and variant; a file whose name does not tell its kind is taken for a program. */
export function classifyPath(path: string): { unit: string; variant: string } {
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  const kind = kindOfName(name);
  const dir = classifyDir(slash < 0 ? "" : path.slice(0, slash));
  const place = classifyFile(dir, name, kind === BY_CONTENT ? kindByName("executable") : kind);
  return { unit: unitOf(place), variant: place.variant };
}

/** A kind's name as the tables of the tests write it. */
export function nameOfKind(kind: number): string {
  if (kind === BY_CONTENT) return "by-content";
  if (kind === STATE) return "state";
  return kind === OTHER ? "other" : KINDS[kind].name;
}
