"""A sign-on service on this machine (oidc-provider-mock over HTTP), which tests can make misbehave.

The mock does not look at PKCE; in front of it stands a layer that refuses a code without the right verifier.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import requests
from django.test import Client
from django.urls import reverse
from werkzeug.serving import make_server

from aqb.accounts.sign_on.provider import Mapping, SignOn
from aqb.models import User

NAME = "Anmeldung Hessen"
SECRET = "nur-der-Dienst-kennt-es"
MAPPING = Mapping(
    claim="groups",
    district_claim="ags",
    roles={
        "aqb-ministerium": "ministry", "aqb-ministerium-leitung": "ministry_lead", "aqb-gebiet": "district",
        "aqb-gebiet-leitung": "district_lead", "aqb-rp": "grant_office", "aqb-pruefung": "auditor",
    },
)  # fmt: skip
GROUP_OF = {role: group for group, role in MAPPING.roles.items()}


@dataclass
class Service:
    """The running service: what it was asked, and how its answers are changed (path -> what becomes of the JSON)."""

    address: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    changes: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)

    def set_up(self, **fields: Any) -> SignOn:
        return SignOn(**{
            "server": self.address, "client_id": "aqb", "secret": SECRET, "name": NAME, "mapping": MAPPING, **fields
        })  # fmt: skip

    def knows(self, sub: str, **claims: Any) -> None:
        """From now on it says this about the person who is `sub` there."""
        requests.put(f"{self.address}/users/{sub}", json=claims, timeout=10).raise_for_status()

    def knows_as(self, user: User, role: str = "", **claims: Any) -> str:
        """It knows the person with their verified address and the rights of the account, or of another role."""
        about = {
            "email": user.email, "email_verified": True, "name": user.name, "groups": [GROUP_OF[role or user.role]],
            "ags": user.district.ags if user.district else "", **claims,
        }  # fmt: skip
        self.knows(f"sub-{user.pk}", **about)
        return f"sub-{user.pk}"

    def layer(self, app: Callable[..., Any]) -> Callable[..., Any]:
        """The layer in front of the mock."""
        challenges: list[str] = []

        def answered(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
            path, query = environ["PATH_INFO"], parse_qs(environ["QUERY_STRING"])
            if path in self.silent:
                start("503 Service Unavailable", [("Content-Type", "text/plain")])
                return [b"gerade nicht"]
            if path == "/oauth2/authorize":
                self.asked.append({name: values[0] for name, values in query.items()})
                assert query["code_challenge_method"] == ["S256"]
                challenges.append(query["code_challenge"][0])
            if path == "/oauth2/token":
                body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
                environ["wsgi.input"] = BytesIO(body)
                form = parse_qs(body.decode())
                self.secrets += form["client_secret"]
                proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"][0].encode()).digest())
                assert proof.rstrip(b"=").decode() in challenges, "the verifier fits no challenge"
            return self._changed(path, app, environ, start)

        return answered

    def _changed(self, path: str, app: Callable[..., Any], environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        change = self.changes.get(path)
        if change is None:
            return app(environ, start)
        said: list[Any] = []
        body = b"".join(app(environ, lambda *line: said.extend(line)))
        new = json.dumps(change(json.loads(body))).encode()
        headers = [(name, value) for name, value in said[1] if name.lower() != "content-length"]
        start(said[0], [*headers, ("Content-Length", str(len(new)))])
        return [new]


@contextmanager
def sign_on_service() -> Iterator[Service]:
    """The service on a free port of 127.0.0.1, in a thread of its own."""
    service = Service()
    server = make_server("127.0.0.1", 0, service.layer(oidc_provider_mock.app(require_nonce=True)), threaded=True)
    service.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


# ---- going there and coming back, as a browser does ----


def go(client: Client, **data: str) -> str:
    """Press the button; the address at the service that one is sent to."""
    answer = client.post(reverse("sign_on"), data)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def confirm(address: str, **form: str) -> str:
    """Sign in there as `sub` (or say no by `action`); the address that one is sent back to, without the host."""
    answer = requests.post(address, data=form, allow_redirects=False, timeout=10)
    assert answer.status_code in {302, 303}, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def sign_in(client: Client, sub: str, **data: str) -> Any:
    """All the way; the answer of our own page at the end."""
    return client.get(confirm(go(client, **data), sub=sub))
