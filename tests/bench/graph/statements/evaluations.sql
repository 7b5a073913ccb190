-- year, under
SELECT concat('{"evaluations":{"totalCount":', (
        SELECT sum(g.many)
        FROM (SELECT t.home_body_code, count(*) AS many FROM appraisal t WHERE t.year = $1 GROUP BY 1) g
        JOIN body_tree x ON x.body_code = g.home_body_code AND x.ancestor_code = $2
    ), ',"cursorForChanges":"', encode(convert_to(CAST(pg_current_snapshot() AS text), 'UTF8'), 'hex'),
    '","pageInfo":{"hasNextPage":', CAST(count(*) > 500 AS text),
    ',"endCursor":"', (array_agg(n.id ORDER BY n.id DESC) FILTER (WHERE n.number = 500))[1],
    '"},"edges":[', string_agg(n.node, ',' ORDER BY n.number) FILTER (WHERE n.number <= 500), ']}}')
FROM (
    SELECT t.id, t.number, concat('{"node":{"id":"', t.id, '","year":', t.year, ',"track":"', t.track, '","version":',
        t.version, ',"changedAt":"', to_char(t.changed_at AT TIME ZONE 'UTC', CASE
            WHEN date_trunc('second', t.changed_at) = t.changed_at THEN 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'
            ELSE 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"' END),
        '","subject":', coalesce('{"__typename":"Person","id":"' || i.id || '","name":' || to_json(i.name) || '}',
            '{"__typename":"Body","code":"' || b.code || '","name":' || to_json(b.name) || '}'),
        ',"post":', coalesce('{"code":"' || o.code || '","title":' || to_json(o.title) || ',"body":{"code":"'
            || o.body_code || '"}}', 'null'),
        ',"rating":', coalesce('{"level":"' || t.level || '","decidedOn":"' || t.decided_on || '","rater":{"section":"'
            || r.section || '"},"document":' || coalesce('{"number":' || to_json(t.document_number) || ',"date":"'
            || t.document_date || '"}', 'null') || '}', 'null'), '}}') AS node
    FROM (
        SELECT t.*, row_number() OVER (ORDER BY t.id) AS number FROM appraisal t
        WHERE t.year = $1
            AND (t.home_body_code IN (SELECT x.body_code FROM body_tree x WHERE x.ancestor_code = $2)) IS TRUE
        ORDER BY t.id LIMIT 501
    ) t
    LEFT JOIN person i ON i.id = t.person_id
    LEFT JOIN body b ON b.code = t.body_code
    LEFT JOIN post o ON o.code = t.post_code
    LEFT JOIN rater r ON r.id = t.rater_id
) n
