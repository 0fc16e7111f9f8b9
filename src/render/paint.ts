import { styleText } from "node:util";

/** Gives text a colour or a weight for a terminal, or leaves it as it is. */
export type Paint = (style: "bold" | "green" | "yellow", text: string) => string;

/** Whether there are colours was decided before (`decideLook`): Node is not to look at its streams again. */
export function painter(color: boolean): Paint {
  if (!color) return (_, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}
