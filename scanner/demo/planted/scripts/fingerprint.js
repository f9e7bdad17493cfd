// Canvas, audio and a handful of properties make an identifier, which is kept and sent.
const canvas = document.createElement("canvas");
canvas.width = 240;
canvas.height = 60;
const pen = canvas.getContext("2d");
pen.textBaseline = "alphabetic";
pen.fillStyle = "#f60";
pen.fillRect(100, 1, 62, 20);
pen.fillStyle = "#069";
pen.font = "11pt Arial";
pen.fillText("Cwm fjordbank glyphs vext quiz", 2, 15);
pen.fillStyle = "rgba(102, 204, 0, 0.2)";
pen.font = "18pt Arial";
pen.fillText("Cwm fjordbank glyphs vext quiz", 4, 45);
const drawn = canvas.toDataURL();

const audio = new OfflineAudioContext(1, 5000, 44100);
const tone = audio.createOscillator();
tone.type = "triangle";
tone.frequency.value = 10000;
const squeeze = audio.createDynamicsCompressor();
tone.connect(squeeze);
squeeze.connect(audio.destination);
tone.start(0);
audio.startRendering().then((buffer) => {
  const heard = buffer.getChannelData(0).slice(4500).reduce((sum, sample) => sum + Math.abs(sample), 0);
  const visitor = keepCookie("_vid_t", hex(40), 365 * DAY, "; secure; samesite=lax");
  fetch("https://eu.api.fpjs.io/", { method: "POST", mode: "no-cors", body: JSON.stringify({ visitor, heard, drawn: drawn.length }) });
});
