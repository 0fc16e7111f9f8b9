import { fiveRules } from "../five-rules.mjs";

export default {
  ...fiveRules({ depfiles: true }),
  name: "make, a header made between twins (depfiles)",
  careless: true,
};
