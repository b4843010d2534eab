// A map of hexagons on empty ground: no tile is asked for. North is up, by Mercator's projection.

import {colour, draw} from "./draw.js";

const WIDTH = 1000, MARGIN = 30;

export class CityMap {
  constructor(svg, clicked) {
    this.svg = svg;
    this.marks = [];
    svg.addEventListener("click", event => {
      if (this.bounds) clicked(this.placeAt(event.clientX, event.clientY));
    });
  }

  show(cells) {
    this.cells = cells.filter(cell => cell.ring);
    const points = this.cells.flatMap(cell => cell.ring.map(([lon, lat]) => [lon, northing(lat)]));
    this.bounds = points.length ? extent(points) : null;
    this.most = Math.max(1, ...this.cells.flatMap(cell => cell.people));
    this.shapes = this.cells.map(cell => {
      const ring = cell.ring.map(([lon, lat]) => this.position([lat, lon]).map(value => value.toFixed(1)).join());
      return draw("path", {d: `M${ring.join("L")}Z`}, draw("title"));
    });
    if (this.bounds) this.svg.setAttribute("viewBox", `0 0 ${WIDTH} ${this.height()}`);
    this.dots = draw("g");
    this.svg.replaceChildren(draw("g", {}, ...this.shapes), this.dots);
  }

  // Colour the cells of an hour, and outline some.
  hour(hour, outlined, says) {
    this.cells.forEach((cell, n) => {
      const shape = this.shapes[n], people = cell.people[hour], hot = outlined.has(cell);
      shape.setAttribute("fill", people === null ? "#ececec" : colour(people / this.most));
      shape.setAttribute("class", hot ? "hot" : "");
      shape.firstChild.textContent = people === null ? cell.name : `${cell.name}: ${says(people)}`;
      if (hot) shape.parentNode.append(shape);  // above its neighbours' lines
    });
  }

  // Mark places: each has a location, a name, a class, and a size from 0 to 1.
  mark(places) {
    if (!this.bounds) return;
    this.dots.replaceChildren(...places.map(place => {
      const [x, y] = this.position(place.location);
      const dot = {class: place.class, cx: x, cy: y, r: 7 + 12 * Math.sqrt(place.size ?? 0)};
      return draw("circle", dot, draw("title", {}, place.name));
    }));
  }

  position([lat, lon]) {
    const {west, north, unit} = this.bounds;
    return [MARGIN + (lon - west) * unit, MARGIN + (north - northing(lat)) * unit];
  }

  height() {
    const {south, north, unit} = this.bounds;
    return Math.round((north - south) * unit + 2 * MARGIN);
  }

  placeAt(x, y) {
    const point = new DOMPoint(x, y).matrixTransform(this.svg.getScreenCTM().inverse());
    const {west, north, unit} = this.bounds;
    const rounded = value => Math.round(value * 1e5) / 1e5;
    return [latitude(north - (point.y - MARGIN) / unit), west + (point.x - MARGIN) / unit].map(rounded);
  }
}

const RADIANS = Math.PI / 180;
const northing = lat => Math.log(Math.tan(Math.PI / 4 + lat * RADIANS / 2)) / RADIANS;
const latitude = north => (2 * Math.atan(Math.exp(north * RADIANS)) - Math.PI / 2) / RADIANS;

function extent(points) {
  const [x, y] = [0, 1].map(n => points.map(point => point[n]));
  const [west, east, south, north] = [Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)];
  return {west, south, north, unit: (WIDTH - 2 * MARGIN) / (Math.max(east - west, north - south) || 1)};
}
