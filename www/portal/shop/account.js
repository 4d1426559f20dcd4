// A sign-in made up for trying Rejoin: who is signed in is kept in this tab, and the portal's server signs for them.
(() => {
  "use strict";
  const KEY = "demo.signed-in";
  const rejoin = window.rejoin = window.rejoin || [];
  const provider = (name) => async () => {
    const answer = await fetch("/demo-token?name=" + encodeURIComponent(name));
    if (!answer.ok) throw new Error("the demo's sign-in did not answer");
    return answer.text();
  };
  const show = (name) => {
    const who = document.getElementById("who");
    if (!who) return;
    who.textContent = name ? "Signed in as " + name[0].toUpperCase() + name.slice(1) + "." : "Nobody is signed in.";
    document.querySelector("[data-sign-out]").hidden = !name;
    for (const button of document.querySelectorAll("[data-sign-in]")) button.hidden = !!name;
  };
  const name = sessionStorage.getItem(KEY);
  if (name) rejoin.push(["signIn", provider(name)]);
  show(name);
  document.addEventListener("click", (event) => {
    const { signIn, signOut } = event.target.dataset ?? {};
    if (signIn) {
      sessionStorage.setItem(KEY, signIn);
      window.rejoin.push(["signIn", provider(signIn)]);
      show(signIn);
    } else if (signOut !== undefined) {
      sessionStorage.removeItem(KEY);
      window.rejoin.push(["signOut"]);
      show(null);
    }
  });
})();
