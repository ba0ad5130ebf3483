"""Signing in by OpenID Connect: authorization code with PKCE.

allauth speaks the protocol. The browser asks here for the provider's address, goes there and comes
back to `/openid/callback`; nothing of allauth's own pages is shown. Metadata and tokens are fetched
from the issuer that the administrator has configured, which is trusted; no address that a user
gave is fetched.
"""

from __future__ import annotations

import logging
import re
from typing import Annotated, Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET
from ninja import Router, Schema, Status
from pydantic import Field
from requests import RequestException

from armarius import config
from armarius.api import auth
from armarius.api.auth import Request
from armarius.errors import ArmariusError, NotFound, Unavailable
from armarius.models import User
from armarius.ops import openid

router = Router()
PROVIDER = "openid"
CALLBACK = "/openid/callback"
_OURS = re.compile(r"/(?![/\\])[^\x00-\x1f]*")

log = logging.getLogger(__name__)


class Doors(Schema):
    """The ways in besides name and password; empty where one is not offered."""

    openid: str


class OpenIdStart(Schema):
    """Where to go afterwards, and the token of the invitation that led here."""

    next: Annotated[str, Field(max_length=2000)] = "/"
    invitation: Annotated[str, Field(max_length=200)] = ""


class OpenIdAddress(Schema):
    """Where the browser has to go."""

    address: str


class OpenIdConnection(Schema):
    """Whether your account is connected, and with what."""

    label: str
    connected: bool


@router.get("/session/doors", auth=None, response=Doors)
def doors(request: HttpRequest) -> dict[str, str]:
    """How one can sign in here."""
    return {"openid": _label()}


@router.post("/session/openid", auth=None, response=OpenIdAddress)
def start(request: HttpRequest, given: OpenIdStart) -> dict[str, str]:
    """The provider's address for signing in."""
    return _redirect(request, {"next": given.next, "invitation": given.invitation})


@router.get("/me/openid", response=OpenIdConnection)
def connection(request: Request) -> dict[str, object]:
    """Whether you come in by the provider."""
    label = _label()
    return {"label": label, "connected": bool(label) and openid.connected(request.user)}


@router.post("/me/openid", response=OpenIdAddress)
def connect(request: Request) -> dict[str, str]:
    """The provider's address for connecting your account with the one there."""
    auth.in_browser(request)
    return _redirect(request, {"next": "/profile", "connect": request.user.pk})


@router.delete("/me/openid", response={204: None})
def disconnect(request: Request) -> Status[None]:
    """Come in by the provider no longer."""
    auth.in_browser(request)
    openid.disconnect(request.user)
    return Status(204, None)


@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """`/openid/callback`: the browser comes back from the provider."""
    if not _label():
        return _refuse("failed")
    view = OAuth2CallbackView.adapter_view(Protocol(request, PROVIDER))
    try:
        answer: HttpResponse = view(request)
    except (KeyError, ValueError, TypeError) as error:  # metadata or claims of no known form
        log.warning("OpenID Connect: the provider's answer cannot be read: %r", error)
        answer = _refuse("failed")
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    return answer


class Protocol(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth is untyped
    """The protocol, with what the specification asks to be compared."""

    @property
    def openid_config(self) -> Any:
        """The provider's metadata; its issuer is the configured one (Discovery 1.0, section 4.3)."""
        found = super().openid_config
        if found["issuer"].rstrip("/") != config.text("ARMARIUS_OIDC_ISSUER").rstrip("/"):
            raise OAuth2Error("the metadata are of another issuer")
        return found

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Read the claims; both sources speak of the same subject (Core 1.0, section 5.3.2)."""
        login = super().complete_login(request, app, token, **kwargs)
        found = login.account.extra_data
        identity = found.get("id_token")
        if not identity or found.get("userinfo", identity).get("sub") != identity.get("sub"):
            raise OAuth2Error("ID token and user information do not fit together")
        return login

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Ours, under the configured name of the site."""
        site = config.text("ARMARIUS_ADDRESS").rstrip("/")
        return site + CALLBACK if site else request.build_absolute_uri(CALLBACK)


class Door(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """What allauth asks us."""

    def get_requests_session(self) -> Any:
        """For metadata and tokens: HTTPS only, unless the issuer itself is configured without."""
        session = super().get_requests_session()
        session.max_redirects = 3
        session.trust_env = False
        if not config.text("ARMARIUS_OIDC_ISSUER").startswith("http://"):
            del session.adapters["http://"]
        return session

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Decide who comes in; allauth's own way ends here."""
        raise ImmediateHttpResponse(_decide(request, sociallogin))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        """Back to our own page, which has a sentence for it."""
        log.warning("OpenID Connect: %s %s", error, exception or "")
        why = "cancelled" if error == AuthError.CANCELLED else "failed"
        raise ImmediateHttpResponse(_refuse(why))


def _decide(request: HttpRequest, sociallogin: Any) -> HttpResponse:
    asked = sociallogin.state.get("armarius", {})
    claims = _claims(sociallogin.account)
    try:
        if "connect" in asked:
            if not isinstance(request.user, User) or request.user.pk != asked["connect"]:
                return _refuse("failed")
            openid.connect(claims, request.user)
        else:
            user = openid.enter(claims, asked.get("invitation", ""))
            auth.begin(request, user)
    except openid.Refused as refused:
        return _refuse(refused.why)
    except ArmariusError as error:
        log.info("OpenID Connect: %s", error)
        return _refuse("invitation")
    wanted = asked.get("next", "/")
    return HttpResponseRedirect(wanted if _OURS.fullmatch(wanted) else "/")


def _claims(account: Any) -> openid.Claims:
    found = {**account.extra_data.get("id_token", {}), **account.extra_data.get("userinfo", {})}

    def text(name: str) -> str:
        value = found.get(name)
        return value.strip()[:254] if isinstance(value, str) else ""

    return openid.Claims(
        subject=account.uid,
        email=text("email"),
        email_verified=found.get("email_verified") is True,
        name=text("name"),
        username=text("preferred_username"),
    )


def _redirect(request: HttpRequest, asked: dict[str, Any]) -> dict[str, str]:
    if not _label():
        raise NotFound("Signing in by OpenID Connect is not offered here.")
    try:
        provider = Door(request).get_provider(request, provider=PROVIDER)
        provider.oauth2_adapter_class = Protocol
        answer = provider.redirect(request, process="login", armarius=asked)
    except (RequestException, OAuth2Error, KeyError, ValueError) as error:
        log.warning("OpenID Connect: no metadata: %s", error)
        raise Unavailable(
            f"“{_label()}” does not answer just now. Try again in a moment, or sign in otherwise."
        ) from None
    return {"address": answer["Location"]}


def _refuse(why: str) -> HttpResponse:
    return HttpResponseRedirect(f"/sign-in?refused={why}")


def _label() -> str:
    return config.text("ARMARIUS_OIDC_LABEL") if config.text("ARMARIUS_OIDC_ISSUER") else ""
