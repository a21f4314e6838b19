"""An application that lets people in by their face: mien verifies, this checks mien's word.

    python examples/relying_application.py https://mien.example.org http://localhost:9000

The browser asks for a nonce here (GET /nonce), has mien verify the face with that nonce, and
brings the assertion that mien answers back here (POST /session). For production give it the
cookie's Secure attribute (https), and keep `_nonces` where all your processes see them.
"""

from __future__ import annotations

import secrets
import sys
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt

ASSERTION_TYPE = "face-assertion+jwt"
NONCE_LIFETIME_S = 300
LOOSEST_FMR = 1e-3
"""The false match rate you tolerate: what mien decided more loosely is refused."""

PHOTOS_TOO = frozenset({"none", "passive", "active", "both"})
LIVING = frozenset({"active", "both"})
"""What has to be shown besides the face: with the second nothing less than a live session."""

CLAIMS = ["iss", "sub", "aud", "iat", "exp", "jti", "auth_time", "amr", "nonce"]
CLAIMS_OF_MIEN = ["target_fmr", "liveness"]


class BadAssertionError(Exception):
    """The assertion is not to be believed."""


class AssertionChecker:
    """Believes an assertion once, for the session whose nonce it carries."""

    def __init__(
        self,
        issuer: str,
        audience: str,
        key_for: Callable[[str], Any],
        liveness: frozenset[str] = PHOTOS_TOO,
    ) -> None:
        """Take mien's URL, this application's name at mien, and where its keys come from.

        liveness: the policies under which a verification is enough, as `LIVING`.
        """
        self._liveness = liveness
        self._issuer, self._audience, self._key_for = issuer, audience, key_for
        self._lock = threading.Lock()
        self._nonces: dict[str, float] = {}

    def new_nonce(self) -> str:
        """Return a nonce for one sign-in; it belongs into the browser's cookie."""
        nonce = secrets.token_urlsafe(24)
        now = time.time()
        with self._lock:
            self._nonces = {n: until for n, until in self._nonces.items() if until > now}
            self._nonces[nonce] = now + NONCE_LIFETIME_S
        return nonce

    def subject_of(self, assertion: str, nonce: str) -> str:
        """Return whose face was verified; *nonce* is the one in the browser's cookie."""
        # 1. The nonce is ours and was never used: that also stops a second use of the assertion.
        with self._lock:
            until = self._nonces.pop(nonce, 0.0)
        if until < time.time():
            raise BadAssertionError("start again: this sign-in took too long, or was used already")
        # 2. Signed by mien, for us, in time. The algorithm is fixed here: the token has no say.
        try:
            token = jwt.decode_complete(
                assertion,
                self._key_for(assertion),
                algorithms=["EdDSA"],
                issuer=self._issuer,
                audience=self._audience,
                leeway=10,
                options={"require": CLAIMS + CLAIMS_OF_MIEN, "strict_aud": True},
            )
        except jwt.PyJWTError as error:
            raise BadAssertionError(f"the assertion is not valid: {error}") from error
        # 3. An assertion, and not one of mien's other tokens.
        claims = token["payload"]
        if token["header"].get("typ") != ASSERTION_TYPE:
            raise BadAssertionError("this is no assertion")
        # 4. For this very session, by face, decided strictly enough.
        if not secrets.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise BadAssertionError("the assertion belongs to another session")
        if "face" not in claims["amr"] or not claims["target_fmr"] <= LOOSEST_FMR:
            raise BadAssertionError("the face was not verified strictly enough")
        if claims["liveness"] not in self._liveness:
            raise BadAssertionError("nobody has shown that they are alive, and there")
        return str(claims["sub"])


def handler(checker: AssertionChecker) -> type[BaseHTTPRequestHandler]:
    """Return the two endpoints."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/nonce":
                return self.send_error(HTTPStatus.NOT_FOUND)
            nonce = checker.new_nonce()
            cookie = f"nonce={nonce}; HttpOnly; SameSite=Strict; Path=/"
            return self._answer(HTTPStatus.OK, nonce, {"Set-Cookie": cookie})

        def do_POST(self) -> None:
            nonce = SimpleCookie(self.headers.get("Cookie", "")).get("nonce")
            length = int(self.headers.get("Content-Length") or 0)
            if self.path != "/session" or nonce is None or length > 4096:
                return self.send_error(HTTPStatus.BAD_REQUEST)
            try:
                subject = checker.subject_of(self.rfile.read(length).decode("ascii"), nonce.value)
            except (BadAssertionError, UnicodeDecodeError) as error:
                return self._answer(HTTPStatus.UNAUTHORIZED, str(error))
            # Here an application begins its own session for this subject.
            return self._answer(HTTPStatus.OK, f"welcome, {subject}")

        def _answer(
            self, status: HTTPStatus, text: str, headers: dict[str, str] | None = None
        ) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": "text/plain", **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

    return Handler


def main() -> None:
    """Serve on port 9000; mien's URL and this application's name there are the arguments."""
    issuer, audience = sys.argv[1:3]
    keys = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json", timeout=5)
    checker = AssertionChecker(issuer, audience, keys.get_signing_key_from_jwt)
    ThreadingHTTPServer(("127.0.0.1", 9000), handler(checker)).serve_forever()


if __name__ == "__main__":
    main()
