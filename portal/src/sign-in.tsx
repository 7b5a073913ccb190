// The sign-in page (at the issuer, or with a post of a demonstration), and the dialog of an expired session.
import { useMutation } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { t, useTitle } from "./i18n";
import { Dialog } from "./components/dialog";
import { LanguageSwitch } from "./components/language-switch";
import { signInAs, signOut, useStart, type Session, type Start } from "./session";

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
  const redirecting = useMutation({
    mutationFn: async () => {
      const { redirectToIssuer } = await import("./oidc");
      await redirectToIssuer(start, location.pathname + location.search);
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
      <button type="button" className="primary" disabled={redirecting.isPending} onClick={() => redirecting.mutate()}>
        {label ?? t("Đăng nhập", "Sign in")}
      </button>
      {redirecting.error && (
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
  const signingIn = useMutation({ mutationFn: signInAs });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signingIn.mutate(other.trim());
  };
  return (
    <section aria-labelledby={`${field}h`}>
      <h2 id={`${field}h`}>{t("Bản trình diễn: vào với chức vụ", "Demonstration: enter as")}</h2>
      <ul className="posts">
        {posts.map((post) => (
          <li key={post.code}>
            <button type="button" disabled={signingIn.isPending} onClick={() => signingIn.mutate(post.code)}>
              <b>{post.title}</b>
              <span>{t(post.vi, post.en)}</span>
            </button>
          </li>
        ))}
      </ul>
      <form onSubmit={submit} className="line">
        <label htmlFor={field}>{t("Chức vụ khác, theo mã", "Another post, by its code")}</label>
        <input id={field} value={other} onChange={(event) => setOther(event.target.value)} placeholder="ht.so-noi-vu.truong" autoComplete="off" spellCheck={false} />
        <button type="submit" disabled={!other.trim() || signingIn.isPending}>
          {t("Vào", "Enter")}
        </button>
      </form>
      {signingIn.error && (
        <p className="state fault" role="alert">
          {signingIn.error.message}
        </p>
      )}
    </section>
  );
}

/** Opens above the view, which keeps its inputs. */
export function ExpiredDialog({ session }: { session: Session }) {
  const title = useId();
  const start = useStart();
  const signingIn = useMutation({ mutationFn: signInAs });
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
          <button type="button" className="primary" disabled={signingIn.isPending} onClick={() => session.post && signingIn.mutate(session.post)}>
            {t("Đăng nhập lại", "Sign in again")}
          </button>
        ) : (
          <IssuerButton start={start} label={t("Đăng nhập lại", "Sign in again")} />
        )}
        <button type="button" onClick={() => void signOut(start)}>
          {t("Thoát", "Leave")}
        </button>
      </p>
    </Dialog>
  );
}
