// What every view shows while there is nothing to show: waiting, refused, unreachable, empty.
import type { ReactNode } from "react";
import { Refused, Unreachable, type Fault } from "../graph/client";
import { cite, t } from "../language";

export function Loading({ what, done, of }: { what?: string; done?: number; of?: number }) {
  const said = what ?? t("Đang tải…", "Loading…");
  return (
    <div className="state" role="status">
      {done !== undefined && of ? (
        <label>
          {said} {done}/{of}
          <progress value={done} max={of} />
        </label>
      ) : (
        <span className="waits">{said}</span>
      )}
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="state quiet">{children}</p>;
}

/** An address that leads to nothing. */
export function NotThere({ children }: { children: ReactNode }) {
  return (
    <>
      <h1>{t("Không tìm thấy", "Not found")}</h1>
      <Empty>{children}</Empty>
    </>
  );
}

/** Why there is nothing: the sentence of the service, its clause, and what to do next. */
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

/** Some fields were refused and the rest is there: said once, with its clause. */
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

/** The data of a query, or the state that stands for it. */
export function Asked<T>({ query, what, children }: { query: Query<T>; what?: string; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failed error={query.error} retry={query.refetch} />;
  return <Loading {...(what && { what })} />;
}
