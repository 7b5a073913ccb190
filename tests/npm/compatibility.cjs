// Jest's configuration for the cases of Apollo's subgraph compatibility suite, as its package ships them.
const suite = require("node:path").dirname(require.resolve("@apollo/federation-subgraph-compatibility-tests"));

module.exports = {
  rootDir: suite,
  testMatch: ["<rootDir>/tests/*.test.js"],
  testPathIgnorePatterns: [],
  haste: { retainAllFiles: true }, // it is below node_modules
  setupFilesAfterEnv: [require.resolve("./compatibility-router.cjs")],
  transform: {},
};
