"""Content selection through the route of the example `axum`: what a platform takes, and what it makes of it."""

import json

import jwt
from browser import expect, form_of

ROUTE = "dl/response"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
nonces = set()


def items(tool):
    """One item of each type, with every member that the specification has for it."""
    picture = {"url": "https://tool.example/picture.png", "width": 40, "height": 30}
    told = {"title": 'Chapter <3> & "more" ž', "text": "Some text 🦀"}
    shown = {**told, "icon": picture, "thumbnail": picture}
    window = {"targetName": "x", "width": 800, "height": 600, "windowFeatures": "menubar=no"}
    times = {"startDateTime": "2026-12-01T08:00:00.000Z", "endDateTime": "2027-01-31T20:00:00+01:00"}
    own = {"https://tool.example/extension": {"level": 2}}
    return {
        "ltiResourceLink": {
            "type": "ltiResourceLink",
            **shown,
            "url": f"{tool}/lti/launch?item=3",
            "custom": {"chapter": "3", "Mixed Key": "x=y", "empty": ""},
            "lineItem": {"scoreMaximum": 50, "label": "Chosen", "resourceId": "res-3", "tag": "t"},
            "available": times,
            "submission": times,
            "window": window,
            "iframe": {"width": 800, "height": 600},
            **own,
        },
        "link": {
            "type": "link",
            **shown,
            "url": "https://tool.example/page?a=b&c=d",
            "window": window,
            "iframe": {"src": "https://tool.example/frame", "width": 800, "height": 600},
            "embed": {"html": "<b>bold</b>"},
            **own,
        },
        "html": {"type": "html", **told, "html": "<p>A <em>fragment</em></p>", **own},
        "image": {"type": "image", **shown, **picture, **own},
        "file": {
            "type": "file",
            **shown,
            "url": "https://tool.example/once/3.pdf",
            "mediaType": "application/pdf",
            "expiresAt": "2026-12-01T08:00:00Z",
            **own,
        },
    }


def prove(browser, text, launched):
    """Checks what neither platform does: PyJWT and the claims of the specification."""
    key = jwt.PyJWKClient(f"{browser.tool}/lti/jwks.json").get_signing_key_from_jwt(text)
    claims = jwt.decode(
        text,
        key,
        algorithms=["RS256"],
        audience=launched["issuer"],
        issuer=launched["client_id"],
        subject=launched["client_id"],
        options={"require": ["iss", "aud", "sub", "iat", "exp", "nonce"], "strict_aud": True},
    )
    header = jwt.get_unverified_header(text)
    settings = launched["deep_linking_settings"]
    wrong = [
        name
        for name, holds in {
            "typ": header.get("typ") == "JWT" and header.get("alg") == "RS256" and "kid" in header,
            "times": claims["exp"] - claims["iat"] <= 310 and isinstance(claims["iat"], int),
            "nonce": claims["nonce"] not in nonces,
            "azp": "azp" not in claims,
            "message_type": claims[LTI + "message_type"] == "LtiDeepLinkingResponse",
            "version": claims[LTI + "version"] == "1.3.0",
            "deployment": claims[LTI + "deployment_id"] == launched["deployment_id"],
            "data": claims.get(DL + "data") == settings.get("data"),
            "content_items": isinstance(claims[DL + "content_items"], list),
        }.items()
        if not holds
    ]
    nonces.add(claims["nonce"])
    expect("the response is what the specification asks for", not wrong, wrong)
    return claims


def select(browser, teacher, begin=""):
    status, launched = browser.launch(f"/select?user={teacher}{begin}")
    kind = launched["message_type"] if isinstance(launched, dict) else launched
    expect(f"{teacher} selects content", status == 200 and kind == "LtiDeepLinkingRequest", launched)
    return launched


def answer(browser, launched, **response):
    """Asks the tool for its response, and posts it as the browser does. What the platform then holds."""
    status, page = browser.call(ROUTE, "text/html", launch_id=launched["launch_id"], **response)
    expect("the tool answers with a form", status == 200, page)
    action, fields = form_of(page)
    wanted = launched["deep_linking_settings"]["deep_link_return_url"]
    expect("it leads to the return address", action == wanted and list(fields) == ["JWT"], page)
    claims = prove(browser, fields["JWT"], launched)
    sent = response.get("items", [])
    expect("items go as they were given", claims[DL + "content_items"] == sent, claims)
    response, text = browser.submit(page)
    expect("the platform takes it", response.status == 200, (response.status, text))
    _, kept = browser.send(f"{browser.platform}/course")
    return claims, json.loads(kept)


