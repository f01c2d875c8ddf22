"use strict";
// The platform's side of LTI postMessage Storage. A test reads `ltiMessages`, everything that came, and `ltiStored`,
// what is stored: by the origin of who stored it, then by its key.
const options = JSON.parse(document.getElementById("lti-storage-options").textContent);
const ltiMessages = [];
const ltiStored = {};
const mostCharacters = 4096;
const mostKeys = 500;
const known = ["put_data", "get_data"].map((name) => `${options.prefix}lti.${name}`);

const answer = ({ data, origin, source }) => {
  const { subject, message_id: id, key, value } = data;
  const reply = { subject: `${subject}.response`, message_id: id, key };
  const fail = (code) => ({ ...reply, error: { code, message: `this platform says ${code}` } });
  if (!options.stores || !known.includes(subject)) return fail("unsupported_subject");
  if (options.error) return fail(options.error);
  if (typeof id !== "string" || !id || typeof key !== "string" || !key) return fail("bad_request");
  const own = (ltiStored[origin] ??= {});
  if (subject.endsWith("get_data")) return { ...reply, value: own[key] ?? null };
  if (value === null || value === undefined) {
    delete own[key];
    return { ...reply, value: null };
  }
  const isFull = !(key in own) && Object.keys(own).length >= mostKeys;
  if (isFull || String(value).length > mostCharacters) return fail("storage_exhaustion");
  own[key] = String(value);
  return { ...reply, value: own[key] };
};

const capabilities = ({ data }) => {
  const supported = (subject) => (options.frame ? { subject, frame: options.frame } : { subject });
  return {
    subject: `${data.subject}.response`,
    message_id: data.message_id,
    supported_messages: [{ subject: "lti.capabilities" }, ...known.map(supported)],
  };
};

// What other windows send in answer to the same message: of the right origin, and of another; and then noise of our own.
const stolen = (reply) => ({ ...reply, value: "stolen", error: undefined });
const refused = (reply) => ({ ...reply, error: { code: "wrong_origin", message: "no" } });
const attack = (tool, origin, reply) => {
  const course = options.frame ? parent : window;
  const lies = [stolen(reply), refused(reply)];
  if (course !== window) course.postMessage({ attack: lies }, "*");
  course.frames["lti-foreign"]?.postMessage({ attack: lies }, "*");
  const noise = [null, "text", 7, [], {}, { subject: reply.subject }, { subject: null, message_id: reply.message_id }];
  const others = [{ ...stolen(reply), message_id: "another" }, { ...stolen(reply), key: "another" },
    { ...stolen(reply), subject: "lti.frameResize" }, refused(reply)];
  for (const data of [...noise, ...others]) tool.postMessage(data, origin);
  for (let count = 0; count < 2000; count += 1) tool.postMessage({ ...reply, message_id: `m${count}` }, origin);
};

addEventListener("message", (event) => {
  const { data, origin, source } = event;
  if (Array.isArray(data?.attack)) {
    for (let place = 0; place < frames.length; place += 1) {
      for (const one of data.attack) frames[place].postMessage(one, "*");
    }
    return;
  }
  const subject = data?.subject;
  if (typeof subject !== "string" || subject.endsWith(".response")) return;
  ltiMessages.push({ ...data, origin });
  const isAboutCapabilities = subject.endsWith("lti.capabilities");
  const late = options.frame_delay_ms && document.querySelector("iframe[src='about:blank'][title='Storage']");
  // Once, however often it was asked: a frame that is loaded anew has forgotten what it stored.
  const load = () => late.getAttribute("src") === "about:blank" && late.setAttribute("src", "storage");
  if (late) setTimeout(load, options.frame_delay_ms);
  const reply = isAboutCapabilities ? capabilities(event) : answer(event);
  if (options.hostile && isAboutCapabilities) {
    const elsewhere = known.map((name) => ({ subject: name, frame: "lti-foreign" }));
    frames["lti-foreign"]?.postMessage({ attack: [{ ...reply, supported_messages: elsewhere }] }, "*");
  } else if (options.hostile) {
    attack(source, origin, reply);
  }
  if (options.silent || (isAboutCapabilities && !options.capabilities)) return;
  const delay = isAboutCapabilities ? options.capabilities_delay_ms : options.hostile ? 100 : 0;
  setTimeout(() => source.postMessage(reply, origin), delay);
});
