/** Kinds of build artifacts, and how to recognize them by name and by first bytes. */
export type { Kind } from "./kind.ts";
export { BY_CONTENT, OTHER, STATE } from "./kind-ids.ts";
export { KINDS, kindByName } from "./kind-table.ts";
export {
  confirmKind,
  parentKind,
  hasSubkinds,
  kindNeedsContent,
  kindOfContent,
} from "./kind-of-content.ts";
export { isStateDir, kindOfName } from "./kind-of-name.ts";
