import { defineConfig } from "vitest/config";

/** Slow tests, which `npm run test:unit` leaves out: those of the build, of worker threads, and with other tools. */
const SYSTEM = [
  "test/{e2e,faults,filesystems,library,properties,reflink,unshare,workers}/**/*.test.ts",
  "test/match/prefetch-first-blocks.test.ts",
  "test/native/{find-koffi,lease,load,mounts}.test.ts",
  "test/prerequisites/real-builds.test.ts",
];

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    setupFiles: ["test/support/remove-trees.ts"],
    coverage: { provider: "v8", include: ["src/**"] },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: SYSTEM,
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "system",
          include: SYSTEM,
          globalSetup: ["test/support/build-once.ts"],
        },
      },
    ],
  },
});
