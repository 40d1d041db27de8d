// Pictures drawn on the spot, so that a trainee needs no files. Each drawing differs a little.

const WIDTH = 960, HEIGHT = 720;
export const SAMPLES = ["pothole", "oil", "tree", "manhole", "flood", "waste", "lamp", "wire", "repaired", "cleared"];

const some = (from, to) => from + Math.random() * (to - from);

function road(g, tone = some(88, 108)) {
  const sky = g.createLinearGradient(0, 0, 0, 280);
  sky.addColorStop(0, `hsl(${some(198, 214)} 60% ${some(66, 76)}%)`);
  sky.addColorStop(1, "#f3ead8");
  g.fillStyle = sky;
  g.fillRect(0, 0, WIDTH, 300);
  for (let x = -40; x < WIDTH; x += some(90, 150)) {
    const height = some(90, 200);
    g.fillStyle = `hsl(${some(15, 50)} ${some(15, 40)}% ${some(58, 80)}%)`;
    g.fillRect(x, 290 - height, some(80, 130), height + 10);
    g.fillStyle = "rgba(60,70,90,.45)";
    for (let y = 300 - height; y < 270; y += 34) for (let n = 12; n < 80; n += 30) g.fillRect(x + n, y, 16, 18);
  }
  g.fillStyle = "#b9b3a6";
  g.fillRect(0, 290, WIDTH, 50);
  g.fillStyle = `rgb(${tone},${tone},${tone + 3})`;
  g.fillRect(0, 335, WIDTH, HEIGHT - 335);
  for (let n = 0; n < 2600; n++) {
    g.fillStyle = `rgba(${Math.random() < 0.5 ? "255,255,255" : "0,0,0"},${some(0.03, 0.14)})`;
    g.fillRect(some(0, WIDTH), some(335, HEIGHT), some(1, 4), some(1, 3));
  }
  g.fillStyle = "#efe9d5";
  const shift = some(-60, 60);
  for (let x = -60; x < WIDTH; x += 230) {
    g.beginPath();
    g.moveTo(x + shift, 470); g.lineTo(x + 120 + shift, 470); g.lineTo(x + 108 + shift, 486); g.lineTo(x - 16 + shift, 486);
    g.fill();
  }
}

function blob(g, x, y, w, h, rough, style) {
  g.beginPath();
  for (let a = 0; a <= 30; a++) {
    const angle = (a / 30) * Math.PI * 2, r = 1 + some(-rough, rough);
    g.lineTo(x + Math.cos(angle) * w * r, y + Math.sin(angle) * h * r);
  }
  g.closePath();
  g.fillStyle = style;
  g.fill();
}

function trunk(g, x, y, length, angle, width) {
  if (width < 3) return;
  const endX = x + Math.cos(angle) * length, endY = y + Math.sin(angle) * length;
  g.strokeStyle = `hsl(28 35% ${some(22, 32)}%)`;
  g.lineWidth = width;
  g.beginPath(); g.moveTo(x, y); g.lineTo(endX, endY); g.stroke();
  if (width < 16) blob(g, endX, endY, some(28, 60), some(22, 44), 0.25, `hsl(${some(95, 130)} 42% ${some(24, 40)}%)`);
  for (const turn of [-0.5, 0.45]) trunk(g, endX, endY, length * some(0.55, 0.75), angle + turn * some(0.6, 1.2), width * 0.58);
}

