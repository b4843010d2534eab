// Elements and small pictures. Text is set as text: nothing that the graph holds becomes markup.

const SVG = "http://www.w3.org/2000/svg";
// Cividis, as the other pages have it.
const AMOUNTS = ["#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#fee838"];

export function make(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function draw(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.map(plain));
  return element;
}

const plain = child => child instanceof Node ? child : String(child ?? "");

// The colour of an amount, from 0 to 1; roots are told, so that few can be told from nothing.
export function colour(part) {
  const place = Math.sqrt(Math.max(0, Math.min(1, part))) * (AMOUNTS.length - 1);
  const below = Math.min(Math.floor(place), AMOUNTS.length - 2), rest = place - below;
  const channel = (text, n) => parseInt(text.slice(1 + 2 * n, 3 + 2 * n), 16);
  const mixed = [0, 1, 2].map(n => Math.round(
    channel(AMOUNTS[below], n) * (1 - rest) + channel(AMOUNTS[below + 1], n) * rest));
  return `rgb(${mixed.join()})`;
}

export function scale(few, many) {
  const steps = Array.from({length: 40}, (_, n) =>
    draw("rect", {x: n, y: 0, width: 1.05, height: 1, fill: colour((n / 39) ** 2)}));
  const strip = draw("svg", {viewBox: "0 0 40 1", preserveAspectRatio: "none"}, ...steps);
  return [make("span", {}, few), strip, make("span", {}, many)];
}

// A bar of parts, those below 0 to the left of the line; `low` and `high` bound all bars of a list.
export function bar(parts, colours, low, high, names = []) {
  const width = high - low || 1, at = value => 1000 * (value - low) / width;
  let left = 0, right = 0;
  const shapes = parts.map((value, n) => {
    const from = value < 0 ? left += value : (right += value) - value;
    return draw("rect", {x: at(from), y: 1, width: 1000 * Math.abs(value) / width, height: 12, fill: colours[n % colours.length]},
      ...(names[n] ? [draw("title", {}, `${names[n]}: ${signed(value)}`)] : []));
  });
  const line = draw("line", {x1: at(0), x2: at(0), y1: 0, y2: 14, stroke: "#1a1a1a", "stroke-width": 2});
  return draw("svg", {viewBox: "0 0 1000 14", preserveAspectRatio: "none", "aria-hidden": "true"}, ...shapes, line);
}

export function bounds(rows) {
  const sums = sign => rows.map(parts => parts.filter(value => value * sign > 0).reduce((a, b) => a + b, 0));
  return [Math.min(0, ...sums(-1)), Math.max(0, ...sums(1))];
}

export const signed = value => (value > 0 ? "+" : "") + value.toFixed(2);

// A list of names with amounts; each `row` has a name, a value, and words for it.
export function amounts(rows, colours) {
  const most = Math.max(...rows.map(row => row.value), 0);
  return rows.map((row, n) => make("li", {},
    make("span", {class: "name", title: row.name}, row.name),
    bar([row.value], [colours[n % colours.length]], 0, most),
    make("span", {class: "value"}, row.says)));
}

// A table whose cells have colours for amounts; those of null are empty.
export function grid(says, columns, names, rows, words) {
  const most = Math.max(...rows.flat().map(value => value ?? 0), 1e-12);
  const head = make("tr", {}, make("td"), ...columns.map(column => make("th", {scope: "col"}, column)));
  const body = rows.map((row, n) => make("tr", {}, make("th", {scope: "row", title: names[n]}, names[n]),
    ...row.map((value, column) => {
      const told = value === null ? "" : words(value);
      const shape = value === null ? [] : [draw("svg", {role: "img", "aria-label": told, viewBox: "0 0 1 1", preserveAspectRatio: "none"},
        draw("title", {}, `${names[n]}, ${columns[column]}: ${told}`),
        draw("rect", {width: 1, height: 1, fill: colour(value / most)}))];
      return make("td", {}, ...shape);
    })));
  const table = make("table", {class: "grid", "aria-label": says}, make("thead", {}, head), make("tbody", {}, ...body));
  return make("div", {class: "wide", tabindex: 0, role: "region", "aria-label": says}, table);
}
