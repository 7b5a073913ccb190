// PostGraphile 5 as its documentation sets it up: preset amber, prepared statements on, one process.
// Arguments: the folder of its packages, the folder of PostgreSQL's socket, user, database, port.
import { createRequire } from "node:module";
import { createServer } from "node:http";

const [folder, host, user, database, port] = process.argv.slice(2);
const require = createRequire(`${folder}/`);
const load = (name) => import(require.resolve(name));

const { postgraphile } = await load("postgraphile");
const { PostGraphileAmberPreset } = await load("postgraphile/presets/amber");
const { makePgService } = await load("postgraphile/adaptors/pg");
const { grafserv } = await load("postgraphile/grafserv/node");

const options = "-c jit=off -c plan_cache_mode=force_generic_plan";
const service = postgraphile({
  extends: [PostGraphileAmberPreset],
  disablePlugins: ["MutationPlugin", "MutationPayloadQueryPlugin"],
  pgServices: [makePgService({ poolConfig: { host, user, database, max: 20, options }, schemas: ["public"] })],
  grafserv: { graphiql: false, websockets: false },
});
const server = createServer();
await service.createServ(grafserv).addTo(server);
server.listen(Number(port), "127.0.0.1");
