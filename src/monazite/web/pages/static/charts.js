// Draws the charts of a page from the specifications that stand in it, by the engine that draws files on the server, and
// lets them answer a pointer. Where no script runs, the page shows those files.
const KEPT = new WeakMap(); // by its place on the page: a chart, its specification, and how far it is zoomed
const MAPS = new Map(); // the world maps asked for
const FONT = '"Monazite Sans", sans-serif';
const fonts = document.fonts.load(`12px ${FONT}`); // labels are laid out by the width of their letters

const add = (parent, kind, what) => parent.appendChild(Object.assign(document.createElement(kind), what));
const tip = add(document.createElement("div"), "div", { className: "tip", role: "tooltip", hidden: true });
const hide = () => {
  tip.hidden = true;
  document.querySelectorAll(".hair").forEach((hair) => { hair.hidden = true; });
};

function begin(spot) {
  const label = spot.parentElement.getAttribute("aria-label");
  const tools = add(spot, "p", { className: "zoom" });
  const picture = add(spot, "div", { className: "picture", role: "img", ariaLabel: label });
  picture.setAttribute("aria-describedby", spot.id.replace(/drawn$/, "told"));
  const sheet = add(picture, "div", { className: "sheet" });
  const chart = echarts.init(sheet, null, { renderer: "svg", width: 860, height: 100 });
  const one = { spot, chart, tools, picture, sheet, hair: add(sheet, "div", { className: "hair", hidden: true }) };
  for (const [text, what, factor] of [["+", "Zoom in", 1.6], ["−", "Zoom out", 1 / 1.6], ["Whole", "Zoom to the whole", 0]]) {
    const button = add(tools, "button", { type: "button", textContent: text, ariaLabel: `${what}: ${label}` });
    button.addEventListener("click", () => zoom(one, factor));
  }
  answer(one);
  KEPT.set(spot, one);
  return one;
}

function draw(spot, text) {
  const one = KEPT.get(spot) ?? begin(spot);
  if (one.text === text) return;
  const { option, width, height } = JSON.parse(text.replaceAll('"fontFamily":"sans-serif"', `"fontFamily":${JSON.stringify(FONT)}`));
  option.graphic?.forEach((mark, n) => { mark.id = `${n}`; });
  Object.assign(one, { text, option, zoomed: false });
  one.picture.style.aspectRatio = `${width} / ${height}`;
  one.tools.hidden = !(option.geo || option.dataZoom);
  if (one.chart.getHeight() !== height) one.chart.resize({ width, height, silent: true });
  one.chart.setOption(option, true);
  if (option.geo) one.buyer = named(one);
}

// What is in the window is drawn at once, the rest when the page has been shown, what is folded when it is opened.
let turn = 0;
async function drawAll() {
  const mine = ++turn;
  const done = document.body.dataset;
  delete done.drawn;
  await fonts;
  const seen = [...document.querySelectorAll(".drawn")].filter((spot) => spot.checkVisibility());
  const spots = seen.map((spot) => [spot.getBoundingClientRect().top > innerHeight, spot]);
  for (const [later, spot] of spots.sort(([a], [b]) => a - b)) {
    if (later) {
      done.drawn = "window";
      await new Promise((shown) => { setTimeout(shown); });
    }
    if (mine !== turn) return;
    const text = spot.nextElementSibling.textContent;
    try {
      const [name, address] = JSON.parse(text).ground;
      if (name && !MAPS.has(name)) MAPS.set(name, fetch(address).then((r) => r.json()).then((map) => echarts.registerMap(name, map)));
      if (name) await MAPS.get(name);
      draw(spot, text);
    } catch (error) {
      MAPS.clear();
      KEPT.delete(spot);
      spot.textContent = "This picture could not be drawn here. Its files below hold it.";
      console.error(error);
    }
  }
  done.drawn = "all";
}

// What is below the pointer tells of itself, or else the name or year beside which it is.
function answer(one) {
  const { chart, picture, tools } = one;
  let told = "";
  chart.on("mousemove", (at) => { told = at.data?.tip ?? at.info?.tip ?? at.region?.tip ?? ""; });
  chart.getZr().on("mousemove", ({ offsetX, offsetY }) => queueMicrotask(() => { // once the chart has told
    show(one, offsetX, offsetY, told || beside(one, offsetX, offsetY));
    told = "";
  }));
  chart.getZr().on("globalout", hide);
  chart.on("georoam", () => settle(one));
  chart.on("datazoom", () => settle(one));
  // a wheel turned without Ctrl scrolls the page
  for (const kind of ["wheel", "mousewheel"]) {
    picture.addEventListener(kind, (event) => event.ctrlKey || event.stopPropagation(), { capture: true });
  }
  tools.addEventListener("keydown", (event) => {
    const [x, y] = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [];
    if (x === undefined || !one.zoomed) return;
    event.preventDefault();
    if (one.option.geo) chart.dispatchAction({ type: "geoRoam", componentType: "geo", geoIndex: 0, dx: 80 * x, dy: 80 * y });
    else span(one, 1, -0.2 * x);
  });
}

