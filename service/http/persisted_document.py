"""Persisted documents by their hash: those that clients registered (APQ), and trusted ones."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import orjson
import structlog

from schema.lru_cache import LRUCache
from schema.operation.limit import RefusedOperation
from service.errors import DocumentsProblem
from service.http.graphql_request import BadRequest, Params

log = structlog.get_logger()

HTTP_OK, HTTP_FORBIDDEN = 200, 403

Mode = Literal["off", "audit", "enforce"]


class NotFoundHere(RefusedOperation):
    """Apollo's clients then send the text, too; they need exactly this message and status 200."""

    code = "PERSISTED_QUERY_NOT_FOUND"
    status = HTTP_OK

    def __init__(self) -> None:
        super().__init__(vi="PersistedQueryNotFound", en="PersistedQueryNotFound")


class NotTrusted(RefusedOperation):
    code = "DOCUMENT_NOT_TRUSTED"
    status = HTTP_FORBIDDEN

    def __init__(self) -> None:
        super().__init__(
            vi="Ở đây chỉ chạy các truy vấn đã đăng ký trước",
            en="Only documents that were registered before run here",
        )


class Documents:
    """Finds the document of a request; in mode `enforce`, only trusted documents may run."""

    def __init__(self, trusted: Mapping[str, str] | None = None, mode: Mode = "off") -> None:
        self._trusted, self._mode = dict(trusted or {}), mode
        self._texts = set(self._trusted.values())
        self._registered: LRUCache[str, str] = LRUCache()

    @property
    def trusted_texts(self) -> Collection[str]:
        """The texts of the trusted documents."""
        return self._texts

    def text(self, params: Params) -> str:
        """The document of a request.

        Raises:
            NotFoundHere: the request names a hash that is unknown here.
            NotTrusted: the document is not trusted, and the mode is `enforce`.
            BadRequest: there is no document, or its hash differs.
        """
        text = self._document(params)
        if self._mode != "off" and text not in self._texts:
            log.warning("untrusted_document", hash=sha256(text.encode()).hexdigest())
            if self._mode == "enforce":
                raise NotTrusted
        return text

    def _document(self, params: Params) -> str:
        digest = persisted_hash(params)
        if params.query is None:
            if digest is None:
                raise BadRequest(
                    vi="query: thiếu", en="query: it is missing, or documentId", field="query"
                )
            text = self._trusted.get(digest) or self._registered.get(digest)
            if text is None:
                raise NotFoundHere
            return text
        if digest is not None and _digest(params.query) != digest:
            raise BadRequest(
                vi="extensions: sha256Hash không phải của query",
                en="extensions: sha256Hash is not that of query",
                field="extensions",
            )
        return params.query

    def remember(self, params: Params) -> None:
        """Store a document that came with its hash; called after its operation was admitted."""
        digest = persisted_hash(params)
        if params.query is None or digest is None or self._registered.get(digest) is not None:
            return
        self._registered.put(digest, params.query, len(params.query))


def persisted_hash(params: Params) -> str | None:
    """The hash of the document in the request: `documentId`, or Apollo's extension.

    Raises:
        BadRequest: the extension is not valid.
    """
    if params.document_id is not None:
        return params.document_id.removeprefix("sha256:").lower()
    persisted: Any = params.extensions.get("persistedQuery")
    if persisted is None:
        return None
    if isinstance(persisted, dict) and persisted.get("version") == 1:
        digest = persisted.get("sha256Hash")
        if isinstance(digest, str):
            return digest.lower()
    raise BadRequest(
        vi="extensions.persistedQuery: cần version 1 và sha256Hash",
        en="extensions.persistedQuery: it needs version 1 and sha256Hash",
        field="extensions",
    )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def trusted_documents(source: Path) -> dict[str, str]:
    """The documents by hash, from a folder of *.graphql files or a manifest of Apollo's or Relay's tools.

    Raises:
        DocumentsProblem: the source cannot be read, or is not a manifest.
    """
    try:
        if source.is_dir():
            texts = [path.read_text(encoding="utf-8") for path in sorted(source.rglob("*.graphql"))]
            return {_digest(text): text for text in texts}
        manifest = orjson.loads(source.read_bytes())
        if "operations" in manifest:
            return {entry["id"]: entry["body"] for entry in manifest["operations"]}
        return {name.removeprefix("sha256:"): str(text) for name, text in manifest.items()}
    except OSError as fault:
        raise DocumentsProblem(
            f"TRUSTED_DOCUMENTS: {source} cannot be read ({fault.strerror})"
        ) from fault
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise DocumentsProblem(
            f"TRUSTED_DOCUMENTS: {source} is no manifest of operations"
        ) from fault
