// The decision sheet of a peer group: a level for each subject, the quota gauge, the conclusion.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { decisions, useDraft, type Draft } from "../draft";
import { execute, Refused } from "../graph/client";
import { ConcludeDocument, DecideDocument, type ConcludedFragment, type Level as LevelWord } from "../graph/generated";
import { t, useTitle } from "../i18n";
import { Confirm, DocumentFields } from "../components/conclusion-form";
import { Gauge } from "../components/gauge";
import { SheetRows } from "../components/sheet-rows";
import { Empty, Failed, Loading } from "../components/query-states";
import { Prerequisites } from "../components/prerequisites";
import { YearLink, usePlace, useToday } from "../routing";
import { readJson, writeText } from "../storage";
import { useSession } from "../session";
import { Record, isConcluded, type Concluded } from "./record";
import { useWorklist, type Item } from "./work";

export type Refusal = Exclude<ConcludedFragment, { __typename: "Conclusion" }>;

export default function Sheet({ group, appraisal }: { group: string | null; appraisal: string | null }) {
  const { year } = usePlace();
  const session = useSession();
  const list = useWorklist(year);
  useTitle(t("Phiếu quyết định", "Decision sheet"));
  const name = `${session.person}.${year}.${group ?? appraisal}`;
  const [done, setDone] = useState(() => readJson(`concluded.${name}`, isConcluded));
  const conclude = (concluded: Concluded) => {
    writeText(`concluded.${name}`, JSON.stringify(concluded));
    setDone(concluded);
    window.scrollTo(0, 0);
  };
  if (list.error) return <Failed error={list.error} retry={list.refetch} />;
  if (!list.whole) return <Loading {...(list.total > 0 && { done: list.nodes.length, of: list.total })} />;
  // Until the list is loaded again, it may be older than the conclusion.
  const decided = new Map(done?.appraisals.map(({ id, version }) => [id, version]));
  const items = list.nodes.filter(
    ({ act, appraisal: { id, version, peerGroup } }) =>
      act === "RATE" && version >= (decided.get(id) ?? 0) && (group ? peerGroup?.code === group : id === appraisal),
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
              {t("Không còn ai chờ bạn quyết định ở đây.", "Nobody waits for your decision here.")} <YearLink href="/viec">{t("Việc của tôi", "My work")}</YearLink>
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
  const [confirming, setConfirming] = useState(false);
  const decidable = items.filter((item) => item.blockedBy.length === 0).map((item) => item.appraisal);
  const chosen = decisions(draft, decidable);
  const sending = useConclude(group, year, (concluded) => {
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
        <YearLink href="/viec">{t("Việc của tôi", "My work")}</YearLink>
      </p>
      <h1>{t(`Phiếu quyết định: ${title}`, `Decision sheet: ${title}`)}</h1>
      {group && <Gauge year={year} group={group} decisions={chosen} refusal={refusal?.__typename === "QuotaExceeded" ? refusal : null} />}
      <FillButtons items={items} fill={(levels) => edit({ levels })} />
      <SheetRows items={items} draft={draft} edit={edit} refusal={refusal} />
      <form
        className="concluding"
        onSubmit={(event) => {
          event.preventDefault();
          setConfirming(true);
        }}
      >
        <DocumentFields draft={draft} edit={edit} fault={sending.error instanceof Refused ? sending.error : null} />
        {refusal && <RefusalNotice refusal={refusal} reload={reload} />}
        {sending.error && <Failed error={sending.error} retry={() => setConfirming(true)} />}
        <p className="actions">
          <button type="submit" className="primary" disabled={chosen.length === 0 || sending.isPending}>
            {sending.isPending ? t("Đang ghi…", "Recording…") : t(`Kết luận ${chosen.length} mức`, `Conclude ${chosen.length} levels`)}
          </button>
          <span className="quiet">{t(`Đã chọn ${chosen.length}/${decidable.length}`, `${chosen.length} of ${decidable.length} chosen`)}</span>
        </p>
      </form>
      {confirming && (
        <Confirm
          draft={draft}
          chosen={chosen}
          left={items.length - chosen.length}
          close={() => setConfirming(false)}
          confirm={() => {
            setConfirming(false);
            sending.mutate(withIdempotencyKey(draft, chosen, change));
          }}
        />
      )}
    </article>
  );
}

type Sent = { chosen: ReturnType<typeof decisions>; document: { number: string; date: string }; key: string };

/** Equal decisions keep their idempotency key, so that a retry after a lost response has no second effect. */
function withIdempotencyKey(draft: Draft, chosen: Sent["chosen"], change: (next: Partial<Draft>) => void): Sent {
  const document = { number: draft.number.trim(), date: draft.date };
  const payload = JSON.stringify({ chosen, document });
  const key = draft.sent?.payload === payload ? draft.sent.key : crypto.randomUUID();
  change({ sent: { payload, key } });
  return { chosen, document, key };
}

function useConclude(group: string | null, year: number, done: (concluded: Concluded) => void) {
  const session = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ chosen, document, key }: Sent): Promise<ConcludedFragment> => {
      const [decision] = chosen;
      if (group) {
        const input = { year, group, decisions: chosen, document, idempotencyKey: key };
        return (await execute(session, ConcludeDocument, { input })).data.conclude;
      }
      if (!decision) throw new Error("nothing was chosen");
      return (await execute(session, DecideDocument, { input: { decision, document, idempotencyKey: key } })).data.decide;
    },
    onSuccess: async (answer, { chosen }) => {
      if (answer.__typename !== "Conclusion") return;
      const positions = new Map(chosen.map(({ appraisal }, index) => [appraisal, index]));
      const appraisals = answer.appraisals.toSorted((a, b) => (positions.get(a.id) ?? 0) - (positions.get(b.id) ?? 0));
      done({ ...answer, appraisals, year });
      await queries.invalidateQueries();
    },
  });
}

