import { setLanguage, useLanguage } from "../i18n";

export function LanguageSwitch() {
  const language = useLanguage();
  const [next, name] = language === "vi" ? (["en", "English"] as const) : (["vi", "Tiếng Việt"] as const);
  return (
    <button type="button" className="plain" lang={next} onClick={() => setLanguage(next)}>
      {name}
    </button>
  );
}
