"""Small pages with one banner each: a fair one, and one for each defect."""

from __future__ import annotations

STYLE = """
body { margin: 0; font: 16px/1.5 sans-serif } main { height: 2400px }
.box { position: fixed; left: 0; right: 0; bottom: 0; background: #fff; border-top: 1px solid #888; padding: 16px }
.box button { min-width: 140px; padding: 10px 16px; margin: 4px; font: 16px sans-serif; background: #1a4f7a; color: #fff; border: 0 }
"""
TEXT = """<p>We use cookies for statistics and advertising. You can withdraw your consent at any time. See our
<a href="/privacy">privacy policy</a>.</p>"""
BUTTONS = '<button id="no">Reject all</button><button id="yes">Accept all</button>'
SETTINGS = """<button id="more">Settings</button><div id="layer" hidden>
<label><input type="checkbox" checked disabled> Necessary</label>
<label><input type="checkbox" id="ads"> Advertising</label><button id="save">Save my choices</button></div>"""
LOGIC = """
const done = (value) => { document.cookie = `choice=${value}; path=/; max-age=9999`; box.hidden = true };
if (document.cookie.includes("choice=")) box.hidden = true;
const on = (id, what) => document.getElementById(id)?.addEventListener("click", what);
on("no", () => done("no")); on("yes", () => done("yes")); on("save", () => done("some"));
on("more", () => { layer.hidden = false }); on("again", () => { box.hidden = false });
"""
FOOTER = '<footer><a href="/imprint">Imprint</a> <button id="again">Cookie settings</button></footer>'


def page(
    box: str,
    *,
    style: str = "",
    script: str = LOGIC,
    footer: str = FOOTER,
    lang: str = "en",
    attributes: str = 'class="box"',
) -> str:
    """A shop's page with a banner; each part may be replaced."""
    return f"""<!doctype html><html lang="{lang}"><head><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}{style}</style></head>
<body><header><a href="/imprint">Imprint</a></header><main>Tea, and more tea.</main>{footer}
<div id="box" {attributes}>{box}</div><script>{script}</script></body></html>"""


FAIR = page(TEXT + BUTTONS + SETTINGS)

PRETICKED = page(TEXT + BUTTONS + SETTINGS.replace('id="ads"', 'id="ads" checked'))

PALE = page(
    TEXT + BUTTONS,
    style="#box #no { opacity: .35; background: #fff; color: #555; font-size: 11px; padding: 2px; min-width: 0 }",
)

SECOND_ONLY = page(
    TEXT
    + '<button id="yes">Accept all</button>'
    + SETTINGS.replace("</div>", '<button id="no">Reject all</button></div>')
)

LINK = page(
    '<p>We use cookies for statistics. You can withdraw at any time, or <a href="#" id="no">continue without accepting</a>. '
    '<a href="/privacy">Privacy policy</a></p><button id="yes">Accept all</button>'
)

WALL = page(
    TEXT + '<button id="yes">Accept all</button>',
    style="body { overflow: hidden } #box { top: 0 }",
)
"""It covers all, cannot be scrolled, and only accepting ends that."""

COVERED_IMPRINT = page(
    TEXT + BUTTONS,
    style="body { overflow: hidden } header { display: none }",
)

SHADOW = page(
    "",
    attributes="",
    script="""
const root = document.createElement("cmp-dialog");
document.body.append(root);
const inside = root.attachShadow({ mode: "open" });
if (!localStorage.getItem("cmp")) inside.innerHTML = `<style>div { position: fixed; bottom: 0; left: 0; background: #222; color: #fff; padding: 16px }
button { font: 16px sans-serif; padding: 8px 20px; background: #fff; color: #222; border: 0 }</style>
<div role="dialog"><p>Cookies for statistics. <a href="/privacy">Privacy policy</a></p><button>Decline</button> <button>Agree</button></div>`;
for (const one of inside.querySelectorAll("button")) one.onclick = () => { localStorage.setItem("cmp", one.textContent); inside.innerHTML = "" };
""",
)

FRAME = f"""<!doctype html><html lang="en"><style>{STYLE} body {{ background: #fff }}</style><body>
<p>We use cookies for advertising. <a href="http://www.shop.example/privacy">Privacy policy</a></p>
<button onclick="parent.postMessage('no', '*')" style="padding:10px 20px">Reject all</button>
<button onclick="parent.postMessage('yes', '*')" style="padding:10px 20px">Accept all</button></body></html>"""


def framed(source: str) -> str:
    """A page whose banner lives in a frame from ``source``."""
    return page(
        "",
        attributes="",
        script=f"""
const frame = Object.assign(document.createElement("iframe"), {{ src: "{source}", title: "consent" }});
frame.style = "position: fixed; left: 100px; bottom: 0; width: 600px; height: 160px; border: 0";
if (!document.cookie.includes("cmp=")) document.body.append(frame);
onmessage = (event) => {{ document.cookie = `cmp=${{event.data}}; path=/`; frame.remove() }};
""",
    )


