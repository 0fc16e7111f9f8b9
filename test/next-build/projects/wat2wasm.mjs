import { translated } from "../one-tool.mjs";

/** wat2wasm writes into the existing module. */
export default translated({
  name: "make, wat2wasm",
  tools: ["wat2wasm"],
  from: ".wat",
  to: ".wasm",
  source,
  recipe: "wat2wasm -o $@ $<",
});

export function source(name, value, note) {
  return `(module (func $f (export "${name}") (result i32) (i32.const ${value}))) ;; ${note}\n`;
}
