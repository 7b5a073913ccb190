// The session of this tab: its token, signing in and out, and expiry.
import { createContext, useContext, useSyncExternalStore } from "react";
import { isRecord, readJson, writeText } from "./storage";

export type Entry = { code: string; title: string; vi: string; en: string };
export type Start = {
  root: string;
  today: string | null;
  issuer: string | null;
  client: string | null;
  posts: Entry[] | null;
};
/** `identity`: the ID token of the issuer. `post`: the post of a demonstration. `over`: the service rejected the token. */
export type Session = { token: string; identity: string | null; person: string; post: string | null; over: boolean };

/** What `execute` needs of a session. */
export type Credential = Pick<Session, "token">;

const isTextOrNull = (value: unknown) => value === null || typeof value === "string";

export function isSession(value: unknown): value is Session {
  return (
    isRecord(value) &&
    typeof value.token === "string" &&
    typeof value.person === "string" &&
    typeof value.over === "boolean" &&
    isTextOrNull(value.identity) &&
    isTextOrNull(value.post)
  );
}

const listeners = new Set<() => void>();
let current: Session | null = readJson("session", isSession);

function setSession(next: Session | null) {
  current = next;
  writeText("session", next && JSON.stringify(next));
  for (const notify of listeners) notify();
}

export const useCurrentSession = () =>
  useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => current,
  );

const SessionContext = createContext<Session | null>(null);
export const SessionProvider = SessionContext.Provider;

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("used outside of a session");
  return session;
}

export const StartContext = createContext<Start | null>(null);
export function useStart(): Start {
  const start = useContext(StartContext);
  if (!start) throw new Error("used before /portal.json was loaded");
  return start;
}

/** The subject of a token. It is a cache key only: no authorization depends on it. */
function subject(token: string): string {
  const payload = token.split(".")[1] ?? "";
  const text = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
  return String((JSON.parse(text) as { sub?: unknown }).sub);
}

export const startSession = (token: string, { post = null, identity = null }: { post?: string | null; identity?: string | null }) =>
  setSession({ token, identity, person: subject(token), post, over: false });

/** Drops the token, and signs out at the issuer if the session came from there. */
export async function signOut(start: Start) {
  const previous = current;
  setSession(null);
  if (!previous?.identity) return;
  const { signOutAtIssuer } = await import("./oidc");
  await signOutAtIssuer(start, previous.identity).catch(() => undefined);
}

/** Marks the session as expired. The view keeps its inputs; a dialog above it asks to sign in again. */
export function expireSession({ token }: Credential) {
  if (current?.token === token && !current.over) setSession({ ...current, over: true });
}

export class SignInRefused extends Error {}

export async function signInAs(post: string): Promise<void> {
  const response = await fetch("/demonstration/sign-in", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
    body: JSON.stringify({ post }),
  });
  const body = (await response.json()) as { access_token?: string; errors?: { message: string }[] };
  if (!body.access_token) throw new SignInRefused(body.errors?.[0]?.message ?? String(response.status));
  startSession(body.access_token, { post });
}