const DRAW = {
  pothole(g) {
    road(g);
    const x = some(380, 600), y = some(540, 610);
    blob(g, x, y, 190, 70, 0.16, "#4a443c");
    blob(g, x + 8, y + 8, 150, 50, 0.18, "#2b2723");
    blob(g, x + 20, y + 20, 90, 22, 0.15, "#6d6a5c");
  },
  oil(g) {
    road(g);
    const x = some(350, 560), y = some(560, 610);
    const sheen = g.createLinearGradient(x - 260, y, x + 260, y + 60);
    ["#1c1b22", "#3b2a55", "#1f4a5a", "#3f5226", "#5a3a1c", "#17161b"].forEach((tone, index) => sheen.addColorStop(index / 5, tone));
    blob(g, x, y, 290, 78, 0.12, sheen);
    blob(g, x + some(180, 260), y - 50, 120, 26, 0.2, "#24222a");
  },
  tree(g) {
    road(g);
    trunk(g, some(20, 110), some(600, 660), 330, some(-0.32, -0.16), 64);
  },
  manhole(g) {
    road(g);
    const x = some(400, 560), y = some(550, 600);
    blob(g, x, y, 150, 58, 0.02, "#77716a");
    blob(g, x, y + 4, 128, 47, 0.02, "#0d0d0f");
    g.save(); g.translate(x + 220, y + 30); g.rotate(some(-0.3, 0.2));
    blob(g, 0, 0, 128, 44, 0.02, "#5d5a57");
    g.strokeStyle = "#3c3a38"; g.lineWidth = 5;
    for (let n = -90; n <= 90; n += 30) { g.beginPath(); g.moveTo(n, -28); g.lineTo(n, 28); g.stroke(); }
    g.restore();
  },
  flood(g) {
    road(g);
    const water = g.createLinearGradient(0, 380, 0, HEIGHT);
    water.addColorStop(0, "#a39273"); water.addColorStop(1, "#6f6248");
    g.fillStyle = water; g.fillRect(0, some(360, 400), WIDTH, HEIGHT);
    g.strokeStyle = "rgba(255,255,255,.35)"; g.lineWidth = 3;
    for (let n = 0; n < 60; n++) { const x = some(0, WIDTH), y = some(410, HEIGHT); g.beginPath(); g.moveTo(x, y); g.quadraticCurveTo(x + 40, y - 8, x + some(60, 110), y); g.stroke(); }
  },
  waste(g) {
    road(g);
    for (let n = 0; n < 26; n++) blob(g, some(220, 740), some(430, 640), some(36, 84), some(30, 62), 0.18, `hsl(${some(0, 360)} ${some(5, 45)}% ${some(14, 62)}%)`);
  },
  lamp(g) {
    g.fillStyle = "#0e1524"; g.fillRect(0, 0, WIDTH, HEIGHT);
    g.fillStyle = "#191d26"; g.fillRect(0, 470, WIDTH, 250);
    for (let x = 0; x < WIDTH; x += 120) { g.fillStyle = `hsl(225 20% ${some(9, 15)}%)`; g.fillRect(x, some(180, 330), 110, 300); if (Math.random() < 0.4) { g.fillStyle = "#caa24a"; g.fillRect(x + 30, 380, 18, 22); } }
    const x = some(360, 600);
    g.fillStyle = "#39404d"; g.fillRect(x, 90, 16, 470); g.fillRect(x, 90, 150, 12); g.fillStyle = "#565d69"; g.fillRect(x + 120, 96, 64, 22);
  },
  wire(g) {
    road(g);
    const x = some(620, 760);
    g.save(); g.translate(x, 560); g.rotate(some(-0.34, -0.2)); g.fillStyle = "#9b958a"; g.fillRect(-18, -520, 36, 540); g.fillRect(-110, -480, 220, 18); g.restore();
    g.strokeStyle = "#15151a"; g.lineWidth = 5;
    for (let n = 0; n < 9; n++) { g.beginPath(); g.moveTo(0, some(60, 190)); g.bezierCurveTo(200, some(300, 640), 460, some(200, 620), x - 130, some(90, 190)); g.stroke(); }
  },
  repaired(g) {
    road(g, some(96, 112));
    g.fillStyle = "#3a3a3f"; g.beginPath();
    g.moveTo(some(240, 300), 520); g.lineTo(some(660, 740), 516); g.lineTo(some(740, 800), some(640, 670)); g.lineTo(some(170, 220), some(640, 670)); g.fill();
    for (const x of [170, 800]) { g.fillStyle = "#e4611a"; g.beginPath(); g.moveTo(x, 440); g.lineTo(x + 36, 560); g.lineTo(x - 36, 560); g.fill(); g.fillStyle = "#fff"; g.fillRect(x - 20, 498, 40, 16); }
  },
  cleared(g) {
    road(g, some(112, 126));
    g.fillStyle = "rgba(255,255,255,.25)";
    for (let n = 0; n < 14; n++) g.fillRect(some(0, WIDTH), some(380, 690), some(90, 220), 5);
    for (let x = 40; x < WIDTH; x += 170) { blob(g, x, 300, 60, 40, 0.2, `hsl(${some(95, 125)} 40% 38%)`); g.fillStyle = "#5c4630"; g.fillRect(x - 6, 318, 12, 34); }
  },
};

function paint(kind) {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const g = canvas.getContext("2d");
  g.lineCap = "round";
  DRAW[kind](g);
  return canvas;
}

export function samplePhoto(kind) {
  const canvas = paint(kind);
  // Not toBlob: Chromium puts that off for seconds while the page is busy.
  const file = () => {
    const coded = atob(canvas.toDataURL("image/jpeg", 0.86).split(",")[1]);
    return new File([Uint8Array.from(coded, (char) => char.charCodeAt(0))], `${kind}.jpg`, { type: "image/jpeg" });
  };
  return { canvas, file };
}

export async function sampleVideo() {
  const still = paint("flood");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [480, 360];
  const g = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(15));
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  const ended = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  for (let n = 0; n < 22; n++) {
    g.drawImage(still, n * 2, n, WIDTH - 60, HEIGHT - 40, 0, 0, 480, 360);
    await new Promise((resolve) => setTimeout(resolve, 66));
  }
  recorder.stop();
  await ended;
  return new File(parts, "flood.webm", { type: "video/webm" });
}

// Two seconds of a soft hum, as a WAV file.
export function sampleSound() {
  const rate = 8000, count = rate * 2;
  const view = new DataView(new ArrayBuffer(44 + count));
  const word = (at, text) => [...text].forEach((char, index) => view.setUint8(at + index, char.charCodeAt(0)));
  word(0, "RIFF"); view.setUint32(4, 36 + count, true); word(8, "WAVEfmt "); view.setUint32(16, 16, true); view.setUint16(20, 1, true);
  view.setUint16(22, 1, true); view.setUint32(24, rate, true); view.setUint32(28, rate, true); view.setUint16(32, 1, true); view.setUint16(34, 8, true);
  word(36, "data"); view.setUint32(40, count, true);
  const pitch = some(180, 320);
  for (let n = 0; n < count; n++) view.setUint8(44 + n, 128 + 40 * Math.sin((n / rate) * pitch * 6.283) * Math.sin((n / count) * Math.PI));
  return new File([view.buffer], "voice.wav", { type: "audio/wav" });
}
