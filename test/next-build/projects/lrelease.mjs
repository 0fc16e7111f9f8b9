import { translated } from "../one-tool.mjs";

/** lrelease writes into the existing catalogue. */
export default translated({
  name: "make, lrelease",
  tools: ["lrelease"],
  from: ".ts",
  to: ".qm",
  source: (name, value, note) => `<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS><TS version="2.1" language="de"><!-- ${note} --><context><name>${name}</name>
<message><source>value</source><translation>Wert ${value}</translation></message></context></TS>
`,
  recipe: "lrelease -silent $< -qm $@",
});
