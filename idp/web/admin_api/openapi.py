"""The OpenAPI 3.1 document, made from the table: what is routed is what it says."""

from collections.abc import Iterator, Mapping

import msgspec

from idp.protocol.endpoints import AUTHORIZE, TOKEN
from idp.web.admin_api.answers import PROBLEM_TYPE, ProblemDocument
from idp.web.admin_api.decoding import KIND
from idp.web.admin_api.obtaining_tokens import SCOPES, token_description
from idp.web.admin_api.operation import PREFIX, Nothing, Operation
from idp.web.admin_api.problems import STATUS, Code
from idp.web.developers.pages import PART_PATHS

DOCUMENT = f"{PREFIX}/openapi.json"
_SCHEMA = "#/components/schemas/{name}"
_SECURITY = "national_sign_on"
_MEANINGS = {200: "What was asked for.", 201: "It was made.", 202: "It was proposed, and waits for a second person."}

# What any operation can be refused with.
_ALWAYS = (
    *(Code.MALFORMED_REQUEST, Code.TOKEN_MISSING, Code.INVALID_TOKEN, Code.STRONGER_SIGN_IN),
    *(Code.INSUFFICIENT_SCOPE, Code.NOT_PERMITTED, Code.INVALID_QUERY, Code.REQUEST_TOO_LARGE),
    *(Code.UNSUPPORTED_MEDIA_TYPE, Code.TEMPORARILY_UNAVAILABLE),
)
_OF_CHANGES = (Code.PRECONDITION_REQUIRED, Code.STALE_VERSION)
_OF_BODIES = (Code.INVALID_INPUT,)
_OF_KEYS = (Code.IDEMPOTENCY_KEY_MISSING, Code.IDEMPOTENCY_KEY_REUSED, Code.IDEMPOTENCY_IN_PROGRESS)


def openapi_document(issuer: str, operations: tuple[Operation, ...]) -> bytes:
    """Return the document of the operations, as JSON (OpenAPI 3.1.0, 4.8.1)."""
    answers = {one.answer for one in operations if isinstance(one.answer, type) and one.answer is not Nothing}
    types: set[type[msgspec.Struct]] = {ProblemDocument, *answers, *(body for one in operations for body in one.bodies)}
    named = sorted(types, key=lambda kind: kind.__name__)
    schemas, components = msgspec.json.schema_components(named, ref_template=_SCHEMA)
    of_type: dict[type, object] = dict(zip(named, schemas, strict=True))
    paths: dict[str, dict[str, object]] = {}
    for one in operations:
        paths.setdefault(one.full_path, {})[one.method.lower()] = _operation(one, of_type)
        components |= _of_parameters(one)
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Administration of the national sign-on",
            "version": "1",
            "description": "Everything that the console does. Lists are paged by `next`; changes name the version "
            "they start from (If-Match); POST carries an Idempotency-Key; refusals are problem documents. What waits "
            "for a second person is proposed by POST /changes. How a program gets a token is told at securitySchemes.",
        },
        "externalDocs": {"description": "For portal teams", "url": f"{issuer}{PART_PATHS['home']}"},
        "servers": [{"url": issuer}],
        "security": [{_SECURITY: ["admin:read"]}],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": {_SECURITY: _security(issuer)}},
    }
    return msgspec.json.encode(document)


def _security(issuer: str) -> Mapping[str, object]:
    token = f"{issuer}{TOKEN}"
    flow = {"authorizationUrl": f"{issuer}{AUTHORIZE}", "tokenUrl": token, "refreshUrl": token, "scopes": SCOPES}
    return {"type": "oauth2", "description": token_description(issuer), "flows": {"authorizationCode": flow}}


