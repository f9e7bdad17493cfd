fetch("https://m.stripe.com/6", { method: "POST", body: btoa(navigator.userAgent), credentials: "include", mode: "no-cors" });
