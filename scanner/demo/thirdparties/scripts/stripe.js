// Stripe.js: two ids against fraud, the frame that looks at the browser, and the card field.
const attributes = "; secure; samesite=strict";
keepCookie("__stripe_mid", crypto.randomUUID() + hex(6), 365 * DAY, attributes);
writeCookie("__stripe_sid", crypto.randomUUID() + hex(6), 1800, attributes);
addFrame("https://m.stripe.network/inner.html", document.body);

window.Stripe = () => ({
  mountCard(target) {
    const field = document.createElement("div");
    field.className = "card-field";
    field.textContent = "4242 4242 4242 4242 · 12/30 · 123";
    target.replaceChildren(field);
  },
});
document.dispatchEvent(new Event("stripe-ready"));
