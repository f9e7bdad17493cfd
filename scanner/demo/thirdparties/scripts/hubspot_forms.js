// HubSpot Forms: the page calls hbspt.forms.create, the form is drawn in the place that it names.
const field = (label, type, name) => {
  const row = document.createElement("label");
  row.append(label);
  const input = document.createElement("input");
  input.type = type;
  input.name = name;
  row.append(input);
  return row;
};

const create = ({ portalId, formId, target }) => {
  const form = document.createElement("form");
  form.className = "hs-form";
  const send = document.createElement("button");
  send.textContent = "Subscribe";
  form.append(field("Email", "email", "email"), send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    navigator.sendBeacon(`https://forms.hsforms.com/submissions/v3/public/submit/formsnext/multipart/${portalId}/${formId}`, new FormData(form));
    form.textContent = "Thank you. The first letter comes on the first of the month.";
  });
  document.querySelector(target)?.replaceChildren(form);
  sendPixel("https://forms.hsforms.com/embed/v3/counters.gif", { key: "collected-forms-embed-js-form-shown", value: "1" });
};

window.hbspt = { forms: { create } };
document.dispatchEvent(new Event("hs-forms-ready"));
