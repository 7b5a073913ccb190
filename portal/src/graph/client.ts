// The GraphQL client: sends typed operations, gives data, partial errors and refusals.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { language } from "../i18n";
import { expireSession, useSession, type Credential, type Session } from "../session";
import type { TypedDocumentString } from "./generated";

export type Fault = {
  message: string;
  path?: (string | number)[];
  extensions?: { code?: string; field?: string; clause?: string };
};
export type Answer<T> = { data: T; faults: Fault[] };

/** The response has no data; `code` is the stable code of its first error. */
export class Refused extends Error {
  readonly code: string;
  readonly clause: string | undefined;
  readonly field: string | undefined;

  constructor(message: string, { code = "INTERNAL", clause, field }: Fault["extensions"] & {}) {
    super(message);
    this.code = code;
    this.clause = clause;
    this.field = field;
  }
}

/** No GraphQL response arrived: the network or the service failed. */
export class Unreachable extends Error {}

export async function execute<T, V>(
  session: Credential,
  document: TypedDocumentString<T, V>,
  variables: V,
  signal?: AbortSignal,
): Promise<Answer<T>> {
  const response = await send(session.token, { query: document.toString(), variables }, signal);
  if (response.status === 401) {
    expireSession(session);
    throw new Refused("", { code: "BAD_TOKEN" });
  }
  const body = (await response.json().catch(() => ({}))) as { data?: T | null; errors?: Fault[] };
  const faults = body.errors ?? [];
  if (body.data) return { data: body.data, faults };
  const first = faults[0];
  if (!first) throw new Unreachable(String(response.status));
  throw new Refused(first.message, first.extensions ?? {});
}

async function send(token: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch("/graphql", {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Accept-Language": language(),
        Authorization: `Bearer ${token}`,
      },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
  } catch (fault) {
    if (signal?.aborted) throw fault;
    throw new Unreachable(String(fault));
  }
}

/** The cache key: operation, variables, person and language. */
const key = (session: Session, document: unknown, variables: unknown) =>
  [String(document), variables, session.person, language()] as const;

export function useGraph<T, V>(
  document: TypedDocumentString<T, V>,
  variables: V,
  options: { enabled?: boolean; keep?: boolean } = {},
) {
  const session = useSession();
  return useQuery({
    queryKey: key(session, document, variables),
    queryFn: ({ signal }) => execute(session, document, variables, signal),
    enabled: options.enabled ?? true,
    ...(options.keep && { placeholderData: keepPreviousData }),
  });
}

type Connection<N> = {
  edges: { node: N }[];
  totalCount: number;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
};

/** A whole list, loaded page after page; `total` is known from the first page. */
export function useWholeList<T, V, N>(
  document: TypedDocumentString<T, V>,
  variables: Omit<V, "after">,
  connection: (data: T) => Connection<N> | null | undefined,
) {
  const session = useSession();
  const query = useInfiniteQuery({
    queryKey: key(session, document, variables),
    queryFn: ({ signal, pageParam }) =>
      execute(session, document, { ...variables, after: pageParam } as V, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => {
      const page = connection(last.data)?.pageInfo;
      return page?.hasNextPage ? page.endCursor : null;
    },
  });
  const { hasNextPage, isFetching, fetchNextPage, isError } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  const pages = query.data?.pages.map((page) => connection(page.data)) ?? [];
  return {
    nodes: pages.flatMap((page) => page?.edges.map((edge) => edge.node) ?? []),
    total: pages[0]?.totalCount ?? 0,
    whole: query.isSuccess && !hasNextPage,
    faults: query.data?.pages.flatMap((page) => page.faults) ?? [],
    error: query.error,
    isPending: query.isPending,
    refetch: query.refetch,
  };
}
