// Who writes cookies from scripts, and whether the browser took them.
{
  const access = getOwnPropertyDescriptor(Document.prototype, "cookie");
  wrap(Document.prototype, "cookie", {
    accessor: true,
    after(self, args) {
      const line = text(args[0]);
      const end = indexOf(line, ";");
      const pair = trim(end < 0 ? line : slice(line, 0, end));
      const stored = includes(`; ${apply(access.get, self, [])}; `, `; ${pair}; `);
      send("cookie", { api: "document.cookie", line, stored, stack: stackOf() });
    },
  });

  const store = globalThis.CookieStore && CookieStore.prototype;
  wrap(store, "set", {
    before(self, args) {
      const first = args[0];
      const options = typeof first === "object" && first !== null ? first : { name: first, value: args[1] };
      let line = `${options.name}=${options.value}; Path=${options.path ?? "/"}; Secure`;
      line += `; SameSite=${options.sameSite ?? "strict"}`;
      if (options.domain) line += `; Domain=${options.domain}`;
      if (options.partitioned) line += "; Partitioned";
      const seconds = options.expires == null ? null : (Number(options.expires) - now()) / 1000;
      send("cookie", { api: "cookieStore", line, seconds, stored: null, stack: stackOf() });
    },
  });
}
