// Vietnamese and English: each text stands in both languages where it is used; terms of the law come from the glossary.
import { useEffect, useSyncExternalStore } from "react";
import glossary from "virtual:glossary";
import { writeText, readText } from "./storage";

export type Language = "vi" | "en";

let current: Language = readText("language", "browser") === "en" ? "en" : "vi";
const listeners = new Set<() => void>();
document.documentElement.lang = current;

export const language = () => current;

export function setLanguage(next: Language) {
  current = next;
  document.documentElement.lang = next;
  writeText("language", next, "browser");
  for (const notify of listeners) notify();
}

/** The language; the calling component renders again when it changes. */
export function useLanguage(): Language {
  return useSyncExternalStore((changed) => {
    listeners.add(changed);
    return () => listeners.delete(changed);
  }, language);
}

export const t = (vi: string, en: string) => (current === "vi" ? vi : en);

function word(enumeration: string, member: string): string {
  const term = glossary[`${enumeration}.${member}`];
  return term ? t(...term) : member;
}

export const stageWord = (stage: string) => word("Stage", stage);
export const trackWord = (track: string) => word("Track", track);
export const kindWord = (kind: string) => word("BodyKind", kind);
export const tierWord = (tier: string) => word("Tier", tier);
export const actWord = (act: string) => word("Act", act);
export const aboutWord = (kind: string) => word("AboutKind", kind);
export const levelWord = (level: string) => word("ComputedLevel", level);

/** Sets the title of the document: the name of the view, then of the portal. */
export function useTitle(name?: string) {
  const portal = t("Xếp loại chất lượng", "Quality ratings");
  const title = name ? `${name} · ${portal}` : portal;
  useEffect(() => {
    document.title = title;
  }, [title]);
}

const SEATS: Record<string, [string, string]> = {
  CHAIR: ["Chủ trì", "Chair"],
  DELEGATE: ["Được uỷ quyền", "Delegate"],
  COMPILING: ["Tổng hợp", "Compiling office"],
  MEMBER: ["Thành viên", "Member"],
};
export const seatWord = (seat: string) => t(...(SEATS[seat] ?? [seat, seat]));

/** Short names of the levels, for narrow columns. */
const SHORT_LEVELS: Record<string, [string, string]> = {
  EXCELLENT: ["Xuất sắc", "Excellent"],
  GOOD: ["Tốt", "Good"],
  COMPLETED: ["Hoàn thành", "Completed"],
  NOT_COMPLETED: ["Không hoàn thành", "Not completed"],
  NOT_RATED: ["Chưa xếp loại", "Not rated"],
  UNDETERMINED: ["Chưa xác định", "Undetermined"],
};
export const levelShort = (level: string) => t(...(SHORT_LEVELS[level] ?? [level, level]));

/** Why a step is blocked; each text is about the subject that must come first. */
const REASONS: Record<string, [string, string]> = {
  NOT_REVIEWED: ["Chưa kiểm điểm", "Not reviewed yet"],
  NOT_SELF_RATED: ["Chưa tự xếp loại", "Not self-rated yet"],
  NOT_PROPOSED: ["Chưa thẩm định, đề xuất mức", "Not appraised and proposed yet"],
  ALREADY_DONE: ["Đã quyết định rồi", "Decided already"],
  COLLECTIVE_NOT_REVIEWED: ["Tập thể chưa kiểm điểm", "The collective is not reviewed"],
  HEAD_NOT_REVIEWED: ["Người đứng đầu chưa kiểm điểm", "The head is not reviewed"],
  DEPUTIES_NOT_REVIEWED: ["Cấp phó chưa kiểm điểm", "The deputies are not reviewed"],
  PROFESSIONAL_NOT_REVIEWED: ["Chưa kiểm điểm ở nơi công tác", "Not reviewed at the place of work"],
  CELL_NOT_REVIEWED: ["Chưa kiểm điểm ở chi bộ", "Not reviewed in the cell"],
  PROFESSIONAL_NOT_RATED: ["Chưa xếp loại ở nơi công tác", "Not rated at the place of work"],
  LOWER_NOT_RATED: ["Cấp dưới chưa xếp loại xong", "The levels below are not rated"],
  COLLECTIVE_NOT_RATED: ["Tập thể lãnh đạo chưa được xếp loại", "The collective is not rated"],
  BODY_NOT_RATED: ["Tổ chức chưa được xếp loại", "The body is not rated"],
  QUOTA_NOT_SETTLED: ["Chưa chốt tỷ lệ xuất sắc của nhóm", "The quota of the group is not settled"],
  YEAR_CLOSED: ["Năm đánh giá đã khép lại", "The year is closed"],
  NO_CLAUSE: ["Không điều khoản nào trao", "No clause gives it"],
  OUTWEIGHED: ["Có điều khoản loại trừ", "A clause denies it"],
  NO_PEER_GROUP: ["Chưa thuộc nhóm nào để tính tỷ lệ xuất sắc", "In no group whose quota would count it"],
  TOO_FEW_OFFICERS: ["Không đủ người có thẩm quyền để đề xuất và quyết định", "Too few officers to propose and decide"],
};
export const reasonWord = (reason: string) => t(...(REASONS[reason] ?? [reason, reason]));

/** 2023-12-11 as 11/12/2023, the Vietnamese form, in both languages. */
export function day(iso: string | null | undefined): string {
  if (!iso) return "—";
  const [year, month, date] = iso.slice(0, 10).split("-");
  return `${date}/${month}/${year}`;
}

/** A timestamp in the time zone of Vietnam. */
export function moment(iso: string): string {
  return new Intl.DateTimeFormat(current === "vi" ? "vi-VN" : "en-GB", {
    dateStyle: "short",
    timeStyle: "short",
    timeZone: "Asia/Ho_Chi_Minh",
  }).format(new Date(iso));
}

export const number = (value: number) => new Intl.NumberFormat(current === "vi" ? "vi-VN" : "en-GB").format(value);

/** A name without diacritics and in lower case, for comparison; đ becomes d. */
export const plain = (name: string) =>
  name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d");

/** The part of the law that names a rater: a section of the guide, or an article of the regulation. */
export const sectionWord = (section: string) =>
  section.startsWith("Đ") ? t(`Điều ${section.slice(1)}`, `Article ${section.slice(1)}`) : t(`mục ${section}`, `section ${section}`);

/** HD01:6.2.3:a as an office writes it. */
export function cite(id: string): string {
  const [text, ...rest] = id.split(":");
  const point = rest.join(" ").replace(/^Đ(\d+)/, t("Điều $1", "Article $1"));
  const name = text === "HD01" ? t("HD 01", "Guide 01") : text === "QĐ124" ? t("QĐ 124", "Reg. 124") : text;
  return `${point.startsWith(t("Điều", "Article")) ? point : t(`điểm ${point}`, `point ${point}`)}, ${name}`;
}