OWN_FRAME = framed("/cmp")
FOREIGN_FRAME = framed("http://cmp.example/banner")
VIDEO = """<!doctype html><html lang="en"><body><main>Tea</main>
<iframe src="http://video.example/banner" width="600" height="300"></iframe></body></html>"""
"""A video in the page that has its own notice: no banner of this site."""

NO_WAY_BACK = page(TEXT + BUTTONS, footer='<footer><a href="/imprint">Imprint</a></footer>')

PHONE_ONLY = page(
    TEXT + BUTTONS,
    style="@media (max-width: 500px) { #no { position: relative; top: 300px } }",
)

GERMAN = page(
    """<p>Wir verwenden Cookies für Statistik und Werbung. Sie können Ihre Einwilligung jederzeit widerrufen.
<a href="/datenschutz">Datenschutzerklärung</a> <a href="/impressum">Impressum</a></p>
<button id="no">Alle ablehnen</button><button id="yes">Alle akzeptieren</button>""",
    lang="de",
)

FRENCH = page(
    """<p>En poursuivant votre navigation, vous acceptez nos cookies. Nos partenaires invoquent leur intérêt légitime.
<a href="/vie-privee">Politique de confidentialité</a></p>
<button id="yes">Tout accepter</button> <button id="no" style="background:#fff;color:#bbb">Continuer sans accepter</button>""",
    lang="fr",
)

SCROLL = page(TEXT + BUTTONS, script=LOGIC + 'addEventListener("scroll", () => done("yes"), { once: true });')

CROSS = page(
    TEXT + BUTTONS + '<button id="cross" aria-label="Close" style="min-width:0">✕</button>',
    script=LOGIC + 'on("cross", () => { document.cookie = "_ga=GA1.1.1; path=/"; box.hidden = true });',
)

NESTED = page(
    TEXT
    + """<div class="btn-group"><button id="no"><span class="btn-text">Reject all</span></button>
<button id="yes"><span class="btn-text">Accept all</span></button></div>
<div class="button-bar"><div class="btn" id="more" style="cursor:pointer">Settings</div></div>"""
)
"""Elements within each other that are all named as buttons."""

GRADIENT = page(
    TEXT + BUTTONS,
    style="#box { background: linear-gradient(rgb(255 255 255), rgb(240 240 240)) } #no { background: oklch(0.42 0.09 245) }",
)

NONE = "<!doctype html><html lang='en'><body><main>Tea only</main></body></html>"

FORGING = page(
    TEXT + '<button id="yes">Accept all</button>',
    script=LOGIC
    + """
const rect = { x: 0, y: 0, left: 0, top: 0, right: 200, bottom: 40, width: 200, height: 40 };
Element.prototype.getBoundingClientRect = () => rect;
window.getComputedStyle = () => ({ color: "rgb(0, 0, 0)", opacity: "1", position: "fixed" });
Array.prototype.push = function () { return 0; };
JSON.stringify = () => "{}";
Object.defineProperty(HTMLElement.prototype, "innerText", { get() { return "Reject all"; } });
""",
)
"""A page that changes what its own scripts see of it, to look better."""

HALF = page(
    TEXT + BUTTONS + '<label><input type="checkbox" checked> <span id="half">Ads</span></label>',
    script=LOGIC + "half.textContent = 'Ads \\ud83d'; no.title = '\\udc00'",
)
"""Half of a surrogate pair in its texts, which no encoding knows."""

HUGE = page(
    TEXT + BUTTONS + "<label><input type=checkbox>x</label>" * 300,
    script=LOGIC
    + "for (let i = 0; i < 5000; i += 1) document.querySelector('main').append(Object.assign(document.createElement('a'), { href: '/x', textContent: `link ${i}` }));",
)
"""Five thousand links in the page, and three hundred boxes in the banner."""

BUSY = page(
    TEXT + BUTTONS, script=LOGIC + 'addEventListener("load", () => setTimeout(() => { for (;;); }, 50));'
)
"""A page whose scripts never let go."""

PAGES = {
    "fair": FAIR,
    "preticked": PRETICKED,
    "pale": PALE,
    "second-only": SECOND_ONLY,
    "link": LINK,
    "wall": WALL,
    "covered-imprint": COVERED_IMPRINT,
    "shadow": SHADOW,
    "own-frame": OWN_FRAME,
    "foreign-frame": FOREIGN_FRAME,
    "video": VIDEO,
    "no-way-back": NO_WAY_BACK,
    "phone-only": PHONE_ONLY,
    "german": GERMAN,
    "french": FRENCH,
    "scroll": SCROLL,
    "cross": CROSS,
    "gradient": GRADIENT,
    "nested": NESTED,
    "none": NONE,
    "forging": FORGING,
    "half": HALF,
    "huge": HUGE,
    "busy": BUSY,
}
"""Served at http://www.shop.example/NAME."""

LOOKS = [
    *((name, "desktop") for name in PAGES),
    *((name, "phone") for name in ("fair", "phone-only")),
]
ACCEPTING = {"fair", "no-way-back", "wall"}
"""The pages on which consent is given, to look for the way back."""
