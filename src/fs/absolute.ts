import type { BytePath } from "../core/byte-path.ts";

/** An absolute path without `.`, `..` and doubled slashes; symbolic links are not looked at. */
export function absolute(dir: BytePath, path: BytePath): BytePath {
  const whole = path.startsWith("/") ? path : `${dir}/${path}`;
  if (!/\/\.{0,2}(?:\/|$)/.test(whole)) return whole;
  const parts: string[] = [];
  for (const part of whole.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
