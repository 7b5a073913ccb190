// The tree of bodies (ARIA tree pattern). Only the visible rows are rendered; the arrow keys reach all rows.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useEffectEvent, useId, useRef, useState, type KeyboardEvent } from "react";
import { t } from "../i18n";
import { useTree, type Row, type Tree } from "../tree";
import { Failed, Loading } from "./query-states";

/** Pixels; the height of `.tree .row` in styles/hierarchy.css. */
const ROW_HEIGHT = 34;

export function TreeView({ selected, choose }: { selected: string; choose: (code: string) => void }) {
  const tree = useTree();
  const rows = tree.rows();
  const [active, setActive] = useState(selected);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: "", at: 0 });
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const at = rows.findIndex((row) => row.node.code === active);
  const isShown = at >= 0;
  useEffect(() => setActive(selected), [selected]);
  const scrollToActive = useEffectEvent(() => virtual.scrollToIndex(at, { align: "auto" }));
  useEffect(() => {
    if (isShown) scrollToActive();
    // The list scrolls when the active row changes, and not when rows are added.
  }, [active, isShown]);
  if (rows.length === 0) return tree.error ? <Failed error={tree.error} retry={() => tree.toggle(tree.root, true)} /> : <Loading />;
  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextActive(event, rows, at, tree, typed.current);
    if (next === null) return;
    event.preventDefault();
    if (event.key === "Enter" || event.key === " ") choose(active);
    else setActive(next);
  };
  const shownActive = isShown ? rows[at]?.node.code : rows[0]?.node.code;
  return (
    <div className="tree-box" ref={box}>
      <div
        role="tree"
        tabIndex={0}
        aria-label={t("Cây tổ chức", "Tree of bodies")}
        aria-activedescendant={`${id}${shownActive}`}
        className="tree"
        style={{ height: virtual.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const { code, name, below } = row.node;
          const open = tree.open.has(code);
          return (
            // The tree itself has the focus and the keys; `aria-activedescendant` names the row.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
            <div
              key={code}
              id={`${id}${code}`}
              role="treeitem"
              aria-level={row.depth}
              aria-posinset={row.place}
              aria-setsize={row.of}
              aria-expanded={below > 0 ? open : undefined}
              aria-selected={code === selected}
              className={code === shownActive ? "row active" : "row"}
              style={{ transform: `translateY(${item.start}px)`, paddingInlineStart: `${(row.depth - 1) * 14 + 4}px` }}
              title={name}
              onClick={() => choose(code)}
            >
              {below > 0 ? (
                <span
                  className="twist"
                  aria-hidden="true"
                  onClick={(event) => {
                    event.stopPropagation();
                    void tree.toggle(code);
                  }}
                >
                  {open ? "▾" : "▸"}
                </span>
              ) : (
                <span className="twist" aria-hidden="true" />
              )}
              <span className="name">{name}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** The code of the row that a key moves to (ARIA tree pattern); null for a key that the tree does not handle. */
function nextActive(event: KeyboardEvent, rows: Row[], at: number, tree: Tree, typed: { text: string; at: number }): string | null {
  const current = rows[Math.max(at, 0)];
  if (!current || event.ctrlKey || event.altKey || event.metaKey) return null;
  const { code, parent, below } = current.node;
  const to = (index: number) => rows[Math.min(Math.max(index, 0), rows.length - 1)]?.node.code ?? code;
  switch (event.key) {
    case "ArrowDown":
      return to(at + 1);
    case "ArrowUp":
      return to(at - 1);
    case "Home":
      return to(0);
    case "End":
      return to(rows.length - 1);
    case "PageDown":
      return to(at + 12);
    case "PageUp":
      return to(at - 12);
    case "Enter":
    case " ":
      return code;
    case "ArrowRight":
      if (below > 0 && tree.open.has(code)) return to(at + 1);
      if (below > 0) void tree.toggle(code, true);
      return code;
    case "ArrowLeft":
      if (tree.open.has(code)) void tree.toggle(code, false);
      else return parent ?? code;
      return code;
    default:
      return event.key.length === 1 ? typeAhead(event, rows, at, typed) : null;
  }
}

/** The next row whose name begins with the typed letters; a pause of 700 ms starts a new word. */
function typeAhead(event: KeyboardEvent, rows: Row[], at: number, typed: { text: string; at: number }): string | null {
  typed.text = event.timeStamp - typed.at < 700 ? typed.text + event.key.toLowerCase() : event.key.toLowerCase();
  typed.at = event.timeStamp;
  const from = typed.text.length > 1 ? at : at + 1;
  const order = [...rows.slice(from), ...rows.slice(0, from)];
  return order.find((row) => row.node.name.toLowerCase().startsWith(typed.text))?.node.code ?? null;
}
