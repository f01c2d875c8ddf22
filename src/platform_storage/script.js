"use strict";
// The tool's side of LTI Client Side postMessages and LTI postMessage Storage. It decides nothing: the server compares.
(() => {
  const OLD_PREFIX = "org.imsglobal.";
  const CAPABILITIES_MS = 300;
  const WITH_COOKIES_MS = 500;
  const REPEAT_MS = 250;
  const MAX_REQUESTS = 20;
  const MAX_LISTED = 64;
  const MAX_VALUE = 4096;

  const element = (id) => document.getElementById(id);
  const data = JSON.parse(element("lti-storage").textContent);
  const reads = data.step === "read";
  const subject = reads ? "lti.get_data" : "lti.put_data";
  const target = window.opener || window.parent;
  const isAlone = target === window;

  let learnt = false;
  let over = false;
  let given = { prefix: "", frame: data.frame };
  // A few: each may be the one that is answered.
  const requests = [];
  const capabilitiesIds = [];

  const randomId = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const windowNamed = (name) => {
    if (!name || name === "_parent") {
      return target;
    }
    try {
      const frame = target.frames[name];
      return frame && typeof frame.postMessage === "function" ? frame : target;
    } catch {
      return target;
    }
  };

  const post = (receiver, message, origin) => {
    try {
      receiver.postMessage(message, origin);
    } catch {
      // A receiver that is gone answers nothing; the timer goes on.
    }
  };

  const ask = () => {
    const { prefix, frame } = given;
    const request = { subject: prefix + subject, id: randomId(), window: windowNamed(frame), prefix };
    requests.push(request);
    const message = { subject: request.subject, message_id: request.id, key: data.key };
    post(request.window, reads ? message : { ...message, value: data.value }, data.origin);
  };

  const learn = (supported) => {
    learnt = true;
    const listed = Array.isArray(supported) ? supported.slice(0, MAX_LISTED) : [];
    const entry = (name) => listed.find((one) => typeof one === "object" && one !== null && one.subject === name);
    const plain = entry(subject);
    const old = plain ? undefined : entry(OLD_PREFIX + subject);
    const { frame } = plain || old || {};
    given = { prefix: old ? OLD_PREFIX : "", frame: typeof frame === "string" && frame ? frame : data.frame };
    const last = requests[requests.length - 1];
    if (!last || last.prefix !== given.prefix || last.window !== windowNamed(given.frame)) {
      ask();
    }
  };

  const isAnswer = (message, request) =>
    message.subject === `${request.subject}.response` && message.message_id === request.id;

  const isWanted = (value) =>
    reads ? typeof value === "string" && value !== "" && value.length <= MAX_VALUE : value === data.value;

  // Everything else is ignored, and ends nothing: only the timer does.
  const receive = (finish) => (event) => {
    const message = event.data;
    if (typeof message !== "object" || message === null) {
      return;
    }
    if (!learnt && event.source === target && capabilitiesIds.includes(message.message_id)) {
      if (message.subject === "lti.capabilities.response" && !message.error) {
        learn(message.supported_messages);
      }
      return;
    }
    if (event.origin !== data.origin) {
      return;
    }
    const request = requests.find((one) => event.source === one.window && isAnswer(message, one));
    if (request && !message.error && message.key === data.key && isWanted(message.value)) {
      finish(message.value, request);
    }
  };

  const askCapabilities = () => {
    const id = randomId();
    capabilitiesIds.push(id);
    post(target, { subject: "lti.capabilities", message_id: id }, "*");
  };

  // Listens, then asks, again and again: the platform's frame may be loaded later than ours. The answer ends it.
  const listen = (finish) => {
    const listener = receive(finish);
    let timer;
    const repeat = () => {
      if (!learnt) {
        askCapabilities();
      }
      ask();
      if (requests.length < MAX_REQUESTS) {
        timer = setTimeout(repeat, REPEAT_MS);
      }
    };
    addEventListener("message", listener);
    askCapabilities();
    timer = setTimeout(repeat, Math.min(CAPABILITIES_MS, data.wait_ms / 2));
    return () => {
      removeEventListener("message", listener);
      clearTimeout(timer);
    };
  };

  const cookiesWork = () => {
    try {
      return data.has_probe && document.cookie.split("; ").some((cookie) => cookie.startsWith("__Host-lti-p="));
    } catch {
      return false;
    }
  };

  const store = () => {
    let silence = () => {};
    const goOn = () => {
      if (over) {
        return;
      }
      over = true;
      silence();
      if (data.next) {
        location.replace(data.next);
      } else {
        element("lti-next").submit();
      }
    };
    // What the platform confirms later still goes on, until the user has chosen.
    const offer = () => {
      if (over) {
        return;
      }
      const shown = element("lti-offer");
      element("lti-wait").hidden = true;
      shown.hidden = false;
      // Not at the form: a field that the platform named like a member of it hides that.
      shown.addEventListener("submit", () => {
        over = true;
        silence();
      });
    };
    const settle = () => (cookiesWork() ? goOn() : offer());

    if (isAlone) {
      goOn();
    } else if (!data.origin) {
      settle();
    } else {
      silence = listen(goOn);
      setTimeout(settle, cookiesWork() ? Math.min(WITH_COOKIES_MS, data.wait_ms) : data.wait_ms);
    }
  };

  const read = () => {
    const form = element("lti-next");
    const button = form.querySelector("button");
    let silence = () => {};
    const send = (secret) => {
      if (over) {
        return;
      }
      over = true;
      silence();
      form.elements.namedItem("lti_storage_secret").value = secret;
      form.submit();
    };
    const found = (secret, request) => {
      const subjectOfDelete = `${request.prefix}lti.put_data`;
      const message = { subject: subjectOfDelete, message_id: randomId(), key: data.key, value: null };
      post(request.window, message, data.origin);
      send(secret);
    };
    const begin = () => {
      button.hidden = true;
      if (isAlone || !data.origin) {
        send("");
        return;
      }
      const quiet = listen(found);
      const timer = setTimeout(() => send(""), data.wait_ms);
      silence = () => {
        quiet();
        clearTimeout(timer);
      };
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      begin();
    });
    // A page that is loaded again, or returned to, leaves it to the button.
    addEventListener("pageshow", (event) => {
      if (event.persisted) {
        learnt = false;
        over = false;
        requests.length = 0;
        capabilitiesIds.length = 0;
        button.hidden = false;
      }
    });
    const [visit] = performance.getEntriesByType("navigation");
    if (!visit || visit.type === "navigate") {
      begin();
    } else {
      button.hidden = false;
    }
  };

  if (reads) {
    read();
  } else {
    store();
  }
})();
