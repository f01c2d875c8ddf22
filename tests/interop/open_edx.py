"""Open edX's LTI consumer (PyPI `lti-consumer-xblock`) as a platform on loopback, without Open edX around it.

    python open_edx.py PORT TOOL_BASE_URL DATABASE

What Open edX itself would bring is stood in for below: a course with three members, who is signed in, and a
gradebook. All of LTI is the package's own: launch, key set, access tokens, line items, scores, results, roster,
content selection and what is kept of it.

Prints the registration as JSON in its first line. `/start?user=2` begins a launch of that user, with `&link=1` of
that content; `/select?user=1` begins a selection of content. `/course` shows what was selected, `/grades` the
gradebook.
"""

import json
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer

import django
from django.conf import settings

port, tool = int(sys.argv[1]), sys.argv[2].rstrip("/")
base = f"http://localhost:{port}"
settings.configure(
    DEBUG=False,
    DEBUG_PROPAGATE_EXCEPTIONS=True,
    SECRET_KEY="for-loopback-only",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    LMS_ROOT_URL=base,
    PLATFORM_NAME="A school",
    LTI_API_BASE=base,
    USAGE_ID_PATTERN=r"(?P<usage_id>(?:i4x://?[^/]+/[^/]+/[^/]+/[^@]+(?:@[^/]+)?)|(?:[^/]+))",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[3]}},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "config_models",
        "rest_framework",
        "lti_consumer",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    MIDDLEWARE=[f"{__name__}.signed_in"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    USE_TZ=True,
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.http import HttpResponseRedirect, JsonResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from opaque_keys.edx.keys import UsageKey  # noqa: E402
from lti_consumer import api, models, utils  # noqa: E402
from lti_consumer.data import Lti1p3LaunchData  # noqa: E402
from lti_consumer.plugin import compat  # noqa: E402

LOCATION = UsageKey.from_string("block-v1:edX+BIO101+2026+type@lti_consumer+block@quiz")
MEMBERS = {
    1: ("Ines Lehrer", "ines", ["staff"]),
    2: ("Lea Lerner", "lea", ["student"]),
    3: ("Noa Neu", "noa", ["student"]),
}
GRADES = {}


def signed_in(get_response):
    """Who is signed in at the platform, by a cookie of its own."""

    def handle(request):
        request.user = int(request.COOKIES.get("member", 0))
        return get_response(request)

    return handle


class Block:
    """The unit in the course."""

    display_name = "A quiz"
    weight = 10
    has_score = True
    accept_grades_past_due = True
    location = LOCATION
    lti_1p3_passport_id = None
    context_id = str(LOCATION.course_key)

    class scope_ids:
        usage_id = LOCATION
        user_id = None

    def is_past_due(self):
        return False

    def max_score(self):
        return 10

    def set_user_module_score(self, user, score, max_score, comment=""):
        GRADES[user] = {"score": score, "of": max_score, "comment": comment}


def members(_course):
    return {
        number: {
            "id": number,
            "username": short,
            "email": f"{short}@example.invalid",
            "name": name,
            "roles": list(roles),
        }
        for number, (name, short, roles) in MEMBERS.items()
    }


def flag():
    class Off:
        def is_enabled(self, *_):
            return False

    return Off()


for name in ("external_config", "external_user_id_1p1_launches", "database_config", "external_multiple_launch_urls"):
    for module in (compat, utils):
        setattr(module, f"get_{name}_waffle_flag", flag)
compat.load_enough_xblock = lambda _location: Block()
compat.load_block_as_user = lambda _location: Block()
compat.get_user_from_external_user_id = lambda text: text
compat.get_course_members = members
compat.user_has_studio_write_access = lambda user, _course: "staff" in MEMBERS.get(user, ("", "", []))[2]
compat.merge_course_forum_roles = lambda _course, found: found

from lti_consumer.plugin import views  # noqa: E402


def attach(_self, data):
    for number, member in data.items():
        member["external_id"] = f"external-{number}"


views.LtiNrpsContextMembershipViewSet.attach_external_user_ids = attach

call_command("migrate", verbosity=0, run_syncdb=True)
models.LtiConfiguration.objects.all().delete()
passport = models.Lti1p3Passport.objects.create(lti_1p3_tool_keyset_url=f"{tool}/lti/jwks.json")
config = models.LtiConfiguration.objects.create(
    version="lti_1p3",
    config_store="CONFIG_ON_DB",
    location=LOCATION,
    lti_1p3_passport=passport,
    lti_1p3_oidc_url=f"{tool}/lti/login",
    lti_1p3_launch_url=f"{tool}/lti/launch",
    lti_advantage_enable_nrps=True,
    lti_advantage_ags_mode="programmatic",
    lti_advantage_deep_linking_enabled=True,
    lti_advantage_deep_linking_launch_url=f"{tool}/lti/launch",
)
models.CourseAllowPIISharingInLTIFlag.objects.create(course_id=LOCATION.course_key, enabled=True)


def start(request, select=False):
    number = int(request.GET["user"])
    name, _short, roles = MEMBERS[number]
    launch = Lti1p3LaunchData(
        user_id=number,
        external_user_id=f"external-{number}",
        user_role=roles[0],
        name=name,
        config_id=config.config_id,
        resource_link_id=str(LOCATION),
        context_id=str(LOCATION.course_key),
        context_type=["course_offering"],
        context_title="Biology 101",
        context_label="BIO101",
    )
    link = request.GET.get("link")
    url = api.get_lti_1p3_launch_start_url(launch, deep_link_launch=select, dl_content_id=link)
    response = HttpResponseRedirect(url)
    response.set_cookie("member", str(number))
    return response


def course(_request):
    chosen = models.LtiDlContentItem.objects.order_by("id")
    links = [{"type": one.content_type, "id": one.id, **one.attributes} for one in chosen]
    return JsonResponse({"links": links, "creates_line_items": False})


urlpatterns = [
    path("start", start),
    path("select", start, {"select": True}),
    path("course", course),
    path("grades", lambda _request: JsonResponse(GRADES)),
    path("api/", include("lti_consumer.plugin.urls", namespace="lti_consumer")),
]

from django.core.wsgi import get_wsgi_application  # noqa: E402


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        sys.stderr.write("open edx: " + arguments[0] % arguments[1:] + "\n")


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


info = {
    "issuer": base,
    "client_id": passport.lti_1p3_client_id,
    "authorization_endpoint": f"{base}/api/lti_consumer/v1/launch/",
    "token_endpoint": f"{base}/api/lti_consumer/v1/token/{passport.passport_id}",
    "jwks_url": f"{base}/api/lti_consumer/v1/public_keysets/{passport.passport_id}",
    # A selected link's login names the address of the block, and its launch that of the link.
    "target_link_uri_check": "insecure_warn",
}
print(json.dumps([info]), flush=True)
make_server("127.0.0.1", port, get_wsgi_application(), Threaded, Quiet).serve_forever()
