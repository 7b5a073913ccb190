// The frame of every view: navigation, year, search, the signed-in person.
import { useEffect, useId, useRef, type ReactNode } from "react";
import { useLocation } from "wouter";
import { t, useLanguage } from "./i18n";
import { LanguageSwitch } from "./components/language-switch";
import { Search } from "./components/search";
import { subjectPath, YearLink, useAddressWithYear, usePlace, useYearParameter } from "./routing";
import { signOut, useSession, useStart } from "./session";

function useNavigationItems(): [string, string, string[]][] {
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
  const address = useAddressWithYear();
  const main = useRef<HTMLElement>(null);
  const previousPath = useRef(path);
  // A new view starts scrolled to its top, with the keyboard focus inside.
  useEffect(() => {
    if (previousPath.current === path) return;
    previousPath.current = path;
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
          <YearLink href="/" className="brand">
            {t("Xếp loại", "Ratings")}
          </YearLink>
          <Navigation path={path} />
        </div>
        <div className="line">
          <Search label={t("Tìm đơn vị, người", "Find a body or person")} choose={(subject) => go(address(subjectPath(subject)))} />
          <YearChoice />
          <SignedInPerson />
        </div>
      </header>
      <main id="view" ref={main} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function Navigation({ path }: { path: string }) {
  const views = useNavigationItems();
  return (
    <nav aria-label={t("Các trang", "Pages")}>
      <ul>
        {views.map(([href, name, below]) => {
          const isCurrent = path === href || below.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
          return (
            <li key={href}>
              <YearLink href={href} aria-current={isCurrent ? "page" : undefined}>
                {name}
              </YearLink>
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
  const [, setYear] = useYearParameter();
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

function SignedInPerson() {
  const { me } = usePlace();
  const start = useStart();
  const { post: entered } = useSession();
  // In a demonstration, the post chosen at sign-in comes first.
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
      <button type="button" className="plain" onClick={() => void signOut(start)}>
        {t("Đăng xuất", "Sign out")}
      </button>
    </div>
  );
}