function FillButtons({ items, fill }: { items: Item[]; fill: (levels: Record<string, LevelWord>) => void }) {
  const fillBy = (levelOf: (item: Item) => string | null | undefined) => () => {
    const levels: Record<string, LevelWord> = {};
    for (const item of items) {
      const proposed = levelOf(item);
      if (proposed && proposed !== "UNDETERMINED") levels[item.appraisal.id] = proposed as LevelWord;
    }
    fill(levels);
  };
  return (
    <p className="actions">
      <span className="quiet">{t("Điền sẵn theo", "Fill in by")}</span>
      <button type="button" onClick={fillBy((item) => item.appraisal.proposedLevel)}>
        {t("mức đề xuất", "the proposals")}
      </button>
      <button type="button" onClick={fillBy((item) => item.appraisal.computed?.level)}>
        {t("mức theo điều kiện", "the conditions")}
      </button>
      <button type="button" onClick={() => fill({})}>
        {t("Bỏ chọn hết", "Clear")}
      </button>
    </p>
  );
}

/** Scrolls to the row of a subject and focuses its field. */
function focusRow(id: string | undefined) {
  const row = document.getElementById(`row-${id}`);
  row?.scrollIntoView({ block: "center" });
  row?.querySelector<HTMLElement>("textarea, :checked")?.focus({ preventScroll: true });
}

/** The refusal of the whole sheet; the row of a subject shows its own refusal. */
function RefusalNotice({ refusal, reload }: { refusal: Refusal; reload: () => unknown }) {
  const rows = "appraisals" in refusal ? refusal.appraisals : [];
  return (
    <div className="state fault" role="alert">
      <strong>{t("Chưa ghi gì cả", "Nothing was recorded")}</strong>
      <p>
        {refusal.message} <span className="quiet">({refusal.code})</span>
      </p>
      {rows.length > 0 && (
        <button type="button" onClick={() => focusRow(rows[0]?.id)}>
          {t(`Xem dòng bị từ chối (${rows.length})`, `Show what was refused (${rows.length})`)}
        </button>
      )}
      {refusal.__typename === "OutOfOrder" && <Prerequisites of={refusal.waitsFor} />}
      {refusal.__typename === "StaleVersion" && (
        <button type="button" onClick={() => void reload()}>
          {t("Tải số liệu mới", "Load the new state")}
        </button>
      )}
    </div>
  );
}
