-- code, year
SELECT concat('{"body":{"code":"', b.code, '","name":', to_json(b.name), ',"kind":"', b.kind, '","tier":"', b.tier,
    '","rating":', coalesce('{"level":"' || a.level || '","decidedOn":"' || a.decided_on || '","rater":'
        || '{"section":"' || r.section || '","name":' || to_json(r.name) || '}}', 'null'),
    ',"bodyTally":', coalesce('{"excellent":' || f.excellent || ',"good":' || f.good || ',"completed":' || f.completed
        || ',"notCompleted":' || f.not_completed || ',"notRated":' || f.not_rated || ',"total":' || f.total || '}',
        '{"excellent":0,"good":0,"completed":0,"notCompleted":0,"notRated":0,"total":0}'),
    ',"personTally":', coalesce('{"excellent":' || p.excellent || ',"good":' || p.good || ',"completed":' || p.completed
        || ',"notCompleted":' || p.not_completed || ',"notRated":' || p.not_rated || ',"total":' || p.total || '}',
        '{"excellent":0,"good":0,"completed":0,"notCompleted":0,"notRated":0,"total":0}'),
    ',"children":', c.page, '}}')
FROM body b
LEFT JOIN appraisal a ON a.body_code = b.code AND a.year = $2 AND a.track = 'BODY' AND a.level IS NOT NULL
LEFT JOIN rater r ON r.id = a.rater_id
LEFT JOIN tally f ON f.body_code = b.code AND f.year = $2 AND f.track = 'BODY'
LEFT JOIN tally p ON p.body_code = b.code AND p.year = $2 AND p.track = 'OFFICIAL'
CROSS JOIN LATERAL (
    SELECT concat('{"totalCount":', (SELECT count(*) FROM body x WHERE x.parent_code = $1),
        ',"pageInfo":{"hasNextPage":', CAST(count(*) > 50 AS text),
        ',"endCursor":"', encode(convert_to(max(n.sort_key || n.code) FILTER (WHERE n.number <= 50), 'UTF8'), 'hex'),
        '"},"edges":[', string_agg(n.node, ',' ORDER BY n.number) FILTER (WHERE n.number <= 50), ']}') AS page
    FROM (
        SELECT k.sort_key, k.code, k.number,
            concat('{"node":{"code":"', k.code, '","name":', to_json(k.name), ',"kind":"', k.kind,
                '","rating":', coalesce('{"level":"' || a.level || '"}', 'null'),
                ',"personTally":', coalesce('{"excellent":' || p.excellent || ',"good":' || p.good
                    || ',"completed":' || p.completed || ',"notCompleted":' || p.not_completed
                    || ',"notRated":' || p.not_rated || ',"total":' || p.total || '}',
                    '{"excellent":0,"good":0,"completed":0,"notCompleted":0,"notRated":0,"total":0}'),
                ',"leaders":[', l.leaders, ']}}') AS node
        FROM (
            SELECT x.*, row_number() OVER (ORDER BY x.sort_key, x.code) AS number
            FROM body x WHERE x.parent_code = $1 ORDER BY x.sort_key, x.code LIMIT 51
        ) k
        LEFT JOIN appraisal a ON a.body_code = k.code AND a.year = $2 AND a.track = 'BODY' AND a.level IS NOT NULL
        LEFT JOIN tally p ON p.body_code = k.code AND p.year = $2 AND p.track = 'OFFICIAL'
        CROSS JOIN LATERAL (
            SELECT string_agg(concat('{"post":{"code":"', o.code, '","title":', to_json(o.title), ',"rank":"', o.rank,
                '"},"person":{"id":"', i.id, '","name":', to_json(i.name),
                ',"rating":', coalesce('{"level":"' || a.level || '"}', 'null'), '}}'), ',' ORDER BY
                array_position(ARRAY['SECRETARY', 'HEAD', 'DEPUTY_SECRETARY', 'DEPUTY'], o.rank), o.code, i.sort_key, m.id)
                AS leaders
            FROM body_post l
            JOIN post o ON o.code = l.post_code AND o.rank IN ('SECRETARY', 'DEPUTY_SECRETARY', 'HEAD', 'DEPUTY')
            JOIN membership m ON m.post_code = o.code AND m.since <= '2023-12-11'
                AND (m.until IS NULL OR m.until >= '2023-12-11')
            JOIN person i ON i.id = m.person_id
            LEFT JOIN appraisal a ON a.person_id = i.id AND a.year = $2 AND a.track = 'OFFICIAL' AND a.level IS NOT NULL
            WHERE l.body_code = k.code
        ) l
    ) n
) c
WHERE b.code = $1
