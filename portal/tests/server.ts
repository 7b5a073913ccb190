// A server on this machine that answers `fetch("/graphql")` as a test says: real HTTP, the portal's own client.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export type Request = { path: string; headers: IncomingHttpHeaders; body: { query: string; variables: Record<string, unknown> } };
/** A text is sent as it is; anything else as JSON. */
export type Response = { status?: number; body: unknown };

const fetchAbsolute = globalThis.fetch;

/** Serves until the returned function is called. A page has relative addresses; in Node, `fetch` needs whole ones. */
export async function serve(answer: (request: Request) => Response | Promise<Response>): Promise<() => void> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Request["body"];
    const { status = 200, body: text } = await answer({ path: incoming.url ?? "", headers: incoming.headers, body });
    outgoing.writeHead(status, { "Content-Type": "application/json" });
    outgoing.end(typeof text === "string" ? text : JSON.stringify(text));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  globalThis.fetch = (path, init) => fetchAbsolute(new URL(path as string, `http://127.0.0.1:${port}`), init);
  return () => {
    globalThis.fetch = fetchAbsolute;
    server.closeAllConnections();
    server.close();
  };
}
