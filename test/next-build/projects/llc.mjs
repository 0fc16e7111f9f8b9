import { translated } from "../one-tool.mjs";

/** llc writes into the existing object. */
export default translated({
  name: "make, llc",
  tools: ["llc"],
  from: ".ll",
  to: ".o",
  source: (name, value, note) => `define i32 @${name}() { ret i32 ${value} } ; ${note}\n`,
  recipe: "llc -filetype=obj -o $@ $<",
});
