"""A browser before a platform and a tool: cookies of each, forms and redirects, and calls of the tool's own pages."""

import html
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

failed = []


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(Stay)


class Browser:
    def __init__(self, platform, tool):
        self.platform, self.tool = platform, tool
        self.cookies = {}

    def send(self, url, form=None, body=None, headers=()):
        data = None
        headers = dict(headers)
        if form is not None:
            data = urllib.parse.urlencode(form).encode()
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        jar = self.cookies.setdefault(urllib.parse.urlsplit(url).netloc, {})
        if jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        try:
            response = opener.open(urllib.request.Request(url, data, headers), timeout=40)
        except urllib.error.HTTPError as error:
            response = error
        for line in response.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            jar.pop(name, None)
            if value:
                jar[name] = value
        return response, response.read().decode()

    def submit(self, page, headers=()):
        """Submits the form of a page."""
        action, fields = form_of(page)
        return self.send(action, form=fields, headers=headers)

    def launch(self, begin):
        """Goes where the platform's page leads, into the tool; what it answers as JSON."""
        response, _ = self.send(self.platform + begin)
        response, _ = self.send(response.headers["Location"])
        response, page = self.send(response.headers["Location"])
        if response.status != 200:
            return response.status, page
        response, text = self.submit(page, headers={"Accept": "application/json"})
        return response.status, json.loads(text)

    def call(self, route, accept="application/json", **body):
        """A call of the tool's own page. What it answers, as JSON where it is JSON."""
        headers = {"Origin": self.tool, "Accept": accept}
        response, text = self.send(f"{self.tool}/lti/{route}", body=body, headers=headers)
        is_json = "json" in response.headers.get("Content-Type", "")
        return response.status, json.loads(text) if is_json else text


def form_of(page):
    """The action and the named fields of a page's form."""
    action = html.unescape(re.search(r'<form[^>]*\baction="([^"]*)"', page)[1])
    fields = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        name = re.search(r'\bname="([^"]*)"', tag)
        value = re.search(r'\bvalue="([^"]*)"', tag)
        if name:
            fields[html.unescape(name[1])] = html.unescape(value[1] if value else "")
    return action, fields


def expect(what, holds, seen):
    print("ok  " if holds else "FAIL", what, "" if holds else seen)
    sys.stdout.flush()
    if not holds:
        failed.append(what)
