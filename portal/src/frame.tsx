// What stands around every view: where one can go, the year, the search, who is signed in.
import { useEffect, useId, useRef, type ReactNode } from "react";
import { useLocation } from "wouter";
import { t, useLanguage } from "./language";
import { LanguageSwitch } from "./parts/language-switch";
import { Search } from "./parts/search";
import { subjectPath, To, useAddress, usePlace, useYearOfAddress } from "./place";
import { leave, useSession, useStart } from "./session";

function useViews(): [string, string, string[]][] {
  return [
    ["/", t("Đơn vị", "Bodies"), ["/don-vi", "/nguoi", "/ho-so"]],
    ["/viec", t("Việc của tôi", "My work"), ["/viec"]],
    ["/tham-quyen", t("Thẩm quyền", "Authority"), ["/tham-quyen"]],
    ["/tien-do", t("Tiến độ", "Compliance"), ["/tien-do"]],
  ];
}

export function Frame({ children }: { children: ReactNode }) {
  useLanguage();
  const [path, go] = useLocation();
  const address = useAddress();
  const main = useRef<HTMLElement>(null);
  const before = useRef(path);
  // A new view begins at its top, and the keyboard with it.
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <>
      <a className="skip" href="#view">
        {t("Tới nội dung", "Skip to content")}
      </a>
      <header className="frame">
        <div className="line">
          <To href="/" className="brand">
            {t("Xếp loại", "Ratings")}
          </To>
          <Navigation path={path} />
        </div>
        <div className="line">
          <Search label={t("Tìm đơn vị, người", "Find a body or person")} choose={(subject) => go(address(subjectPath(subject)))} />
          <YearChoice />
          <Who />
        </div>
      </header>
      <main id="view" ref={main} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function Navigation({ path }: { path: string }) {
  const views = useViews();
  return (
    <nav aria-label={t("Các trang", "Pages")}>
      <ul>
        {views.map(([href, name, below]) => {
          const here = path === href || below.some((each) => path === each || path.startsWith(`${each}/`));
          return (
            <li key={href}>
              <To href={href} aria-current={here ? "page" : undefined}>
                {name}
              </To>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function YearChoice() {
  const id = useId();
  const { cycles, year } = usePlace();
  const [, setYear] = useYearOfAddress();
  return (
    <div className="year">
      <label htmlFor={id}>{t("Năm", "Year")}</label>
      <select id={id} value={year} onChange={(event) => setYear(Number(event.target.value))}>
        {cycles.map((cycle) => (
          <option key={cycle.year} value={cycle.year}>
            {cycle.year}
          </option>
        ))}
      </select>
    </div>
  );
}

function Who() {
  const { me } = usePlace();
  const start = useStart();
  const { post: entered } = useSession();
  // In a demonstration the post one entered as is what one looks for.
  const posts = me?.posts.toSorted((a, b) => Number(b.code === entered) - Number(a.code === entered)) ?? [];
  return (
    <div className="who">
      {me && (
        <div>
          <b>{me.person.name}</b>
          <span className="quiet">{posts.map((post) => post.title).join(" · ")}</span>
        </div>
      )}
      <LanguageSwitch />
      <button type="button" className="plain" onClick={() => void leave(start)}>
        {t("Đăng xuất", "Sign out")}
      </button>
    </div>
  );
}
