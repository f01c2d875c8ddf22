"""Launches the example `axum` from a platform on loopback, and calls its routes for grades and rosters.

    python check.py PLATFORM_BASE_URL TOOL_BASE_URL USER OTHER_USER GRADE_KEY

Ends with 1 where anything is not as it should be.
"""

import html
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

platform, tool, user, other, grade_key = sys.argv[1:6]
cookies = {}
failed = []


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(Stay)


def send(url, form=None, body=None, headers=()):
    data = None
    headers = dict(headers)
    if form is not None:
        data = urllib.parse.urlencode(form).encode()
    if body is not None:
        data = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    if url.startswith(tool) and cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    try:
        response = opener.open(urllib.request.Request(url, data, headers), timeout=40)
    except urllib.error.HTTPError as error:
        response = error
    for line in response.headers.get_all("Set-Cookie") or []:
        name, value = line.split(";")[0].split("=", 1)
        cookies.pop(name, None)
        if value:
            cookies[name] = value
    return response, response.read().decode()


def expect(what, holds, seen):
    print("ok  " if holds else "FAIL", what, "" if holds else seen)
    if not holds:
        failed.append(what)


def launch(who):
    response, _ = send(f"{platform}/start?user={who}")
    response, _ = send(response.headers["Location"])
    _, page = send(response.headers["Location"])
    action = html.unescape(re.search(r'action="([^"]+)"', page)[1])
    fields = {
        html.unescape(name): html.unescape(value)
        for name, value in re.findall(r'<input name="([^"]+)" value="([^"]*)"', page)
    }
    response, body = send(action, form=fields, headers={"Accept": "application/json"})
    expect(f"launch of {who}", response.status == 200, body)
    return json.loads(body)


def call(route, **body):
    response, text = send(f"{tool}/lti/{route}", body=body, headers={"Origin": tool})
    return response.status, json.loads(text)


launched = launch(user)
launch_id = launched["launch_id"]
link = launched["resource_link"]["id"]
sub = launched["sub"]

status, answer = call("ags/line_items", launch_id=launch_id)
expect("line items", status == 200, answer)
label = {"label": "A quiz", "score_maximum": 10, "resource_id": "quiz-1", "resource_link_id": link}
status, answer = call("ags/line_item", launch_id=launch_id, **label)
expect("a line item is created", status == 200, answer)
item = answer.get("line_item", {}).get("id")
status, answer = call("ags/line_items", launch_id=launch_id, resource_id="quiz-1")
expect("it is found by its resource id", [one["id"] for one in answer.get("line_items", [])] == [item], answer)

score = {"launch_id": launch_id, "line_item": item, "user_id": sub, "score_maximum": 10}
status, answer = call("ags/score", **score, score_given=7, comment="Well done")
expect("a score is taken", status == 200, answer)
status, answer = call("ags/score", **score, score_given=8)
expect("a better one right after it", status == 200, answer)
status, answer = call("ags/results", launch_id=launch_id, line_item=item, user_id=sub)
results = [(one["user_id"], one["result_score"]) for one in answer.get("results", [])]
expect("the result is read back", status == 200 and results == [(sub, 8.0 if grade_key == "score" else 8)], answer)
status, answer = call("ags/results", launch_id=launch_id, line_item=item, limit=1)
expect("results by pages", status == 200, answer)
_, grades = send(f"{platform}/grades")
expect("the gradebook has it", sub in json.loads(grades), grades)
print("     gradebook:", grades)

status, answer = call("nrps/members", launch_id=launch_id, limit=2)
seen = {one["user_id"] for one in answer.get("members", [])}
expect("the roster, by pages of two", status == 200 and len(seen) == 3 and sub in seen, answer)
status, answer = call("nrps/members", launch_id=launch_id, role="Learner")
expect("learners alone", status == 200 and len(answer.get("members", [])) == 2, answer)
status, answer = call("ags/score", launch_id="x" * 24, user_id=sub, score_given=1, score_maximum=1)
expect("a launch of nobody is 404", status == 404, answer)
sys.exit(1 if failed else 0)
