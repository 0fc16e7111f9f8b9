import { defineConfig } from "vitest/config";

/** Tests of the built command and library. All others test the sources, in directories that mirror `src/`. */
const BUILT = ["test/{e2e,faults,filesystems,library}/**/*.test.ts"];

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    setupFiles: ["test/support/remove-trees.ts"],
    coverage: { provider: "v8", include: ["src/**"] },
    tags: [{ name: "slow", description: "left out by `npm run test:unit`" }],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: BUILT,
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "built",
          include: BUILT,
          globalSetup: ["test/support/build-once.ts"],
        },
      },
    ],
  },
});
