// A certified OpenID provider from npm, as an office may run one: it prints the port it listens on.
// Arguments: the address of the portal. Whoever logs in is who he says; the password is not looked at.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../portal/package.json", import.meta.url));
const { Provider } = await import(require.resolve("oidc-provider"));

const [portal] = process.argv.slice(2);
const server = createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const { port } = server.address();

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "portal",
      redirect_uris: [`${portal}/`],
      post_logout_redirect_uris: [`${portal}/`],
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code"],
      response_types: ["code"],
      id_token_signed_response_alg: "ES256",
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "ES256", kid: "one" }] },
  pkce: { required: () => true },
  clientBasedCORS: (_, origin) => origin === portal,
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  features: {
    resourceIndicators: {
      enabled: true,
      defaultResource: () => "urn:xeploai",
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: "",
        audience: "xeploai",
        accessTokenFormat: "jwt",
        jwt: { sign: { alg: "ES256" } },
      }),
    },
  },
});
server.on("request", provider.callback());
console.log(port);
