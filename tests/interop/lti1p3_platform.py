"""The Python library `lti1p3platform` (PyPI) as a platform on loopback.

    python lti1p3_platform.py PORT TOOL_BASE_URL

The library brings launches, key set, access tokens, the checks of every service request and of the response to a
selection of content; what it leaves to whoever uses it, the storage, is below: one course with three members.

Prints the registration as JSON in its first line. `/start?user=u-2` begins a launch of that user, with `&link=1` of
that content; `/select?user=u-1` begins a selection of content. `/course` shows what was selected, `/grades` the
gradebook.
"""

import json
import sys
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.exceptions import InvalidTokenError
from lti1p3platform.exceptions import (
    LineItemNotFoundException,
    LtiDeepLinkingResponseException,
    LtiException,
)
from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.membership import Context
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract
from lti1p3platform.oidc_login import OIDCLoginAbstract
from lti1p3platform.registration import Registration
from lti1p3platform.request import Request
from lti1p3platform.response import generate_next_link
from lti1p3platform.score import UpdateScoreStatus
from lti1p3platform.service_connector import AssignmentsGradesService, NamesRoleProvisioningService

port, tool = int(sys.argv[1]), sys.argv[2].rstrip("/")
base = f"http://localhost:{port}"
key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
private_pem = key.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
public_pem = key.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
).decode()

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
MEMBERS = {
    "u-1": ("Ines Lehrer", "Instructor"),
    "u-2": ("Lea Lerner", "Learner"),
    "u-3": ("Noa Neu", "Learner"),
}
ITEMS, SCORES, LINKS = {}, {}, {}
DATA = 'course=1&x="<é>" \u2028 🦀'


class Platform(LTI1P3PlatformConfAbstract):
    def init_platform_config(self, **_):
        self._registration = None

    def get_registration_by_params(self, **_):
        return (
            Registration()
            .set_iss(base)
            .set_client_id("tool-1")
            .set_deployment_id("deployment-1")
            .set_launch_url(f"{tool}/lti/launch")
            .set_deeplink_launch_url(f"{tool}/lti/launch")
            .set_oidc_login_url(f"{tool}/lti/login")
            .set_platform_public_key(public_pem)
            .set_platform_private_key(private_pem)
            .set_tool_key_set_url(f"{tool}/lti/jwks.json")
        )


def platform():
    found = Platform()
    found.get_registration()
    return found


class Login(OIDCLoginAbstract):
    def set_lti_message_hint(self, hint="link-1", **_):
        self._lti_message_hint = hint

    def get_redirect(self, url):
        return url


class Launch(LTIAdvantageMessageLaunchAbstract):
    def prepare_launch(self, preflight_response):
        number = preflight_response["login_hint"]
        name, role = MEMBERS[number]
        hint = preflight_response["lti_message_hint"]
        self.set_user_data(number, [MEMBERSHIP + role], full_name=name)
        self.set_launch_context_claim("course-1", context_title="Biology 101", context_label="BIO101")
        if hint == "select":
            self.set_dl(f"{base}/select/return?course=1", extra_data=DATA)
            return
        self.set_resource_link_claim(hint)
        if hint in LINKS:
            self.set_launch_url(LINKS[hint].get("url", f"{tool}/lti/launch"))
            self.set_custom_parameters_claim(LINKS[hint].get("custom", {}))
        self.set_ags(f"{base}/lineitems")
        self.set_nrps(f"{base}/members")

    def render_launch_form(self, launch_data, **_):
        return launch_data


class Incoming(Request):
    def build_metadata(self, request):
        return request


def keep(content):
    """Puts what was selected into the course, with its line items."""
    for one in content:
        number = f"chosen-{len(LINKS) + 1}"
        LINKS[number] = {"id": number, **one}
        if "lineItem" in one:
            line_item = str(len(ITEMS) + 1)
            label = {"label": one.get("title"), "resourceLinkId": number}
            ITEMS[line_item] = {**label, **one["lineItem"], "id": f"{base}/lineitems/{line_item}"}


def page(found, page, limit):
    page, limit = int(page), int(limit) if limit else None
    if limit is None:
        return {"content": found, "has_next": False}
    start = (page - 1) * limit
    return {"content": found[start : start + limit], "has_next": start + limit < len(found)}


class Grades(AssignmentsGradesService):
    def find_lineitems(self, page=1, limit=None, resource_link_id=None, resource_id=None, tag=None, **_):
        wanted = {"resourceLinkId": resource_link_id, "resourceId": resource_id, "tag": tag}
        found = [
            item
            for item in ITEMS.values()
            if all(value is None or item.get(name) == value for name, value in wanted.items())
        ]
        return globals()["page"](found, page, limit)

    def find_lineitem(self, line_item_id):
        if line_item_id not in ITEMS:
            raise LineItemNotFoundException()
        return ITEMS[line_item_id]

    def create_lineitem(self, creation_data):
        number = str(len(ITEMS) + 1)
        ITEMS[number] = {**creation_data, "id": f"{base}/lineitems/{number}"}
        return ITEMS[number]

    def update_lineitem(self, update_data):
        number = update_data["id"]
        self.find_lineitem(number)
        ITEMS[number] = {**update_data, "id": f"{base}/lineitems/{number}"}
        return ITEMS[number]

    def delete_lineitem(self, line_item_id):
        self.find_lineitem(line_item_id)
        del ITEMS[line_item_id]

    def update_score(self, line_item_id, score):
        self.find_lineitem(line_item_id)
        when = datetime.fromisoformat(score["timestamp"])
        before = SCORES.get((line_item_id, score["userId"]))
        if before and datetime.fromisoformat(before["timestamp"]) >= when:
            return UpdateScoreStatus.OLD_TIMESTAMP
        if score["userId"] not in MEMBERS:
            return UpdateScoreStatus.NOTAPPLIED
        SCORES[(line_item_id, score["userId"])] = score
        return UpdateScoreStatus.SUCCESS

    def get_results(self, line_item_id, page=1, limit=None, user_id=None):
        self.find_lineitem(line_item_id)
        found = [
            {
                "id": f"{base}/lineitems/{item}/results/{user}",
                "scoreOf": f"{base}/lineitems/{item}",
                "userId": user,
                "resultScore": score.get("scoreGiven"),
                "resultMaximum": score.get("scoreMaximum"),
                "comment": score.get("comment"),
            }
            for (item, user), score in SCORES.items()
            if item == line_item_id and user_id in (None, user)
        ]
        return globals()["page"](found, page, limit)


