// The hierarchy view: the tree, and the chosen body beside it.
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { useGraph, useWholeList } from "../graph/client";
import { BodyChildrenDocument, BodyPageDocument, type BodyPageQuery } from "../graph/generated";
import { t, useTitle } from "../i18n";
import { QueryResult, Loading, NotFound } from "../components/query-states";
import { TreeView } from "../components/tree";
import { bodyPath, useAddressWithYear, usePlace } from "../routing";
import { useStart } from "../session";
import { useTree } from "../tree";
import { BodyView } from "./body";

export type BodyData = NonNullable<BodyPageQuery["body"]>;

/** The ancestors of a body, the root first. The query reads five, more than the province has. */
export function ancestors(body: BodyData): { code: string; name: string }[] {
  const path = [];
  type Step = { code: string; name: string; parent?: Step | null };
  for (let step: Step | null | undefined = body.parent; step; step = step.parent) path.unshift({ code: step.code, name: step.name });
  return path;
}

export function Hierarchy({ code }: { code?: string }) {
  const { root } = useStart();
  const { year } = usePlace();
  const chosen = code ?? root;
  const query = useGraph(BodyPageDocument, { code: chosen, year }, { keep: true });
  const children = useWholeList(BodyChildrenDocument, { code: chosen, year }, (data) => data.body?.children);
  const body = query.data?.data.body;
  useTitle(body?.name);
  return (
    <div className="hierarchy">
      <TreePane chosen={chosen} body={body?.code === chosen ? body : undefined} />
      <div className="content">
        <QueryResult query={query}>
          {({ data }) =>
            data.body ? (
              <BodyView body={data.body} below={children} year={year} waiting={data.body.code !== chosen} />
            ) : (
              <NotFound>{t("Không có đơn vị này.", "There is no such body.")}</NotFound>
            )
          }
        </QueryResult>
      </div>
    </div>
  );
}

function TreePane({ chosen, body }: { chosen: string; body: BodyData | undefined }) {
  const tree = useTree();
  const [, go] = useLocation();
  const address = useAddressWithYear();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (body) void tree.reveal([tree.root, ...ancestors(body).map((ancestor) => ancestor.code)]);
  }, [body, tree]);
  return (
    <aside className={shown ? "side shown" : "side"} aria-label={t("Cây tổ chức", "Tree of bodies")}>
      <button type="button" className="only-narrow" aria-expanded={shown} onClick={() => setShown(!shown)}>
        {shown ? t("Đóng cây tổ chức", "Close the tree") : t("Cây tổ chức", "Tree of bodies")}
      </button>
      <div className="side-inside">
        <div className="line tools">
          <button type="button" disabled={tree.progress !== null} onClick={() => void tree.openAll()}>
            {t("Mở hết", "Open all")}
          </button>
          <button type="button" onClick={() => tree.closeAll()}>
            {t("Thu gọn", "Fold")}
          </button>
        </div>
        {tree.progress && <Loading what={t("Đang mở", "Opening")} {...tree.progress} />}
        <TreeView
          selected={chosen}
          choose={(code) => {
            setShown(false);
            go(address(bodyPath(code)));
          }}
        />
      </div>
    </aside>
  );
}
