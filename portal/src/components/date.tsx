// A date field in the Vietnamese form, 11/12/2023, whatever the language of the browser.
import { useState, type ComponentProps } from "react";
import { day, t } from "../i18n";

/** Parses 11/12/2023 to 2023-12-11; null for a text that is not a date. */
export function parseDay(text: string): string | null {
  const match = /^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*$/.exec(text);
  if (!match) return null;
  const [date, month, year] = match.slice(1).map(Number) as [number, number, number];
  const parsed = new Date(Date.UTC(year, month - 1, date));
  return parsed.getUTCMonth() === month - 1 && parsed.getUTCDate() === date ? parsed.toISOString().slice(0, 10) : null;
}

type Props = { value: string; change: (iso: string) => void } & Omit<ComponentProps<"input">, "value" | "onChange">;

export function DateField({ value, change, ...rest }: Props) {
  const [text, setText] = useState(value && day(value));
  return (
    <input
      required
      size={11}
      autoComplete="off"
      placeholder={t("ngày/tháng/năm", "day/month/year")}
      value={text}
      aria-invalid={text !== "" && parseDay(text) === null}
      {...rest}
      onChange={(event) => {
        const iso = parseDay(event.target.value);
        event.target.setCustomValidity(iso ? "" : t("Ngày viết như 11/12/2023", "A day is written as 11/12/2023"));
        setText(event.target.value);
        if (iso) change(iso);
      }}
    />
  );
}
