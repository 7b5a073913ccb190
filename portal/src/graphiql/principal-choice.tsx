// Chooses the principal of the requests: a post of a demonstration, or the session of the portal in this tab.
import { useState } from "react";
import { t } from "../i18n";
import { signInAs, signOut, type Session, type Start } from "../session";

export function PrincipalChoice({ start, session }: { start: Start; session: Session | null }) {
  const signedIn = session !== null && !session.over;
  return (
    <div className="asker">
      {start.posts ? (
        <Posts start={start} posts={start.posts} entered={signedIn ? session.post : null} />
      ) : signedIn ? (
        <span>{t("Đã đăng nhập", "Signed in")}</span>
      ) : (
        <a href="/">{t("Đăng nhập ở cổng", "Sign in at the portal")}</a>
      )}
      {!signedIn && (
        <span className="quiet">
          {t("hoặc ghi vào Headers: ", "or write into Headers: ")}
          <code>{`{"Authorization": "Bearer …"}`}</code>
        </span>
      )}
    </div>
  );
}

function Posts({ start, posts, entered }: { start: Start; posts: NonNullable<Start["posts"]>; entered: string | null }) {
  const [fault, setFault] = useState("");
  const choose = async (post: string) => {
    setFault("");
    await (post ? signInAs(post) : signOut(start)).catch((error: unknown) => setFault(String(error)));
  };
  const isListed = posts.some((post) => post.code === entered);
  return (
    <>
      <label>
        {t("Người hỏi", "Asked by")}{" "}
        <select value={entered ?? ""} onChange={(event) => void choose(event.target.value)}>
          <option value="">{t("chưa đăng nhập", "nobody signed in")}</option>
          {entered && !isListed && <option value={entered}>{entered}</option>}
          {posts.map((post) => (
            <option key={post.code} value={post.code}>
              {post.title}
            </option>
          ))}
        </select>
      </label>
      {fault && <span role="alert">{fault}</span>}
    </>
  );
}
