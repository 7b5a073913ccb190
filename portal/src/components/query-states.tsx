// What a view shows instead of data: loading, refused, unreachable, empty.
import type { ReactNode } from "react";
import { Refused, Unreachable, type Fault } from "../graph/client";
import { cite, t } from "../i18n";

export function Loading({ what, done, of }: { what?: string; done?: number; of?: number }) {
  const text = what ?? t("Đang tải…", "Loading…");
  return (
    <div className="state" role="status">
      {done !== undefined && of ? (
        <label>
          {text} {done}/{of}
          <progress value={done} max={of} />
        </label>
      ) : (
        <span className="waits">{text}</span>
      )}
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="state quiet">{children}</p>;
}

/** The page of an unknown address. */
export function NotFound({ children }: { children: ReactNode }) {
  return (
    <>
      <h1>{t("Không tìm thấy", "Not found")}</h1>
      <Empty>{children}</Empty>
    </>
  );
}

/** An error: the message of the service, its clause, and the next step. */
export function Failed({ error, retry }: { error: unknown; retry?: () => unknown }) {
  const [title, text] = sentences(error);
  return (
    <div className="state fault" role="alert">
      <strong>{title}</strong>
      <p>{text}</p>
      {retry && !(error instanceof Refused && error.code === "FORBIDDEN") && (
        <button type="button" onClick={() => void retry()}>
          {t("Thử lại", "Try again")}
        </button>
      )}
    </div>
  );
}

function sentences(error: unknown): [string, string] {
  if (error instanceof Unreachable)
    return [
      t("Không kết nối được với hệ thống", "The service cannot be reached"),
      t("Kiểm tra mạng rồi thử lại; những gì đã nhập vẫn còn.", "Check the network and try again; what you typed is still there."),
    ];
  if (error instanceof Refused && error.code === "BAD_TOKEN")
    return [t("Phiên đăng nhập đã hết hạn", "The session has expired"), t("Hãy đăng nhập lại.", "Sign in again.")];
  if (error instanceof Refused && error.code === "FORBIDDEN")
    return [
      t("Không thuộc quyền xem của bạn", "Not yours to see"),
      error.message + (error.clause ? ` (${cite(error.clause)})` : ""),
    ];
  if (error instanceof Refused) return [t("Hệ thống từ chối", "The service refused"), `${error.message} (${error.code})`];
  return [t("Có lỗi", "Something went wrong"), String(error)];
}

/** A note that some fields were refused, with the clause; the other fields are shown. */
export function Withheld({ faults, children }: { faults: Fault[]; children?: ReactNode }) {
  const forbidden = faults.find((fault) => fault.extensions?.code === "FORBIDDEN") ?? faults[0];
  if (!forbidden) return null;
  const clause = forbidden.extensions?.clause;
  return (
    <div className="state note" role="note">
      <strong>{t("Phần này không thuộc quyền xem của bạn", "This part is not yours to see")}</strong>
      <p>
        {forbidden.message}
        {clause && ` (${cite(clause)})`}
      </p>
      {children}
    </div>
  );
}

type Query<T> = { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };

/** Renders the data of a query, or its loading or error state. */
export function QueryResult<T>({ query, what, children }: { query: Query<T>; what?: string; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failed error={query.error} retry={query.refetch} />;
  return <Loading {...(what && { what })} />;
}
