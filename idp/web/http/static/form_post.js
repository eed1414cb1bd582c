/* Sends a response to a client on its way (OAuth 2.0 Form Post Response Mode 2). Come back to by the back button, the
   page waits for its button: browsers keep it in their history, and would lead whoever goes back forward again. */
(() => {
  "use strict";
  const [navigation] = performance.getEntriesByType("navigation");
  if (navigation && navigation.type === "back_forward") return;
  document.getElementById("response").submit();
})();
