// A day as it is written in Vietnam, whatever the language of the browser: 11/12/2023.
import { useState, type ComponentProps } from "react";
import { day, t } from "../language";

/** 2023-12-11 of what was typed, or nothing when it is no day. */
export function read(text: string): string | null {
  const found = /^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*$/.exec(text);
  if (!found) return null;
  const [date, month, year] = found.slice(1).map(Number) as [number, number, number];
  const meant = new Date(Date.UTC(year, month - 1, date));
  return meant.getUTCMonth() === month - 1 && meant.getUTCDate() === date ? meant.toISOString().slice(0, 10) : null;
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
      aria-invalid={text !== "" && read(text) === null}
      {...rest}
      onChange={(event) => {
        const iso = read(event.target.value);
        event.target.setCustomValidity(iso ? "" : t("Ngày viết như 11/12/2023", "A day is written as 11/12/2023"));
        setText(event.target.value);
        if (iso) change(iso);
      }}
    />
  );
}
