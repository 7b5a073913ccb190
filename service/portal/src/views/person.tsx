// One person: the posts, and the two ratings that are never merged, year by year.
import { useGraph } from "../graph/client";
import { PersonPageDocument, PersonYearDocument, type DecidedFragment } from "../graph/generated";
import { day, stageWord, t, trackWord, useTitle } from "../language";
import { Level } from "../parts/law";
import { Asked, NotThere } from "../parts/states";
import { bodyPath, To, usePlace, type Cycle } from "../place";
import { DecidedBy } from "./body";

export default function Person({ id }: { id: string }) {
  const { year } = usePlace();
  const query = useGraph(PersonPageDocument, { id, year }, { keep: true });
  useTitle(query.data?.data.person?.name);
  return (
    <Asked query={query}>
      {({ data: { person } }) =>
        person ? (
          <article>
            <h1>{person.name}</h1>
            <ul className="plain-list">
              {person.memberships.map(({ post, since }) =>
                post ? (
                  <li key={post.code}>
                    {post.title} <span className="quiet">· <To href={bodyPath(post.body.code)}>{post.body.name}</To> · {t("từ", "since")} {day(since)}</span>
                  </li>
                ) : null,
              )}
            </ul>
            <Track track="OFFICIAL" rating={person.official} appraisal={person.asOfficial} />
            <Track track="PARTY_MEMBER" rating={person.member} appraisal={person.asMember} />
            <p className="actions">
              <To href={`/tham-quyen/nguoi/${person.id}`}>{t("Ai xếp loại", "Who may rate")}</To>
            </p>
            <Years id={id} />
          </article>
        ) : (
          <NotThere>{t("Không có người này.", "There is no such person.")}</NotThere>
        )
      }
    </Asked>
  );
}

type TrackProps = {
  track: string;
  rating: DecidedFragment | null;
  appraisal: { id: string; stage: string; due: string | null; overdueDays: number | null } | null;
};

function Track({ track, rating, appraisal }: TrackProps) {
  if (!rating && !appraisal) return null;
  return (
    <section className="standing" aria-label={trackWord(track)}>
      <Level level={rating?.level} full />
      <dl>
        <div>
          <dt>{t("Diện", "Rated as")}</dt>
          <dd>{trackWord(track)}</dd>
        </div>
        <div>
          <dt>{rating ? t("Cấp quyết định", "Decided by") : t("Đang ở bước", "Stage")}</dt>
          <dd>
            {rating ? <DecidedBy rating={rating} /> : stageWord(appraisal?.stage ?? "")}
            {!rating && appraisal?.due && ` · ${t("hạn", "due")} ${day(appraisal.due)}`}
          </dd>
        </div>
      </dl>
      {appraisal && (
        <p className="actions">
          <To href={`/ho-so/${appraisal.id}`}>{t("Vì sao", "Why")}</To>
        </p>
      )}
    </section>
  );
}

function Years({ id }: { id: string }) {
  const { cycles } = usePlace();
  return (
    <section aria-labelledby="years">
      <h2 id="years">{t("Các năm", "Years")}</h2>
      <table className="wide">
        <thead>
          <tr>
            <th scope="col">{t("Năm", "Year")}</th>
            <th scope="col">{t("Cán bộ", "As an official")}</th>
            <th scope="col">{t("Đảng viên", "As a party member")}</th>
            <th scope="col">{t("Cấp quyết định", "Decided by")}</th>
          </tr>
        </thead>
        <tbody>
          {cycles.toReversed().map((cycle) => (
            <YearRow key={cycle.year} id={id} cycle={cycle} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function YearRow({ id, cycle: { year, closedOn } }: { id: string; cycle: Cycle }) {
  const person = useGraph(PersonYearDocument, { id, year }).data?.data.person;
  const appraisal = person?.asOfficial ?? person?.asMember;
  const decided = person?.official ?? person?.member;
  return (
    <tr>
      <th scope="row">
        {appraisal ? <To href={`/ho-so/${appraisal.id}`}>{year}</To> : year}
        {closedOn && <span className="quiet">{t(`khép ${day(closedOn)}`, `closed ${day(closedOn)}`)}</span>}
      </th>
      <td data-label={t("Cán bộ", "As an official")}>{person?.asOfficial ? <Level level={person.official?.level} /> : "—"}</td>
      <td data-label={t("Đảng viên", "As a party member")}>{person?.asMember ? <Level level={person.member?.level} /> : "—"}</td>
      <td data-label={t("Cấp quyết định", "Decided by")}>{decided ? <DecidedBy rating={decided} /> : "—"}</td>
    </tr>
  );
}
