"""Documents that are known by their hash: those a client left here, and those that are trusted."""

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
    """Apollo's clients send the text along when they read this; by its letters, and with status 200."""

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
    """Finds the text of a request; by its mode, trusted ones alone may run."""

    def __init__(self, trusted: Mapping[str, str] | None = None, mode: Mode = "off") -> None:
        self._trusted, self._mode = dict(trusted or {}), mode
        self._texts = set(self._trusted.values())
        self._left_here: LRUCache[str, str] = LRUCache()

    @property
    def trusted_texts(self) -> Collection[str]:
        """The documents that are trusted."""
        return self._texts

    def text(self, params: Params) -> str:
        """The document of a request.

        Raises:
            NotFoundHere: it names one by its hash that is not here.
            NotTrusted: it is not among the trusted ones, and only those run.
            BadRequest: there is none, or it is another than the hash says.
        """
        text = self._found(params)
        if self._mode != "off" and text not in self._texts:
            log.warning("untrusted_document", hash=sha256(text.encode()).hexdigest())
            if self._mode == "enforce":
                raise NotTrusted
        return text

    def _found(self, params: Params) -> str:
        digest = persisted_hash(params)
        if params.query is None:
            if digest is None:
                raise BadRequest(
                    vi="query: thiếu", en="query: it is missing, or documentId", field="query"
                )
            found = self._trusted.get(digest) or self._left_here.get(digest)
            if found is None:
                raise NotFoundHere
            return found
        if digest is not None and _digest(params.query) != digest:
            raise BadRequest(
                vi="extensions: sha256Hash không phải của query",
                en="extensions: sha256Hash is not that of query",
                field="extensions",
            )
        return params.query

    def keep(self, params: Params) -> None:
        """Keep the text that came with its hash; called once the operation was let in."""
        digest = persisted_hash(params)
        if params.query is None or digest is None or self._left_here.get(digest) is not None:
            return
        self._left_here.put(digest, params.query, len(params.query))


def persisted_hash(params: Params) -> str | None:
    """The hash that the request names its document by: `documentId`, or Apollo's extension.

    Raises:
        BadRequest: the extension is none that we know.
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


def trusted_documents(where: Path) -> dict[str, str]:
    """The documents of a folder of *.graphql files, or of a manifest as Apollo's and Relay's tools write it.

    Raises:
        DocumentsProblem: there is nothing to read, or it is no manifest.
    """
    try:
        if where.is_dir():
            texts = [path.read_text(encoding="utf-8") for path in sorted(where.rglob("*.graphql"))]
            return {_digest(text): text for text in texts}
        found = orjson.loads(where.read_bytes())
        if "operations" in found:
            return {each["id"]: each["body"] for each in found["operations"]}
        return {name.removeprefix("sha256:"): str(text) for name, text in found.items()}
    except OSError as fault:
        raise DocumentsProblem(
            f"TRUSTED_DOCUMENTS: {where} cannot be read ({fault.strerror})"
        ) from fault
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise DocumentsProblem(
            f"TRUSTED_DOCUMENTS: {where} is no manifest of operations"
        ) from fault
