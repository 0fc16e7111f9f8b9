/** esbuild keeps no state: it always writes all outputs, into the existing files. */
export default {
  name: "esbuild, dev and prod",
  tools: ["esbuild"],
  wrapped: ["esbuild"],
  files: {
    "src/app.js": 'import { shared } from "./shared.js";\nconsole.log(shared, DEV ? @OWN@ : 7);\n',
    "src/shared.js": "export const shared = @SHARED@; // @NOTE@\n",
    "src/vendor.js": "export const vendor = (x) => x + 1;\n",
  },
  variants: ["dev", "prod"],
  first: "dev",
  build: (variant) => [
    `esbuild src/app.js src/vendor.js --bundle --minify-syntax --sourcemap --log-level=error --define:DEV=${variant === "dev"} --outdir=build/${variant}`,
  ],
  outputs: ["build"],
  stop: 1,
  inPlace: true,
  dangerous: ["--all"],
};