def _operation(one: Operation, of_type: Mapping[type, object]) -> dict[str, object]:
    described: dict[str, object] = {
        "operationId": one.name,
        "summary": one.summary,
        "security": [{_SECURITY: [one.scope]}],
        "parameters": [*_path_parameters(one), *_query_parameters(one), *_header_parameters(one)],
        "responses": {**_good(one, of_type), **_refusals(one, of_type)},
    }
    if one.permission is not None:
        described["x-permission"] = one.permission
    if one.takes_body:
        content = {"application/json": {"schema": _body(one, of_type)}}
        described["requestBody"] = {"required": True, "content": content}
    if one.proposals:
        described["description"] = "\n".join(f"- `{kind.kind}`: {kind.summary}" for kind in one.proposals)
        described["x-permissions"] = {kind.kind: kind.permission for kind in one.proposals}
    return described


def _body(one: Operation, of_type: Mapping[type, object]) -> object:
    """Return the schema of a body; of proposals, one of several that a member tells apart (OpenAPI 3.1.0, 4.8.25)."""
    if not one.proposals:
        return of_type[one.body]
    mapping = {kind.kind: _SCHEMA.format(name=kind.body.__name__) for kind in one.proposals}
    return {
        "oneOf": [of_type[kind.body] for kind in one.proposals],
        "discriminator": {"propertyName": KIND, "mapping": mapping},
    }


def _path_parameters(one: Operation) -> Iterator[dict[str, object]]:
    for segment in one.path.split("/"):
        if segment.startswith("{"):
            text = {"type": "string", "minLength": 1}
            yield {"name": segment[1:-1], "in": "path", "required": True, "schema": text}


def _of_parameters(one: Operation) -> Mapping[str, object]:
    """Return the named types among the query parameters."""
    kinds = [field.type for field in msgspec.structs.fields(one.query)]
    return msgspec.json.schema_components(kinds, ref_template=_SCHEMA)[1]


def _query_parameters(one: Operation) -> Iterator[dict[str, object]]:
    for field in msgspec.structs.fields(one.query):
        (schema,), _ = msgspec.json.schema_components([field.type], ref_template=_SCHEMA)
        yield {"name": field.encode_name, "in": "query", "required": field.required, "schema": schema}


def _header_parameters(one: Operation) -> Iterator[dict[str, object]]:
    text = {"type": "string"}
    if one.conditional:
        reported = "The ETag of the version that the change starts from."
        yield {"name": "If-Match", "in": "header", "required": True, "schema": text, "description": reported}
    if one.wants_key:
        reported = "A text that no other wish of this administrator has, 16 to 128 letters; the same again repeats."
        key = {"type": "string", "pattern": "^[A-Za-z0-9._~-]{16,128}$"}
        yield {"name": "Idempotency-Key", "in": "header", "required": True, "schema": key, "description": reported}


def _good(one: Operation, of_type: Mapping[type, object]) -> dict[str, object]:
    if isinstance(one.answer, tuple):
        content: dict[str, object] = {kind: {"schema": {"type": "string"}} for kind in one.answer}
        return {str(one.status): {"description": "What was asked for.", "content": content}}
    if one.answer is Nothing:
        return {"204": {"description": "Done."}}
    described: dict[str, object] = {
        "description": _MEANINGS[one.status],
        "content": {"application/json": {"schema": of_type[one.answer]}},
    }
    if one.locates:
        where = {
            "description": "Where it is read.",
            "required": True,
            "schema": {"type": "string", "format": "uri-reference"},
        }
        described["headers"] = {"Location": where}
    return {str(one.status): described}


def codes_of(one: Operation) -> tuple[Code, ...]:
    """Return everything that an operation can be refused with."""
    return (
        *_ALWAYS,
        *(_OF_CHANGES if one.conditional else ()),
        *(_OF_BODIES if one.takes_body else ()),
        *(_OF_KEYS if one.wants_key else ()),
        *one.codes,
    )


def _refusals(one: Operation, of_type: Mapping[type, object]) -> dict[str, object]:
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes_of(one)):
        by_status.setdefault(STATUS[code], []).append(code)
    content = {PROBLEM_TYPE: {"schema": of_type[ProblemDocument]}}
    return {
        str(status): {"description": ", ".join(codes), "content": content}
        for status, codes in sorted(by_status.items())
    }
