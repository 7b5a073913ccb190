// The view of a person: the posts, and the two separate ratings, by year.
import { useGraph } from "../graph/client";
import { PersonPageDocument, PersonYearDocument, type DecidedFragment } from "../graph/generated";
import { day, stageWord, t, trackWord, useTitle } from "../i18n";
import { Level } from "../components/law";
import { QueryResult, NotFound } from "../components/query-states";
import { Year, Years } from "../components/years";
import { appraisalPath, authorityPath, bodyPath, YearLink, usePlace, type Cycle } from "../routing";
import { DecidedBy } from "./body";

export default function Person({ id }: { id: string }) {
  const { year } = usePlace();
  const query = useGraph(PersonPageDocument, { id, year }, { keep: true });
  useTitle(query.data?.data.person?.name);
  return (
    <QueryResult query={query}>
      {({ data: { person } }) =>
        person ? (
          <article>
            <h1>{person.name}</h1>
            <ul className="plain-list">
              {person.memberships.map(({ post, since }) =>
                post ? (
                  <li key={post.code}>
                    {post.title} <span className="quiet">· <YearLink href={bodyPath(post.body.code)}>{post.body.name}</YearLink> · {t("từ", "since")} {day(since)}</span>
                  </li>
                ) : null,
              )}
            </ul>
            <Track track="OFFICIAL" rating={person.official} appraisal={person.asOfficial} />
            <Track track="PARTY_MEMBER" rating={person.member} appraisal={person.asMember} />
            <p className="actions">
              <YearLink href={authorityPath({ __typename: "Person", ...person })}>{t("Ai xếp loại", "Who may rate")}</YearLink>
            </p>
            <Years heads={heads()} renderRow={(cycle) => <YearOfPerson key={cycle.year} id={id} cycle={cycle} />} />
          </article>
        ) : (
          <NotFound>{t("Không có người này.", "There is no such person.")}</NotFound>
        )
      }
    </QueryResult>
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
          <YearLink href={appraisalPath(appraisal.id)}>{t("Vì sao", "Why")}</YearLink>
        </p>
      )}
    </section>
  );
}

const heads = () => [t("Cán bộ", "As an official"), t("Đảng viên", "As a party member"), t("Cấp quyết định", "Decided by")];

function YearOfPerson({ id, cycle }: { id: string; cycle: Cycle }) {
  const person = useGraph(PersonYearDocument, { id, year: cycle.year }).data?.data.person;
  const decided = person?.official ?? person?.member;
  const cells = [
    person?.asOfficial && <Level level={person.official?.level} />,
    person?.asMember && <Level level={person.member?.level} />,
    decided && <DecidedBy rating={decided} />,
  ];
  return <Year cycle={cycle} appraisal={person?.asOfficial ?? person?.asMember} heads={heads()} cells={cells} />;
}
