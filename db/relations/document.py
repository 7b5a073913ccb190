"""Documents of a file, and its completion (QĐ124:Đ17)."""

from db.json_sql.relation import Relation

BY_ID = Relation("document", on=(("id", "id"),), to_one=True)
DOCUMENTS = Relation("document", on=(("appraisal_id", "id"),), order=("received_at", "id"))
COMPLETION = Relation("file_completion", on=(("appraisal_id", "id"),), to_one=True)

RECEIVED_BY = Relation("person", on=(("id", "received_by"),), to_one=True)
RECEIVED_POST = Relation("post", on=(("code", "received_post"),), to_one=True)
