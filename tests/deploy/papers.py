"""Uploads documents to the file of one collective over HTTP."""

import httpx

from tests.deploy.cluster import Address, Cluster
from tests.end_to_end.test_files import PAPER, SUBJECT, digest_of

OFFICE = "ht.vp-ubnd.truong"
APPRAISAL = "SELECT id::text FROM appraisal WHERE year = 2023 AND body_code = $1"


def put(cluster: Cluster, content: bytes, at: Cluster | Address | None = None) -> httpx.Response:
    """Upload through the proxy, or to another address with the same people."""
    at = at or cluster
    ((appraisal,),) = cluster.primary.sql(APPRAISAL, SUBJECT)
    headers = {
        "Authorization": f"Bearer {cluster.token(OFFICE)}",
        "Content-Type": "application/pdf",
        "Content-Digest": digest_of(content),
    }
    where = f"{at.url}/appraisals/{appraisal}/documents"
    return httpx.put(
        where, params=PAPER, content=content, headers=headers, verify=at.tls, timeout=60
    )