function beside({ chart, option, hair, picture }, x, y) {
  const [years] = [option.xAxis ?? []].flat();
  hair.hidden = true;
  if (years?.tips && chart.containPixel("grid", [x, y])) {
    const n = chart.convertFromPixel({ xAxisIndex: 0 }, x);
    const { top, bottom } = option.grid;
    hair.hidden = false;
    Object.assign(hair.style, {
      left: `${chart.convertToPixel({ xAxisIndex: 0 }, n)}px`, top: `${top}px`, height: `${chart.getHeight() - top - bottom}px`,
    });
    return years.tips[n];
  }
  const { top, bottom } = option.grid;
  if (option.yAxis?.tips && y > top && y < chart.getHeight() - bottom) return option.yAxis.tips[chart.convertFromPixel({ yAxisIndex: 0 }, y)];
  return "";
}

function show({ spot, picture }, x, y, text) {
  tip.hidden = !text;
  if (!text) return;
  if (tip.parentElement !== spot) spot.append(tip);
  tip.textContent = text;
  const frame = picture.getBoundingClientRect();
  const [left, top] = [frame.left + (x * frame.width) / 860, frame.top + (y * frame.width) / 860];
  const above = top - tip.offsetHeight - 12;
  tip.style.left = `${Math.max(8, Math.min(left + 12, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${above < 8 ? top + 20 : above}px`;
}

function zoom(one, factor) {
  const { chart, option } = one;
  if (option.dataZoom) span(one, factor || 0);
  else if (!factor) { chart.setOption({ geo: { zoom: 1, center: null } }); settle(one); }
  else {
    const { top, width, height } = option.geo;
    let [x, y] = one.buyer;
    if (x < 0 || x > width || y < top || y > top + height) [x, y] = [width / 2, top + height / 2];
    chart.dispatchAction({ type: "geoRoam", componentType: "geo", geoIndex: 0, zoom: factor, originX: x, originY: y });
  }
}

function span({ chart }, factor, shift = 0) {
  const { start, end } = chart.getOption().dataZoom[0];
  const half = factor ? Math.min(50, (end - start) / 2 / factor) : 50;
  const middle = Math.max(half, Math.min(100 - half, (start + end) / 2 + 2 * half * shift));
  chart.dispatchAction({ type: "dataZoom", dataZoomIndex: 0, start: middle - half, end: middle + half });
}

// What is zoomed can be dragged, and what is not lets the page scroll below a finger.
function settle(one) {
  const { chart, option } = one;
  const now = chart.getOption();
  hide();
  if (option.dataZoom) {
    one.zoomed = now.dataZoom[0].end - now.dataZoom[0].start < 99.9;
    const named = one.zoomed ? { interval: "auto", customValues: null } : option.xAxis[0].axisLabel;
    chart.setOption({ xAxis: [{ axisLabel: named }, {}], dataZoom: [{ moveOnMouseMove: one.zoomed }] });
    return;
  }
  one.zoomed = now.geo[0].zoom > 1.001;
  const whole = one.zoomed ? {} : { zoom: 1, center: null };
  chart.setOption({ geo: { ...whole, roam: one.zoomed || "scale", clip: one.zoomed } });
  const { boundingCoords: [northwest, southeast], top, width } = option.geo;
  const [from, to] = [northwest, southeast].map((corner) => chart.convertToPixel("geo", corner));
  const by = (to[0] - from[0]) / width;
  const names = [];
  const graphic = option.graphic.map(({ id, info }) => {
    if (!info?.at) return { id };
    const [x, y] = [from[0] + by * info.at[0] - info.at[0], from[1] + by * (info.at[1] - top) - info.at[1]];
    let ignore = y + info.at[1] < top;
    if (info.box) {
      const box = [x + info.box[0], y + info.box[1], info.box[2], info.box[3], info.at];
      ignore = box[1] < top || names.some((other) => covers(box, other));
      if (!ignore) names.push(box);
    }
    return { id, x, y, ignore };
  });
  one.buyer = named(one).map((v, n) => from[n] + by * (v - [0, top][n]));
  chart.setOption({ graphic: [...graphic, { ...COVER, id: "cover", shape: { width, height: top }, ignore: !one.zoomed }] });
}

// Arcs know no edge of the map: what keeps them from the key above it.
const COVER = { type: "rect", silent: true, z: 10, style: { fill: "#ffffff" } };
const named = ({ option }) => option.graphic.find(({ info }) => info?.box)?.info.at ?? [-1, -1];
const covers = ([x, y, w, h, at], [left, top, wide, high, other]) => (
  `${at}` !== `${other}` && x < left + wide && left < x + w && y < top + high && top < y + h
);

document.addEventListener("keydown", ({ key }) => { if (key === "Escape") hide(); });
document.addEventListener("pointerdown", ({ target }) => { if (!target.closest?.(".picture")) hide(); });
document.addEventListener("scroll", hide, { capture: true, passive: true });
document.addEventListener("toggle", ({ target }) => { if (target.matches(".part[open]")) drawAll(); }, { capture: true });
document.addEventListener("htmx:after:swap", () => { hide(); drawAll(); });
drawAll();
