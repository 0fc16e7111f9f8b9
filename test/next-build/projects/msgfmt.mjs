import { translated } from "../one-tool.mjs";
import { source } from "./pybabel.mjs";

export default translated({
  name: "make, msgfmt",
  tools: ["msgfmt"],
  from: ".po",
  to: ".mo",
  source,
  recipe: "msgfmt -o $@ $<",
  careless: false,
  inPlace: false,
});
