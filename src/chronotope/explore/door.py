"""Who may come in: one browser, by a link that is good once, from this machine alone."""

from collections.abc import Awaitable, Callable
from secrets import compare_digest, token_urlsafe
from urllib.parse import quote

from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp

_READING = ("GET", "HEAD")
_ELSEWHERE = "This page is served to this machine alone, at the address that was printed."
_NO_SESSION = (
    "This link was used, or is none. Run `chronotope explore` again: each link is good once, for "
    "one browser."
)
_FOREIGN = "Another page asked for this; it may not."
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Door:
    """The token of the link, and the cookie that it is exchanged for, of a server at a port."""

    def __init__(self, port: int) -> None:
        self.host = f"127.0.0.1:{port}"
        self.origin = f"http://{self.host}"
        # Browsers send cookies to all ports of a host: two servers have two names.
        self.cookie = f"chronotope-{port}"
        self._token: str | None = token_urlsafe(32)
        self._session = token_urlsafe(32)

    @property
    def link(self) -> str:
        """The address with the token; there is none when it was used."""
        return f"{self.origin}/?token={quote(self._token or '')}"

    def exchange(self, token: str) -> str | None:
        """Return the session for the token, once."""
        if self._token is None or not _same(token, self._token):
            return None
        self._token = None
        return self._session

    def knows(self, request: Request) -> bool:
        """Tell whether a request comes from the browser that used the link."""
        return _same(request.cookies.get(self.cookie, ""), self._session)

    def complaint(self, request: Request) -> str | None:
        """Say why a request is refused, whoever asks: another host's name, or another page's."""
        if request.headers.getlist("host") != [self.host]:
            return _ELSEWHERE  # a name of somebody else's that leads here
        origins = request.headers.getlist("origin")
        if origins != [self.origin] and (origins or request.method not in _READING):
            return _FOREIGN
        # Cookies come with what pages of other ports of this machine ask: they are of this site.
        site = request.headers.get("sec-fetch-site", "same-origin")
        if request.url.path != "/" and site not in ("same-origin", "none"):
            return _FOREIGN
        return None


class Guard(BaseHTTPMiddleware):
    """Lets through what the door lets through, and tells browsers what a page may do."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        super().__init__(app)
        self._door = door

    async def dispatch(
        self, request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        """Answer a request, or refuse it."""
        answer = self._enter(request) or await call_next(request)
        answer.headers.update(HEADERS)
        return answer

    def _enter(self, request: Request) -> Response | None:
        """Return a refusal, or the exchange of the token; None for who is in."""
        if complaint := self._door.complaint(request):
            return _refusal(complaint)
        token = request.query_params.get("token")
        if request.url.path == "/" and request.method == "GET" and token is not None:
            session = self._door.exchange(token)
            if session is None and not self._door.knows(request):
                return _refusal(_NO_SESSION)
            answer = RedirectResponse("/", 303)  # the token leaves the address bar
            if session is not None:
                answer.set_cookie(self._door.cookie, session, httponly=True, samesite="strict")
            return answer
        return None if self._door.knows(request) else _refusal(_NO_SESSION)


def _refusal(why: str) -> Response:
    return PlainTextResponse(why, 403)


def _same(given: str, secret: str) -> bool:
    """Compare in a time that tells nothing."""
    return compare_digest(given.encode(errors="replace"), secret.encode())
