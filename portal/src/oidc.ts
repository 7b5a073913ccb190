// Sign-in at the configured issuer: OpenID Connect, authorization code flow with PKCE.
import * as oauth from "oauth4webapi";
import { isRecord, readJson, writeText } from "./storage";
import { startSession, type Start } from "./session";

type Pending = { verifier: string; state: string; nonce: string; back: string };

export const isPending = (value: unknown): value is Pending =>
  isRecord(value) && [value.verifier, value.state, value.nonce, value.back].every((part) => typeof part === "string");

const RETURN = "/";
const redirectUri = () => new URL(RETURN, location.origin).href;

/** Plain HTTP is allowed for an issuer on this machine only, as in tests. */
function options(issuer: URL) {
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(issuer.hostname);
  return { [oauth.allowInsecureRequests]: local && issuer.protocol === "http:" };
}

async function discover(issuer: URL): Promise<oauth.AuthorizationServer> {
  const response = await oauth.discoveryRequest(issuer, options(issuer));
  return oauth.processDiscoveryResponse(issuer, response);
}

export async function redirectToIssuer(start: Start, back: string) {
  if (!start.issuer || !start.client) throw new Error("no issuer is configured");
  const server = await discover(new URL(start.issuer));
  if (!server.authorization_endpoint) throw new Error("the issuer names no authorization endpoint");
  const pending: Pending = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    back,
  };
  writeText("signing-in", JSON.stringify(pending));
  const address = new URL(server.authorization_endpoint);
  const parameters = {
    client_id: start.client,
    redirect_uri: redirectUri(),
    response_type: "code",
    scope: "openid",
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  location.assign(address);
}

export const isIssuerRedirect = () => {
  const parameters = new URLSearchParams(location.search);
  return location.pathname === RETURN && parameters.has("state") && (parameters.has("code") || parameters.has("error"));
};

/** Exchanges the code of the issuer for a token. Returns the address where the sign-in began. */
export async function finishSignIn(start: Start): Promise<string> {
  const pending = readJson("signing-in", isPending);
  writeText("signing-in", null);
  if (!start.issuer || !start.client || !pending) throw new Error("no sign-in is pending in this tab");
  const issuer = new URL(start.issuer);
  const [server, client] = [await discover(issuer), { client_id: start.client }];
  const parameters = oauth.validateAuthResponse(server, client, new URL(location.href), pending.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server, client, oauth.None(), parameters, redirectUri(), pending.verifier, options(issuer),
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: pending.nonce,
    requireIdToken: true,
  });
  startSession(tokens.access_token, { identity: tokens.id_token ?? null });
  return pending.back;
}

/** OpenID Connect RP-Initiated Logout, if the issuer offers it: the next user of a shared computer must sign in. */
export async function signOutAtIssuer(start: Start, identity: string) {
  if (!start.issuer || !start.client) return;
  const { end_session_endpoint } = await discover(new URL(start.issuer));
  if (!end_session_endpoint) return;
  const address = new URL(end_session_endpoint);
  const parameters = { client_id: start.client, id_token_hint: identity, post_logout_redirect_uri: redirectUri() };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  location.assign(address);
}
