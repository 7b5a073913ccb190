"""Peer groups: the subjects that one quota counts together."""

from db.json_sql.relation import Relation

BY_CODE = Relation("peer_group", on=(("code", "code"),), to_one=True)
BY_GROUP_CODE = Relation("peer_group", on=(("code", "peer_group_code"),), to_one=True)
