// Signing in with the configured issuer: OpenID Connect, authorization code with PKCE.
import * as oauth from "oauth4webapi";
import { recall, remember } from "./remembering";
import { enter, type Start } from "./session";

type Pending = { verifier: string; state: string; nonce: string; back: string };

const RETURN = "/";
const redirectUri = () => new URL(RETURN, location.origin).href;

/** An issuer on the own machine may go without TLS, as in tests; no other may. */
function options(issuer: URL) {
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(issuer.hostname);
  return { [oauth.allowInsecureRequests]: local && issuer.protocol === "http:" };
}

async function server(issuer: URL): Promise<oauth.AuthorizationServer> {
  const answer = await oauth.discoveryRequest(issuer, options(issuer));
  return oauth.processDiscoveryResponse(issuer, answer);
}

export async function goToIssuer(start: Start, back: string) {
  if (!start.issuer || !start.client) throw new Error("no issuer is configured");
  const found = await server(new URL(start.issuer));
  if (!found.authorization_endpoint) throw new Error("the issuer names no authorization endpoint");
  const pending: Pending = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    back,
  };
  remember("signing-in", JSON.stringify(pending));
  const address = new URL(found.authorization_endpoint);
  const asked = {
    client_id: start.client,
    redirect_uri: redirectUri(),
    response_type: "code",
    scope: "openid",
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
  location.assign(address);
}

export const isReturn = () => {
  const parameters = new URLSearchParams(location.search);
  return location.pathname === RETURN && parameters.has("state") && (parameters.has("code") || parameters.has("error"));
};

/** Back from the issuer: the code becomes a token. Returns the address to go on at. */
export async function comeBack(start: Start): Promise<string> {
  const pending = recall<Pending>("signing-in");
  remember("signing-in", null);
  if (!start.issuer || !start.client || !pending) throw new Error("nobody was signing in here");
  const issuer = new URL(start.issuer);
  const [found, client] = [await server(issuer), { client_id: start.client }];
  const parameters = oauth.validateAuthResponse(found, client, new URL(location.href), pending.state);
  const answer = await oauth.authorizationCodeGrantRequest(
    found, client, oauth.None(), parameters, redirectUri(), pending.verifier, options(issuer),
  );
  const tokens = await oauth.processAuthorizationCodeResponse(found, client, answer, {
    expectedNonce: pending.nonce,
    requireIdToken: true,
  });
  enter(tokens.access_token, { identity: tokens.id_token ?? null });
  return pending.back;
}

/** OpenID Connect RP-Initiated Logout, where the issuer has it: on a shared computer the next one signs in anew. */
export async function leaveIssuer(start: Start, identity: string) {
  if (!start.issuer || !start.client) return;
  const { end_session_endpoint } = await server(new URL(start.issuer));
  if (!end_session_endpoint) return;
  const address = new URL(end_session_endpoint);
  const asked = { client_id: start.client, id_token_hint: identity, post_logout_redirect_uri: redirectUri() };
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
  location.assign(address);
}
