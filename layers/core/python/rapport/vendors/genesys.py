"""Genesys Cloud: signing an agent in with OAuth 2.0 and PKCE (RFC 7636), and reading a conversation with that token.

The hosts are those of a region on the list below and of nothing else: no address ever comes from a request.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets as entropy
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rapport.runtime.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from rapport.vendors.errors import VendorUnavailable
from rapport.vendors.http import Refusal, Request, VendorHttp, object_of
from rapport.vendors.names import GENESYS
from rapport.vendors.secrets import GenesysCredentials, SecretStore
from rapport.vendors.settings import GenesysApi

# developer.genesys.cloud/platform/api: the domain of each region. `login.` and `api.` stand before it.
REGIONS = frozenset(
    {
        "mypurecloud.com", "mypurecloud.ie", "mypurecloud.de", "mypurecloud.com.au", "mypurecloud.jp",
        *(f"{name}.pure.cloud" for name in (
            "usw2", "cac1", "euw2", "aps1", "sae1", "mec1", "apne2", "apne3", "euc2", "mxc1", "apse1",
        )),
        "edee1.eusc-pure.cloud",
    }
)  # fmt: skip
REDIRECT_PATH = "/assist"
SCOPE = "conversations:readonly"
CONVERSATION_ID = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
# What Genesys gives out as codes and tokens: printable, without blanks.
_OPAQUE = re.compile(r"[\x21-\x7e]{1,4096}")
LONGEST_TOKEN_S = 86_400


class GenesysSignInNeeded(ConflictError):  # noqa: N818 - a state, not a failure
    """Whoever asks is not, or no longer, signed in to Genesys: the way in is POST /api/assist/session."""

    kind, title = "genesys-sign-in-needed", "Sign in to Genesys first"


@dataclass(frozen=True, slots=True)
class Proof:
    """A PKCE pair: the verifier stays with us, the challenge goes out with the browser."""

    verifier: str
    challenge: str


def new_proof() -> Proof:
    """86 characters of 512 random bits from the system's generator, and their SHA-256 (method S256)."""
    verifier = entropy.token_urlsafe(64)
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return Proof(verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii"))


class Token(BaseModel):
    """An agent's access token. Its text never appears in a description of it."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    access_token: str = Field(pattern=r"^[\x21-\x7e]{1,4096}$", repr=False)
    expires_in: int = Field(ge=1)


class Participant(BaseModel):
    """A leg of the conversation. `attributes` are texts that a flow, an integration or the customer wrote."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = ""
    purpose: str = ""
    name: str | None = None
    ani: str | None = None
    queueName: str | None = None  # noqa: N815 - Genesys' own name
    attributes: dict[str, Any] = Field(default_factory=dict)


class Conversation(BaseModel):
    """As much of a conversation as is used; times are ISO 8601 as Genesys writes them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    startTime: str | None = None  # noqa: N815
    endTime: str | None = None  # noqa: N815
    participants: tuple[Participant, ...] = ()


def refusal(answer: httpx.Response) -> Refusal:
    """Genesys' code, or OAuth's; its messages may quote what it was sent."""
    body = object_of(answer)
    found = next((body[name] for name in ("code", "error") if isinstance(body.get(name), str)), None)
    code = found[:64] if found and re.fullmatch(r"[A-Za-z0-9_.-]+", found) else None
    return Refusal(f"it does not accept the request ({code or answer.status_code})", code)


def genesys_http(client: httpx.Client, secrets: SecretStore, **options: Any) -> VendorHttp:
    """The transport that `Genesys` takes."""
    return VendorHttp(client, GENESYS, refusal=refusal, forget=secrets.forget, **options)


def known_region(region: str) -> str:
    """The region, if it is one of Genesys' own."""
    if region not in REGIONS:
        raise InvalidInputError("this is no region of Genesys Cloud", field="region")
    return region


class Genesys:
    """Constructed once in a function's composition root."""

    def __init__(self, settings: GenesysApi, secrets: SecretStore, http: VendorHttp) -> None:
        self._override = settings.genesys_url.rstrip("/")
        self._redirect = settings.console_url.rstrip("/") + REDIRECT_PATH
        self._secrets = secrets
        self._http = http

    def region(self, asked: str | None = None) -> str:
        """The region of our organisation. What somebody asks for must be the same: our client lives in one only."""
        ours = known_region(self._credentials.region)
        if asked is not None and known_region(asked) != ours:
            raise InvalidInputError("our organisation is in another region of Genesys Cloud", field="region")
        return ours

    def authorize_url(self, state: str, challenge: str) -> str:
        """Where the agent's browser goes to sign in."""
        query = {
            "client_id": self._credentials.client_id,
            "response_type": "code",
            "redirect_uri": self._redirect,
            "scope": SCOPE,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "state": state,
        }
        return f"{self._host('login')}/oauth/authorize?{urlencode(query)}"

    def exchange(self, code: str, verifier: str) -> Token:
        """The token for a code. A code works once, so this is never repeated when in doubt."""
        if not _OPAQUE.fullmatch(code):
            raise InvalidInputError("this is no code of Genesys", field="code")
        known = self._credentials
        form = {
            "grant_type": "authorization_code",
            "client_id": known.client_id,
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": self._redirect,
        }
        answer = self._http.send(
            Request(
                operation="exchange",
                method="POST",
                url=f"{self._host('login')}/oauth/token",
                repeatable=False,
                headers=lambda: _basic(known),
                form=form,
            )
        )
        try:
            token = Token.model_validate(object_of(answer))
        except ValidationError:
            raise _unreadable("exchange") from None
        return token.model_copy(update={"expires_in": min(token.expires_in, LONGEST_TOKEN_S)})

    def conversation(self, token: str, conversation_id: str) -> Conversation:
        """A conversation as the agent may see it: Genesys decides, by the agent's own token."""
        if not re.fullmatch(CONVERSATION_ID, conversation_id):
            raise InvalidInputError("this is no id of a conversation", field="conversation_id")
        answer = self._http.send(
            Request(
                operation="conversation",
                method="GET",
                url=f"{self._host('api')}/api/v2/conversations/{conversation_id.lower()}",
                repeatable=True,
                headers=lambda: {"authorization": f"Bearer {token}", "accept": "application/json"},
                deadline_s=8.0,
            ),
            accept=frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}),
        )
        match answer.status_code:
            case HTTPStatus.UNAUTHORIZED:
                raise GenesysSignInNeeded("Genesys no longer knows your session")
            case HTTPStatus.FORBIDDEN:
                raise ForbiddenError("Genesys does not let you see this conversation")
            case HTTPStatus.NOT_FOUND:
                raise NotFoundError("Genesys knows no such conversation")
        try:
            return Conversation.model_validate(object_of(answer))
        except ValidationError:
            raise _unreadable("conversation") from None

    @property
    def _credentials(self) -> GenesysCredentials:
        return self._secrets.credentials(GENESYS, GenesysCredentials)

    def _host(self, service: str) -> str:
        """`login` or `api` of our region; the sandbox has both at one address."""
        return self._override or f"https://{service}.{self.region()}"


def _basic(known: GenesysCredentials) -> Mapping[str, str]:
    """A confidential client names itself in a header, a public one in the form only."""
    if known.client_secret is None:
        return {}
    pair = f"{known.client_id}:{known.client_secret}".encode()
    return {"authorization": "Basic " + base64.b64encode(pair).decode("ascii")}


def _unreadable(operation: str) -> VendorUnavailable:
    return VendorUnavailable("Genesys' answer cannot be read", vendor=GENESYS, operation=operation)
