// Charts of a subtree, laid out by d3: stacked bars of the shares, or a treemap of the counts.
import { hierarchy, treemap, treemapSquarify } from "d3-hierarchy";
import { scaleLinear } from "d3-scale";
import { stack, stackOffsetExpand } from "d3-shape";
import { useState } from "react";
import { useLocation } from "wouter";
import { levelShort, number, t } from "../i18n";
import { Legend, LEVELS, countsLabel, type Counts } from "../components/tally";
import { bodyPath, YearLink, useAddressWithYear, usePlace } from "../routing";
import type { Child } from "./body";
import type { BodyData } from "./hierarchy";

type Track = "bodies" | "officials" | "members";
const TRACKS: Track[] = ["bodies", "officials", "members"];
type Form = "bars" | "areas";
type Item = { code: string; name: string; counts: Counts };

const FIELDS = LEVELS.map(([, field]) => field);
const BARS_SHOWN = 40;
/** The treemap is the default where its areas have room for names. */
const ROOM = "(min-width: 46rem)";

export function SubtreeChart({ body, items }: { body: BodyData; items: Child[] }) {
  const { year } = usePlace();
  const [track, setTrack] = useState<Track>("officials");
  const [form, setForm] = useState<Form>(() => (matchMedia(ROOM).matches ? "areas" : "bars"));
  // A chart of a single body or person says nothing.
  if (Math.max(...TRACKS.map((name) => body[name]?.total ?? 0)) < 2) return null;
  const counts = body[track];
  const below = items
    .map((child) => ({ code: child.code, name: child.name, counts: child[track] }))
    .filter((item): item is Item => (item.counts?.total ?? 0) > 0)
    .toSorted((a, b) => b.counts.total - a.counts.total);
  return (
    <section className="picture" aria-labelledby="picture">
      <div className="line">
        <h2 id="picture">{t(`Cả cây năm ${year}`, `The whole subtree, ${year}`)}</h2>
        <ToggleGroup
          label={t("Đếm", "Count")}
          value={track}
          choose={setTrack}
          of={[
            ["bodies", t("Tập thể", "Bodies")],
            ["officials", t("Cán bộ", "Officials")],
            ["members", t("Đảng viên", "Party members")],
          ]}
        />
        <ToggleGroup
          label={t("Hình", "Form")}
          value={form}
          choose={setForm}
          of={[
            ["bars", t("Cột", "Bars")],
            ["areas", t("Ô", "Areas")],
          ]}
        />
      </div>
      {counts && <Legend counts={counts} />}
      {counts && counts.total > 0 && <Bars items={[{ code: body.code, name: t("Tất cả", "All"), counts }]} total />}
      {below.length > 1 && (form === "bars" ? <Bars items={below.slice(0, BARS_SHOWN)} /> : <Areas items={below} />)}
    </section>
  );
}

type ToggleGroupProps<T extends string> = { label: string; value: T; choose: (value: T) => void; of: [T, string][] };

export function ToggleGroup<T extends string>({ label, value, choose, of }: ToggleGroupProps<T>) {
  return (
    <div className="choice" role="group" aria-label={label}>
      {of.map(([option, name]) => (
        <button key={option} type="button" aria-pressed={value === option} onClick={() => choose(option)}>
          {name}
        </button>
      ))}
    </div>
  );
}

const shares = stack<Item, (typeof FIELDS)[number]>()
  .keys(FIELDS)
  .value((item, field) => item.counts[field])
  .offset(stackOffsetExpand);
const across = scaleLinear([0, 1], [0, 100]);

function Bars({ items, total }: { items: Item[]; total?: boolean }) {
  const series = shares(items);
  return (
    <ul className={total ? "bars total" : "bars"}>
      {items.map((item, index) => (
        <li key={item.code}>
          {total ? <b>{item.name}</b> : <YearLink href={bodyPath(item.code)}>{item.name}</YearLink>}
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={`${item.name}: ${countsLabel(item.counts)}`}>
            {series.map((band, level) => {
              const [from, to] = band[index] ?? [0, 0];
              return (
                to > from && (
                  <rect key={band.key} className={`fill ${LEVELS[level]?.[0]}`} x={across(from)} width={across(to) - across(from)} height="8">
                    <title>{`${levelShort(LEVELS[level]?.[0] ?? "")}: ${item.counts[band.key]}`}</title>
                  </rect>
                )
              );
            })}
          </svg>
          <span className="count">{number(item.counts.total)}</span>
        </li>
      ))}
    </ul>
  );
}

type Leaf = { name: string; code?: string; level?: string; value?: number; children?: Leaf[] };
const [WIDTH, HEIGHT, HEADING] = [960, 440, 19];

/** A treemap, for the mouse; the table below has the same bodies for the keyboard. */
function Areas({ items }: { items: Item[] }) {
  const [, go] = useLocation();
  const address = useAddressWithYear();
  const data: Leaf = {
    name: "",
    children: items.map(({ code, name, counts }) => ({
      name,
      code,
      children: LEVELS.filter(([, field]) => counts[field] > 0).map(([level, field]) => ({ name, level, value: counts[field] })),
    })),
  };
  const root = hierarchy(data).sum((leaf) => leaf.value ?? 0);
  const laid = treemap<Leaf>()
    .size([WIDTH, HEIGHT])
    .tile(treemapSquarify)
    .paddingOuter(2)
    .paddingInner((node) => (node.depth === 0 ? 4 : 0))
    .paddingTop((node) => (node.depth === 0 ? 2 : HEADING))(root);
  return (
    <svg className="areas" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t("Diện tích theo số lượng; bảng Trực thuộc có cùng số liệu", "Areas by counts; the table below says the same")}>
      {laid.children?.map((group) => (
        <g key={group.data.code} onClick={() => go(address(bodyPath(group.data.code ?? "")))}>
          <title>{`${group.data.name}: ${group.value}`}</title>
          <rect className="group" x={group.x0} y={group.y0} width={group.x1 - group.x0} height={group.y1 - group.y0} />
          {group.leaves().map((leaf) => (
            <rect key={leaf.data.level} className={`fill ${leaf.data.level}`} x={leaf.x0} y={leaf.y0} width={leaf.x1 - leaf.x0} height={leaf.y1 - leaf.y0}>
              <title>{`${group.data.name} · ${levelShort(leaf.data.level ?? "")}: ${leaf.value}`}</title>
            </rect>
          ))}
          <text x={group.x0 + 5} y={group.y0 + 14}>
            {truncated(group.data.name, group.x1 - group.x0 - 10)}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** Truncates a name to a width in units of the view box; a letter takes about seven. */
function truncated(name: string, width: number): string {
  const letters = Math.floor(width / 7);
  return name.length <= letters ? name : letters < 4 ? "" : `${name.slice(0, letters - 1)}…`;
}
