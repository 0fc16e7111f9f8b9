import { translated } from "../one-tool.mjs";
import { source } from "./wat2wasm.mjs";

/** wasm-opt and wasm-strip write into the existing module. */
export default translated({
  name: "make, wasm-opt, wasm-strip",
  tools: ["wasm-opt", "wasm-strip"],
  from: ".wat",
  to: ".wasm",
  source,
  recipe: "wasm-opt -g -O -o $@ $<\nwasm-strip $@",
});
