// A group's decision sheet: a level for each subject, the quota beside them, then the conclusion.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { decisions, useDraft, type Draft } from "../draft";
import { ask, Refused } from "../graph/client";
import { ConcludeDocument, DecideDocument, type ConcludedFragment, type Level as LevelWord } from "../graph/generated";
import { t, useTitle } from "../language";
import { Confirm, DocumentFields } from "../parts/concluding";
import { Gauge } from "../parts/gauge";
import { SheetRows } from "../parts/sheet-rows";
import { Empty, Failed, Loading } from "../parts/states";
import { Waits } from "../parts/waits";
import { To, usePlace, useToday } from "../place";
import { recall, remember } from "../remembering";
import { useSession } from "../session";
import { Record, type Concluded } from "./record";
import { useWorklist, type Item } from "./work";

export type Refusal = Exclude<ConcludedFragment, { __typename: "Conclusion" }>;

export default function Sheet({ group, appraisal }: { group: string | null; appraisal: string | null }) {
  const { year } = usePlace();
  const session = useSession();
  const list = useWorklist(year);
  useTitle(t("Phiếu quyết định", "Decision sheet"));
  const name = `${session.person}.${year}.${group ?? appraisal}`;
  const [done, setDone] = useState(() => recall<Concluded>(`concluded.${name}`));
  const conclude = (concluded: Concluded) => {
    remember(`concluded.${name}`, JSON.stringify(concluded));
    setDone(concluded);
    window.scrollTo(0, 0);
  };
  if (list.error) return <Failed error={list.error} retry={list.refetch} />;
  if (!list.whole) return <Loading {...(list.total > 0 && { done: list.nodes.length, of: list.total })} />;
  // The list may be older than the conclusion, for as long as it takes to come anew.
  const decided = new Map(done?.appraisals.map((one) => [one.id, one.version]));
  const items = list.nodes.filter(
    ({ act, appraisal: one }) =>
      act === "RATE" && one.version >= (decided.get(one.id) ?? 0) && (group ? one.peerGroup?.code === group : one.id === appraisal),
  );
  return (
    <>
      {done && <Record of={done} />}
      {items.length > 0 ? (
        <Open key={done?.receipt.hash} name={`draft.${name}`} items={items} group={group} conclude={conclude} reload={list.refetch} />
      ) : (
        !done && (
          <>
            <h1>{t("Phiếu quyết định", "Decision sheet")}</h1>
            <Empty>
              {t("Không còn ai chờ bạn quyết định ở đây.", "Nobody waits for your decision here.")} <To href="/viec">{t("Việc của tôi", "My work")}</To>
            </Empty>
          </>
        )
      )}
    </>
  );
}

type OpenProps = {
  name: string;
  items: Item[];
  group: string | null;
  conclude: (concluded: Concluded) => void;
  reload: () => unknown;
};

function Open({ name, items, group, conclude, reload }: OpenProps) {
  const { year } = usePlace();
  const { draft, change, forget } = useDraft(name, useToday());
  const [asking, setAsking] = useState(false);
  const free = items.filter((item) => item.blockedBy.length === 0).map((item) => item.appraisal);
  const chosen = decisions(draft, free);
  const sending = useSending(group, year, (concluded) => {
    forget();
    conclude(concluded);
  });
  const refusal = sending.data && sending.data.__typename !== "Conclusion" ? sending.data : null;
  const edit = (next: Partial<Draft>) => {
    if (!sending.isPending) sending.reset();
    change(next);
  };
  const title = items[0]?.appraisal.peerGroup?.name ?? items[0]?.appraisal.subject.name;
  return (
    <article className="sheet">
      <p className="quiet">
        <To href="/viec">{t("Việc của tôi", "My work")}</To>
      </p>
      <h1>{t(`Phiếu quyết định: ${title}`, `Decision sheet: ${title}`)}</h1>
      {group && <Gauge year={year} group={group} decisions={chosen} refusal={refusal?.__typename === "QuotaExceeded" ? refusal : null} />}
      <Fill items={items} fill={(levels) => edit({ levels })} />
      <SheetRows items={items} draft={draft} edit={edit} refusal={refusal} />
      <form
        className="concluding"
        onSubmit={(event) => {
          event.preventDefault();
          setAsking(true);
        }}
      >
        <DocumentFields draft={draft} edit={edit} fault={sending.error instanceof Refused ? sending.error : null} />
        {refusal && <Said refusal={refusal} reload={reload} />}
        {sending.error && <Failed error={sending.error} retry={() => setAsking(true)} />}
        <p className="actions">
          <button type="submit" className="primary" disabled={chosen.length === 0 || sending.isPending}>
            {sending.isPending ? t("Đang ghi…", "Recording…") : t(`Kết luận ${chosen.length} mức`, `Conclude ${chosen.length} levels`)}
          </button>
          <span className="quiet">{t(`Đã chọn ${chosen.length}/${free.length}`, `${chosen.length} of ${free.length} chosen`)}</span>
        </p>
      </form>
      {asking && (
        <Confirm
          draft={draft}
          chosen={chosen}
          left={items.length - chosen.length}
          close={() => setAsking(false)}
          confirm={() => {
            setAsking(false);
            sending.mutate(sentUnder(draft, chosen, change));
          }}
        />
      )}
    </article>
  );
}

