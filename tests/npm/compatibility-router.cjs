// The suite asks a router at port 4000; ours listens where it may.
const { dirname, join } = require("node:path");
const suite = dirname(require.resolve("@apollo/federation-subgraph-compatibility-tests"));

require(join(suite, "utils", "client.js")).ROUTER_URL = process.env.ROUTER_URL;
