/** The number of terminal columns that text takes. The expressions take long to parse: only runs that need them pay for it. */
export function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  // Marks, joiners and other characters that take no column of their own.
  const visible = text.replace(/[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/gu, "");
  // Characters that take two columns: East Asian Wide and Fullwidth (UAX #11), and pictures shown as such.
  const wide =
    /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u3247\u3250-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18d08}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|(?![\u{1f1e6}-\u{1f1ff}])\p{Emoji_Presentation}/gu;
  return Array.from(visible).length + (visible.match(wide)?.length ?? 0);
}

/** Pads text with spaces to a width in columns. */
export function padDisplay(text: string, width: number, side: "start" | "end"): string {
  const spaces = " ".repeat(Math.max(0, width - displayWidth(text)));
  return side === "start" ? spaces + text : text + spaces;
}

/** Cuts text to a width in columns; what is cut ends with `…`. */
export function cutDisplay(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let cut = "";
  for (const char of text) {
    if (displayWidth(cut + char) > width - 1) break;
    cut += char;
  }
  return `${cut}…`;
}