def check(browser, teacher, learner):
    every = items(browser.tool)

    # Nobody but a teacher, as far as the platform goes.
    status, refused = browser.launch(f"/select?user={learner}")
    print("     a learner who selects content:", status)

    launched = select(browser, teacher)
    accepted = launched["deep_linking_settings"]["accept_types"]
    print("     the platform takes", ", ".join(sorted(accepted)))

    # What the platform does not take is refused, and the same launch can still be answered.
    for kind in sorted(set(every) - set(accepted)):
        status, refused = browser.call(ROUTE, launch_id=launched["launch_id"], items=[every[kind]])
        expect(f"{kind} is refused by the tool", status == 422, refused)
    bad = {**every["ltiResourceLink"], "lineItem": {"scoreMaximum": 0}}
    status, refused = browser.call(ROUTE, launch_id=launched["launch_id"], items=[bad])
    expect("a line item without points is refused by the tool", status == 422, refused)

    # All types in one response.
    wanted = [item for kind, item in every.items() if kind in accepted]
    _, course = answer(browser, launched, items=wanted)
    kept = {link["type"]: link for link in course["links"]}
    expect("each has become content of the course", set(kept) == set(accepted), course)
    for item in wanted:
        there = kept[item["type"]]
        dropped = [name for name in item if name not in there]
        changed = [name for name in item if name in there and there[name] != item[name]]
        print(f"     {item['type']} is kept; dropped: {dropped}; changed: {changed}")

    # Once.
    status, again = browser.call(ROUTE, launch_id=launched["launch_id"], items=wanted)
    expect("a second answer to one request is refused", status == 409, again)

    # The link launches with what was chosen, and its line item is found.
    link = kept["ltiResourceLink"]
    important = {name: every["ltiResourceLink"][name] for name in ("title", "url", "custom", "lineItem")}
    expect("address, parameters and line item are kept", all(link[name] == important[name] for name in important), link)
    status, opened = browser.launch(f"/start?user={learner}&link={link['id']}")
    expect("the link launches", status == 200, opened)
    expect("with its own address", opened.get("target_link_uri") == link["url"], opened)
    custom = opened.get("custom") or {}
    expect("and its own parameters", link["custom"].items() <= custom.items(), opened)
    status, found = browser.call("ags/line_items", launch_id=opened["launch_id"], resource_id="res-3")
    labels = [(one["label"], one["tag"]) for one in found.get("line_items", [])]
    created = course["creates_line_items"]
    expect("and its line item, where there is one", labels == ([("Chosen", "t")] if created else []), found)
    status, refused = browser.call(ROUTE, launch_id=opened["launch_id"], items=[])
    expect("an ordinary launch has nothing to answer", status == 409, refused)

    # One item of each type alone.
    for item in wanted:
        launched = select(browser, teacher)
        answer(browser, launched, items=[item])

    # Lawful, and too little for some.
    launched = select(browser, teacher)
    frame = {"type": "link", "url": "https://tool.example/", "iframe": {"src": "https://tool.example/"}}
    status, said = browser.call(ROUTE, launch_id=launched["launch_id"], items=[frame])
    expect("a frame without a size is signed", status == 200, said)
    response, _ = browser.send(said["return_url"], form={"JWT": said["jwt"]})
    print("     the platform's answer to it:", response.status)

    # Nothing, with a message; and a failure.
    launched = select(browser, teacher)
    claims, course = answer(browser, launched, message="Nothing was chosen", log="cancelled")
    said = (claims.get(DL + "msg"), claims.get(DL + "log"))
    expect("a message and a line for the log go along", said == ("Nothing was chosen", "cancelled"), claims)
    print("     after an empty answer the course has", len(course["links"]), "links")
    launched = select(browser, teacher)
    claims, _ = answer(browser, launched, error_message="It broke", error_log="E 17")
    said = (claims.get(DL + "errormsg"), claims.get(DL + "errorlog"))
    expect("so do those of a failure", said == ("It broke", "E 17"), claims)

    # As JSON, for tools that submit it themselves; another key is refused by the platform.
    launched = select(browser, teacher)
    status, said = browser.call(ROUTE, launch_id=launched["launch_id"], items=wanted[:1])
    expect("the response as JSON", status == 200 and set(said) == {"jwt", "return_url"}, said)
    prove(browser, said["jwt"], launched)
    head, body, signature = said["jwt"].split(".")
    forged = f"{head}.{body}.{signature[:-8]}{'A' * 8}"
    response, _ = browser.send(said["return_url"], form={"JWT": forged})
    expect("the platform refuses an altered signature", response.status in (400, 403), response.status)
    response, _ = browser.send(said["return_url"], form={"JWT": said["jwt"]})
    expect("and takes the true one", response.status == 200, response.status)
    response, _ = browser.send(said["return_url"], form={"JWT": said["jwt"]})
    print("     the same response posted twice:", response.status)
