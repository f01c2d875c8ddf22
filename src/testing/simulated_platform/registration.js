"use strict";
// Ends a registration when the tool's page says so. Messages of other pages mean nothing.
const tool = document.currentScript.dataset.tool;
addEventListener("message", (event) => {
  if (event.origin !== tool || event.data?.subject !== "org.imsglobal.lti.close") return;
  const frame = document.getElementById("registration");
  if (frame !== null && event.source === frame.contentWindow) frame.remove();
  else event.source.close();
  // Where there is a list, it now has the tool.
  fetch(document.forms[0].action)
    .then((answer) => answer.text())
    .then((text) => {
      const page = new DOMParser().parseFromString(text, "text/html");
      document.getElementById("tools").replaceWith(page.getElementById("tools"));
      document.getElementById("closed").hidden = false;
    });
});