type Sent = { chosen: ReturnType<typeof decisions>; document: { number: string; date: string }; key: string };

/** The same decisions keep their key, so that sending again after a lost answer does nothing twice. */
function sentUnder(draft: Draft, chosen: Sent["chosen"], change: (next: Partial<Draft>) => void): Sent {
  const document = { number: draft.number.trim(), date: draft.date };
  const payload = JSON.stringify({ chosen, document });
  const key = draft.sent?.payload === payload ? draft.sent.key : crypto.randomUUID();
  change({ sent: { payload, key } });
  return { chosen, document, key };
}

function useSending(group: string | null, year: number, done: (concluded: Concluded) => void) {
  const session = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ chosen, document, key }: Sent): Promise<ConcludedFragment> => {
      const [decision] = chosen;
      if (group) {
        const input = { year, group, decisions: chosen, document, idempotencyKey: key };
        return (await ask(session, ConcludeDocument, { input })).data.conclude;
      }
      if (!decision) throw new Error("nothing was chosen");
      return (await ask(session, DecideDocument, { input: { decision, document, idempotencyKey: key } })).data.decide;
    },
    onSuccess: async (answer, { chosen }) => {
      if (answer.__typename !== "Conclusion") return;
      const place = new Map(chosen.map((one, index) => [one.appraisal, index]));
      const appraisals = answer.appraisals.toSorted((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
      done({ ...answer, appraisals, year });
      await queries.invalidateQueries();
    },
  });
}

function Fill({ items, fill }: { items: Item[]; fill: (levels: Record<string, LevelWord>) => void }) {
  const by = (level: (item: Item) => string | null | undefined) => () => {
    const found: Record<string, LevelWord> = {};
    for (const item of items) {
      const proposed = level(item);
      if (proposed && proposed !== "UNDETERMINED") found[item.appraisal.id] = proposed as LevelWord;
    }
    fill(found);
  };
  return (
    <p className="actions">
      <span className="quiet">{t("Điền sẵn theo", "Fill in by")}</span>
      <button type="button" onClick={by((item) => item.appraisal.proposedLevel)}>
        {t("mức đề xuất", "the proposals")}
      </button>
      <button type="button" onClick={by((item) => item.appraisal.computed?.level)}>
        {t("mức theo điều kiện", "the conditions")}
      </button>
      <button type="button" onClick={() => fill({})}>
        {t("Bỏ chọn hết", "Clear")}
      </button>
    </p>
  );
}

/** To the row of a subject, and the keyboard into its field. */
function showRow(id: string | undefined) {
  const row = document.getElementById(`row-${id}`);
  row?.scrollIntoView({ block: "center" });
  row?.querySelector<HTMLElement>("textarea, :checked")?.focus({ preventScroll: true });
}

/** What the service refused, as a whole; what concerns one subject stands in its row. */
function Said({ refusal, reload }: { refusal: Refusal; reload: () => unknown }) {
  const rows = "appraisals" in refusal ? refusal.appraisals : [];
  return (
    <div className="state fault" role="alert">
      <strong>{t("Chưa ghi gì cả", "Nothing was recorded")}</strong>
      <p>
        {refusal.message} <span className="quiet">({refusal.code})</span>
      </p>
      {rows.length > 0 && (
        <button type="button" onClick={() => showRow(rows[0]?.id)}>
          {t(`Xem dòng bị từ chối (${rows.length})`, `Show what was refused (${rows.length})`)}
        </button>
      )}
      {refusal.__typename === "OutOfOrder" && <Waits of={refusal.waitsFor} />}
      {refusal.__typename === "StaleVersion" && (
        <button type="button" onClick={() => void reload()}>
          {t("Tải số liệu mới", "Load the new state")}
        </button>
      )}
    </div>
  );
}
