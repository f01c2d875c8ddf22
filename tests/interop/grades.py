"""Grades and rosters of a launch, through the routes of the example `axum`."""

import json

from browser import expect


def check(browser, user, grade_key):
    status, launched = browser.launch(f"/start?user={user}")
    expect(f"launch of {user}", status == 200, launched)
    call = browser.call
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
    found = [one["id"] for one in answer.get("line_items", [])]
    expect("it is found by its resource id", found == [item], answer)

    score = {"launch_id": launch_id, "line_item": item, "user_id": sub, "score_maximum": 10}
    status, answer = call("ags/score", **score, score_given=7, comment="Well done")
    expect("a score is taken", status == 200, answer)
    status, answer = call("ags/score", **score, score_given=8)
    expect("a better one right after it", status == 200, answer)
    status, answer = call("ags/results", launch_id=launch_id, line_item=item, user_id=sub)
    results = [(one["user_id"], one["result_score"]) for one in answer.get("results", [])]
    wanted = [(sub, 8.0 if grade_key == "score" else 8)]
    expect("the result is read back", status == 200 and results == wanted, answer)
    status, answer = call("ags/results", launch_id=launch_id, line_item=item, limit=1)
    expect("results by pages", status == 200, answer)
    _, grades = browser.send(f"{browser.platform}/grades")
    expect("the gradebook has it", sub in json.loads(grades), grades)
    print("     gradebook:", grades)

    status, answer = call("nrps/members", launch_id=launch_id, limit=2)
    seen = {one["user_id"] for one in answer.get("members", [])}
    expect("the roster, by pages of two", status == 200 and len(seen) == 3 and sub in seen, answer)
    status, answer = call("nrps/members", launch_id=launch_id, role="Learner")
    expect("learners alone", status == 200 and len(answer.get("members", [])) == 2, answer)
    status, answer = call("ags/score", launch_id="x" * 24, user_id=sub, score_given=1, score_maximum=1)
    expect("a launch of nobody is 404", status == 404, answer)
