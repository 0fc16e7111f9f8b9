import { styleText } from "node:util";

/** Adds a colour or weight to text, or returns it unchanged. */
export type Paint = (style: "bold" | "green" | "yellow", text: string) => string;

/** `decideOutputStyle` has decided on colours, so `styleText` must not check Node's streams again. */
export function painter(color: boolean): Paint {
  if (!color) return (_, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}
