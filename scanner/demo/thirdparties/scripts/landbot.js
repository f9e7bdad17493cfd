// Landbot's launcher: new Landbot.Livechat({ configUrl }) puts the chat's frame into the corner.
class Livechat {
  constructor({ configUrl }) {
    const box = document.createElement("div");
    box.className = "LandbotLivechat";
    box.style.cssText = "position:fixed;right:20px;bottom:20px;z-index:50;border-radius:16px;overflow:hidden;box-shadow:0 6px 24px #0004";
    document.body.append(box);
    addFrame(configUrl, box, { title: "Chat with us", width: 240, height: 96 });
  }
}
window.Landbot = { Livechat };
document.dispatchEvent(new Event("landbot-ready"));
