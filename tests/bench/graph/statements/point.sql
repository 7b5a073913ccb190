-- id, year
SELECT concat('{"person":{"id":"', i.id, '","name":', to_json(i.name),
    ',"rating":', coalesce('{"level":"' || a.level || '","decidedOn":"' || a.decided_on
        || '","rater":{"section":"' || r.section || '","name":' || to_json(r.name) || '},"document":' || coalesce(
            '{"number":' || to_json(a.document_number) || ',"date":"' || a.document_date || '"}', 'null') || '}', 'null'),
    ',"memberships":[', m.memberships, ']}}')
FROM person i
LEFT JOIN appraisal a ON a.year = $2 AND a.track = 'OFFICIAL' AND a.person_id = i.id AND a.level IS NOT NULL
LEFT JOIN rater r ON r.id = a.rater_id
CROSS JOIN LATERAL (
    SELECT string_agg(concat('{"since":"', m.since, '","post":', coalesce('{"code":"' || o.code || '","title":'
        || to_json(o.title) || ',"rank":"' || o.rank || '","body":{"code":"' || b.code || '","name":'
        || to_json(b.name) || '}}', 'null'), '}'), ',' ORDER BY m.since, m.id) AS memberships
    FROM membership m
    LEFT JOIN post o ON o.code = m.post_code
    LEFT JOIN body b ON b.code = o.body_code
    WHERE m.person_id = i.id AND m.since <= '2023-12-11' AND (m.until IS NULL OR m.until >= '2023-12-11')
) m
WHERE i.id = $1
