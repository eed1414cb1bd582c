/* Signs out of portals that load in frames, then goes on: once all of them have loaded, or after a short while, since
   nobody waits for a portal that hangs. Runs before the frames are there, so that no load is missed. Whether a portal
   did what it was told, nobody can see from here. */
(() => {
  "use strict";
  const LONGEST = 4000;
  const link = document.getElementById("continue");
  let loaded = 0;

  const goOn = () => location.replace(link.href);
  const look = () => {
    if (document.readyState !== "loading" && loaded >= document.querySelectorAll("iframe").length) goOn();
  };

  document.addEventListener("load", (event) => {
    if (event.target instanceof HTMLIFrameElement) {
      loaded += 1;
      look();
    }
  }, true);
  document.addEventListener("DOMContentLoaded", look);
  setTimeout(goOn, LONGEST);
})();
