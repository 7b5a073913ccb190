// Who is signed in: a token in this tab alone, the way to get one, and what happens when it ends.
import { createContext, useContext, useSyncExternalStore } from "react";
import { recall, remember } from "./remembering";

export type Entry = { code: string; title: string; vi: string; en: string };
export type Start = {
  root: string;
  today: string | null;
  issuer: string | null;
  client: string | null;
  posts: Entry[] | null;
};
/** `identity` is the issuer's ID token, `post` that of a demonstration; `over` says that the service accepts the token no longer. */
export type Session = { token: string; identity: string | null; person: string; post: string | null; over: boolean };

const listeners = new Set<() => void>();
let current: Session | null = recall<Session>("session");

function set(next: Session | null) {
  current = next;
  remember("session", next && JSON.stringify(next));
  for (const each of listeners) each();
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
  if (!start) throw new Error("used before the page knows where it is");
  return start;
}

/** The subject of a token, to keep apart what two people see; nothing is decided by it. */
function subject(token: string): string {
  const payload = token.split(".")[1] ?? "";
  const text = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
  return String((JSON.parse(text) as { sub?: unknown }).sub);
}

export const enter = (token: string, { post = null, identity = null }: { post?: string | null; identity?: string | null }) =>
  set({ token, identity, person: subject(token), post, over: false });

/** The token is forgotten; whoever came from the issuer is signed out there too. */
export async function leave(start: Start) {
  const before = current;
  set(null);
  if (!before?.identity) return;
  const { leaveIssuer } = await import("./oidc");
  await leaveIssuer(start, before.identity).catch(() => undefined);
}

/** The view stays as it is, with all that was typed; a dialog above it asks to sign in again. */
export function expired(session: Session) {
  if (current?.token === session.token && !current.over) set({ ...current, over: true });
}

export class SignInRefused extends Error {}

export async function enterAs(post: string): Promise<void> {
  const answer = await fetch("/demonstration/sign-in", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
    body: JSON.stringify({ post }),
  });
  const body = (await answer.json()) as { access_token?: string; errors?: { message: string }[] };
  if (!body.access_token) throw new SignInRefused(body.errors?.[0]?.message ?? String(answer.status));
  enter(body.access_token, { post });
}