class Roster(NamesRoleProvisioningService):
    def get_member_data_page(self, page=1, limit=None, role=None, **_):
        found = [
            {"user_id": number, "name": name, "roles": [MEMBERSHIP + kind]}
            for number, (name, kind) in MEMBERS.items()
            if role in (None, kind, MEMBERSHIP + kind)
        ]
        return globals()["page"](found, page, limit)

    def get_context_by_id(self):
        return Context(id="course-1", label="BIO101", title="Biology 101")

    def is_resource_link_valid(self, context_id, resource_link_id):
        return resource_link_id == "link-1"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        sys.stderr.write("lti1p3platform: " + arguments[0] % arguments[1:] + "\n")

    def answer(self, status, body, media_type="application/json", headers=()):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def answer_service(self, response):
        if not 200 <= response.code < 300:
            return self.answer(response.code, {"error": response.message}, response.media_type)
        result, headers = response.result, []
        if isinstance(result, dict) and result.get("next"):
            headers.append(("Link", generate_next_link(result["next"])))
        if isinstance(result, dict) and "content" in result:
            result = result["content"]
        body = b"" if result is None else result
        self.answer(response.code, body, response.media_type, headers)

    def dispatch(self):
        parts = urlsplit(self.path)
        path, query = parts.path, dict(parse_qsl(parts.query))
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        kind = self.headers.get("Content-Type", "")
        incoming = Incoming(
            {
                "method": self.command,
                "form_data": dict(parse_qsl(body.decode())) if "form" in kind else {},
                "get_data": {**query, **({"page": int(query["page"])} if "page" in query else {})},
                "headers": self.headers,
                "content_type": kind,
                "path": path,
                "json": json.loads(body) if "json" in kind and body else None,
            }
        )
        if path in ("/start", "/select"):
            login = Login(incoming, platform())
            hint = "select" if path == "/select" else query.get("link", "link-1")
            login.set_lti_message_hint(hint)
            if LINKS.get(hint, {}).get("url"):
                login.set_launch_url(LINKS[hint]["url"])
            return self.answer(302, b"", "text/plain", [("Location", login.initiate_login(query["user"]))])
        if path == "/grades":
            shown = {user: score for (_, user), score in SCORES.items()}
            return self.answer(200, shown)
        if path == "/course":
            return self.answer(200, {"links": list(LINKS.values()), "creates_line_items": True})
        if path == "/select/return":
            try:
                keep(platform().validate_deeplinking_resp(incoming.form_data))
            except (LtiException, LtiDeepLinkingResponseException, InvalidTokenError) as error:
                return self.answer(400, {"error": str(error)})
            return self.answer(200, {"links": len(LINKS)})
        if path == "/jwks":
            return self.answer(200, platform().get_jwks())
        if path == "/auth":
            launch = Launch(incoming, platform())
            data = launch.lti_launch()
            fields = "".join(f'<input name="{name}" value="{value}">' for name, value in data.items())
            form = f'<form id="lti-launch" method="post" action="{query["redirect_uri"]}">{fields}</form>'
            return self.answer(200, form.encode(), "text/html")
        if path == "/token":
            return self.answer(200, platform().get_access_token(incoming.form_data))
        if path == "/members":
            roster = Roster(incoming, platform(), f"{base}/members")
            return self.answer_service(roster.handle_resp(roster.handle_get_members))
        segments = path.strip("/").split("/")
        grades = Grades(incoming, platform(), f"{base}/lineitems", f"{base}/" + "/".join(segments[:2]))
        if segments[0] != "lineitems":
            return self.answer(404, {"error": "not found"})
        call = {
            (1, "GET"): grades.handle_get_lineitems,
            (1, "POST"): grades.handle_create_lineitem,
            (2, "GET"): grades.handle_get_lineitem,
            (2, "PUT"): grades.handle_update_lineitem,
            (2, "DELETE"): grades.handle_delete_lineitem,
            (3, "GET"): grades.handle_get_results,
            (3, "POST"): grades.handle_update_score,
        }[(len(segments), self.command)]
        arguments = {"line_item_id": segments[1]} if len(segments) > 1 else {}
        return self.answer_service(grades.handle_resp(call, **arguments))

    do_GET = do_POST = do_PUT = do_DELETE = dispatch


print(
    json.dumps(
        [
            {
                "issuer": base,
                "client_id": "tool-1",
                "authorization_endpoint": f"{base}/auth",
                "token_endpoint": f"{base}/token",
                "jwks_url": f"{base}/jwks",
            }
        ]
    ),
    flush=True,
)
ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
