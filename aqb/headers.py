"""What browsers are told beside every answer: what a page may load, whom it may talk to, what it may ask of the device."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.csp import CSP

# Nothing of the device is used, except the passkeys of our own login page and the whole screen for the signed video.
PERMISSIONS: dict[str, list[str]] = {
    feature: []
    for feature in (
        "accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "display-capture", "encrypted-media",
        "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer",
        "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "web-share",
        "xr-spatial-tracking",
    )
} | {"publickey-credentials-create": ["self"], "publickey-credentials-get": ["self"], "fullscreen": ["self"]}  # fmt: skip


def origin(url: str) -> str:
    """`https://host:port` of an address; empty for an empty one."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def content_policy(*, production: bool, sign_on: str = "") -> dict[str, Any]:
    """Django's SECURE_CSP: everything comes from ourselves, nothing stands inside the page, nobody frames it.

    `sign_on` is the address of the sign-on service: the form that leads there ends at its origin, and browsers count the
    redirect as part of the form.
    """
    policy: dict[str, Any] = {
        "default-src": [CSP.NONE],
        "script-src": [CSP.SELF],
        "style-src": [CSP.SELF],
        "font-src": [CSP.SELF],
        "img-src": [CSP.SELF, "data:"],  # KERN's icons are data addresses in its stylesheet
        "connect-src": [CSP.SELF],
        "media-src": [CSP.SELF],
        "form-action": [CSP.SELF, *filter(None, [origin(sign_on)])],
        "base-uri": [CSP.NONE],
        "object-src": [CSP.NONE],
        "frame-src": [CSP.NONE],
        "frame-ancestors": [CSP.NONE],
    }
    if production:
        policy["upgrade-insecure-requests"] = True
    return policy


class HeadersMiddleware:
    """What Django has no setting for: no other site embeds our answers, and no shared cache keeps a person's page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        answer.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "cookie" in answer.get("Vary", "").lower() and not answer.has_header("Cache-Control"):
            patch_cache_control(answer, private=True)
        return answer
