// The door: the issuer's sign-in, in a demonstration the posts to enter as; and the end of a session.
import { useMutation } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { t, useTitle } from "./language";
import { Dialog } from "./parts/dialog";
import { LanguageSwitch } from "./parts/language-switch";
import { enterAs, leave, useStart, type Session, type Start } from "./session";

export function SignIn({ start, failed }: { start: Start; failed: Error | null }) {
  useTitle();
  return (
    <main className="door">
      <div className="line">
        <h1>{t("Xếp loại chất lượng", "Quality ratings")}</h1>
        <LanguageSwitch />
      </div>
      <p>
        {t(
          "Kết quả đánh giá, xếp loại hằng năm của tập thể và cán bộ theo Quy định 124-QĐ/TW và Hướng dẫn 01-HD/TU.",
          "The yearly ratings of collectives and officials under Regulation 124-QĐ/TW and Guide 01-HD/TU.",
        )}
      </p>
      {failed && (
        <p className="state fault" role="alert">
          {t("Đăng nhập không thành công.", "Signing in did not succeed.")} <span className="quiet">{failed.message}</span>
        </p>
      )}
      {start.issuer && <IssuerButton start={start} />}
      {start.posts && <Posts posts={start.posts} />}
    </main>
  );
}

function IssuerButton({ start, label }: { start: Start; label?: string }) {
  const going = useMutation({
    mutationFn: async () => {
      const { goToIssuer } = await import("./oidc");
      await goToIssuer(start, location.pathname + location.search);
    },
  });
  if (!start.client)
    return (
      <p className="state note">
        {t("Cổng chưa được đăng ký với nơi cấp tài khoản (OIDC_CLIENT_ID).", "The portal is not registered with the issuer (OIDC_CLIENT_ID).")}
      </p>
    );
  return (
    <>
      <button type="button" className="primary" disabled={going.isPending} onClick={() => going.mutate()}>
        {label ?? t("Đăng nhập", "Sign in")}
      </button>
      {going.error && (
        <p className="state fault" role="alert">
          {t("Không tới được nơi đăng nhập.", "The place to sign in cannot be reached.")}
        </p>
      )}
    </>
  );
}

function Posts({ posts }: { posts: NonNullable<Start["posts"]> }) {
  const [other, setOther] = useState("");
  const field = useId();
  const entering = useMutation({ mutationFn: enterAs });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    entering.mutate(other.trim());
  };
  return (
    <section aria-labelledby={`${field}h`}>
      <h2 id={`${field}h`}>{t("Bản trình diễn: vào với chức vụ", "Demonstration: enter as")}</h2>
      <ul className="posts">
        {posts.map((post) => (
          <li key={post.code}>
            <button type="button" disabled={entering.isPending} onClick={() => entering.mutate(post.code)}>
              <b>{post.title}</b>
              <span>{t(post.vi, post.en)}</span>
            </button>
          </li>
        ))}
      </ul>
      <form onSubmit={submit} className="line">
        <label htmlFor={field}>{t("Chức vụ khác, theo mã", "Another post, by its code")}</label>
        <input id={field} value={other} onChange={(event) => setOther(event.target.value)} placeholder="ht.so-noi-vu.truong" autoComplete="off" spellCheck={false} />
        <button type="submit" disabled={!other.trim() || entering.isPending}>
          {t("Vào", "Enter")}
        </button>
      </form>
      {entering.error && (
        <p className="state fault" role="alert">
          {entering.error.message}
        </p>
      )}
    </section>
  );
}

/** Above the view, which stays: signing in again goes on with what was typed. */
export function ExpiredDialog({ session }: { session: Session }) {
  const title = useId();
  const start = useStart();
  const again = useMutation({ mutationFn: enterAs });
  return (
    <Dialog labelledBy={title}>
      <h2 id={title}>{t("Phiên đăng nhập đã hết hạn", "The session has expired")}</h2>
      <p>
        {t(
          "Những gì bạn đã nhập vẫn còn. Đăng nhập lại để tiếp tục.",
          "What you typed is still there. Sign in again to go on.",
        )}
      </p>
      <p className="actions">
        {session.post ? (
          <button type="button" className="primary" disabled={again.isPending} onClick={() => session.post && again.mutate(session.post)}>
            {t("Đăng nhập lại", "Sign in again")}
          </button>
        ) : (
          <IssuerButton start={start} label={t("Đăng nhập lại", "Sign in again")} />
        )}
        <button type="button" onClick={() => void leave(start)}>
          {t("Thoát", "Leave")}
        </button>
      </p>
    </Dialog>
  );
}
