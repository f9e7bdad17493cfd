// The card field is drawn by the payment service.
(() => {
  const place = document.querySelector("[data-card]");
  const mount = () => window.Stripe("pk_test_larkspur").mountCard(place);
  if (window.Stripe) {
    mount();
  } else {
    document.addEventListener("stripe-ready", mount);
  }
})();
