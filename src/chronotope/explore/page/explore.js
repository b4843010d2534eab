// The live page: what is asked, and where the answers are shown.

import {amounts, bar, bounds, grid, make, draw, scale, signed} from "./draw.js";
import {ask, whenGone} from "./ask.js";
import {CityMap} from "./map.js";
import {finder} from "./finder.js";

const at = id => document.getElementById(id);
const HOT = 3, LISTED = 8;  // the busiest cells: outlined, and in words
const HOURS = Array.from({length: 24}, (_, hour) => String(hour));

let words = {}, colours = [], writes = false;
let city = null, about = null, recommended = [];
const asked = {user: "", item: "", here: null};
const map = new CityMap(at("map"), place => setHere(place, say("point")));

function say(key, values = {}) {
  return Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, () => value), words[key] ?? key);
}

const question = () => ({user: asked.user, at: at("at").value, task: at("task").value, here: asked.here?.join() ?? ""});
const notes = (id, sentences) => at(id).replaceChildren(...sentences.map(sentence => make("li", {}, sentence)));

// What is recommended, with bars of terms.

// Each item is a button that chooses it; `brief` ones are told without their reasons.
function rows(items, names, brief = false, all = items) {
  const [low, high] = bounds(all.map(item => item.shares));
  return items.map(item => {
    const moved = item.moved === undefined ? [] : [make("span", {class: `moved ${direction(item.moved)}`}, movement(item.moved))];
    const button = make("button", {type: "button", "aria-pressed": brief ? null : String(item.id === asked.item)},
      make("span", {class: "head"}, make("b", {}, item.name), ...moved, make("span", {class: "score", title: words.score}, item.score.toFixed(2))),
      bar(item.shares, colours, low, high, names),
      ...(brief ? [] : [make("small", {}, [item.category, item.distance, item.reasons.join("; ")].filter(Boolean).join(" · "))]));
    button.addEventListener("click", () => choose(item));
    return make("li", {"data-id": item.id}, button);
  });
}

const direction = moved => moved === null ? "entered" : moved > 0 ? "up" : moved < 0 ? "down" : "same";
const movement = moved => say(direction(moved), {count: Math.abs(moved ?? 0)});

function legend(names) {
  return names.map((name, n) => make("li", {},
    draw("svg", {viewBox: "0 0 1 1", "aria-hidden": "true"}, draw("rect", {width: 1, height: 1, fill: colours[n % colours.length]})), name));
}

async function recommend() {
  if (!asked.user) return;
  forget();
  at("recommended-says").textContent = words.working;
  const answer = await ask("recommend", question());
  if (!answer) return;
  recommended = answer.items;
  at("recommended-says").textContent = recommended.length ? say("of", {user: asked.user}) : words.nothing;
  at("recommended-terms").replaceChildren(...legend(answer.terms));
  at("items").replaceChildren(...rows(answer.items, answer.terms));
  notes("recommended-notes", answer.notes);
  mark();
}

// One item: why or why not, and what if.

function choose(item) {
  asked.item = item.id;
  at("item").value = item.id;
  at("kept").textContent = "";
  forget();
  for (const row of at("items").children) row.firstChild.setAttribute("aria-pressed", String(row.dataset.id === item.id));
  explain();
}

async function explain() {
  if (!asked.user || !asked.item) return;
  at("why").replaceChildren(make("p", {class: "note"}, words.working));
  const told = await ask("explain", {...question(), item: asked.item});
  if (!told) return at("why").replaceChildren();
  const title = say(told.recommended ? "why" : "why not", {item: told.name});
  const [low, high] = bounds(told.terms.map(term => [term.share]));
  const terms = told.terms.map(term => make("tr", {}, make("th", {scope: "row"}, term.name),
    make("td", {class: "bar"}, bar([term.share], [term.share < 0 ? "#d55e00" : "#0072b2"], low, high)),
    make("td", {class: "number"}, signed(term.share))));
  at("why").replaceChildren(make("h3", {}, title),
    ...told.sentences.map(sentence => make("p", {}, sentence)),
    make("h3", {}, words.share), make("table", {class: "terms"}, make("tbody", {}, ...terms)));
  at("what-if-title").textContent = say("try", {user: asked.user, item: told.name});
  at("what-if").hidden = false;
}

// What was tried belongs to another question now.
function forget() {
  at("tried").replaceChildren();
  at("keep").hidden = true;
}

async function tryIt(event) {
  event.preventDefault();
  at("kept").textContent = "";
  at("tried").replaceChildren(make("p", {class: "note"}, words.working));
  const answer = await ask("what_if", {}, {...question(), item: asked.item, kind: at("kind").value});
  if (!answer) return at("tried").replaceChildren();
  const list = (title, items) => make("div", {}, make("h3", {}, title), make("ol", {class: "items"}, ...rows(items, answer.terms, true, [...answer.before, ...answer.after])));
  at("tried").replaceChildren(
    ...(answer.known ? [make("p", {class: "note"}, words.known)] : []),
    make("ul", {class: "legend"}, ...legend(answer.terms)),
    make("div", {class: "two"}, list(words.before, answer.before), list(words.after, answer.after)));
  at("keep").hidden = !writes;
}

async function keep() {
  const answer = await ask("record", {}, {...question(), item: asked.item, kind: at("kind").value});
  if (!answer) return;
  at("kept").textContent = words[{declined: "kept declined", known: "kept known"}[answer.fate] ?? "kept"];
  at("at").stepUp(1);  // the event counts from the next minute on
  refresh();
}

// The city by hour.

async function showCity() {
  const answer = await ask("city", {at: at("at").value});
  if (!answer) return;
  city = answer;
  map.show(city.cells);
  for (const id of ["map", "scale", "marks"]) at(id).toggleAttribute("hidden", !map.bounds);
  at("scale").replaceChildren(...scale(say("amount", {amount: 0}), say("amount", {amount: map.most})));
  const places = city.cells.filter(cell => cell.middle);
  listPlaces(places);
  at("here").onchange = () => {
    const chosen = at("here").value;
    setHere(chosen === "" ? null : places[chosen].middle);
  };
  showHere();
  at("week").replaceChildren(grid(words["week says"], HOURS, city.days, city.week, amount => say("amount", {amount})));
  at("when").hidden = false;
  notes("city-notes", map.bounds ? city.notes : [words.nowhere, ...city.notes]);
  showHour();
  mark();
}

function listPlaces(places) {
  at("here").replaceChildren(make("option", {value: ""}, words["no place"]),
    ...places.map((cell, n) => make("option", {value: n}, cell.name)));
}

function showHour() {
  const hour = Number(at("hour").value), told = say("hour at", {hour});
  at("hour").setAttribute("aria-valuetext", told);
  at("hour-says").textContent = told;
  if (!city) return;
  const busy = city.cells.filter(cell => cell.people[hour])
    .sort((one, other) => other.people[hour] - one.people[hour]).slice(0, LISTED);
  map.hour(hour, new Set(busy.slice(0, HOT)), amount => say("amount", {amount}));
  at("busiest-title").textContent = say(busy.length ? "busiest" : "quiet", {hour});
  at("busiest").replaceChildren(...amounts(busy.map(cell =>
    ({name: cell.name, value: cell.people[hour], says: say("amount", {amount: cell.people[hour]})})), ["#0072b2"]));
  at("mix-title").textContent = say("mix at", {hour});
  at("mix").replaceChildren(...amounts(city.interests.map(turn =>
    ({name: turn.name, value: turn.hours[hour], says: `${(100 * turn.hours[hour]).toFixed(0)} %`})), colours));
}

function setHere(place) {
  asked.here = place;
  showHere();
  mark();
  recommend();
  explain();
}

// Tell the place in the list too: a cell's, or the point that was clicked.
function showHere() {
  const list = at("here");
  list.querySelector("[data-point]")?.remove();
  const same = cell => asked.here && cell.middle && cell.middle.join() === asked.here.join();
  const number = city ? city.cells.filter(cell => cell.middle).findIndex(same) : -1;
  if (asked.here && number < 0) {
    list.append(make("option", {value: "point", "data-point": "", selected: ""}, `${words.point} (${asked.here.join(", ")})`));
    list.value = "point";
  } else list.value = number < 0 ? "" : String(number);
}

function mark() {
  const own = (about?.places ?? []).filter(place => place.location)
    .map(place => ({...place, class: "own", size: place.weight}));
  const items = recommended.filter(item => item.location).map(item => ({...item, class: "item", size: 0}));
  const here = asked.here ? [{location: asked.here, name: words.here, class: "here", size: 1}] : [];
  map.mark([...own, ...items, ...here]);
}

// The user.

async function showUser() {
  if (!asked.user) return;
  const answer = await ask("user", question());
  if (!answer) return;
  about = answer;
  at("about").hidden = false;
  at("profile").textContent = about.text;
  const names = about.places.map(place => place.name), hours = about.places.map(place => place.hours);
  at("rhythm").replaceChildren(...(names.length ? [grid(words["rhythm says"], HOURS, names, hours, amount => `${(100 * amount).toFixed(1)} %`)] : []));
  at("tags").replaceChildren(...amounts(about.interests.map(tag =>
    ({name: tag.name, value: tag.weight, says: `${(100 * tag.weight).toFixed(0)} % · ${tag.trend}`})), ["#0072b2"]));
  notes("about-notes", about.notes);
  mark();
}

function refresh() {
  showCity();
  showUser();
  recommend();
  explain();
}

function begin(start) {
  ({words, colours, write: writes} = start);
  whenGone(words.gone);
  document.documentElement.lang = start.language;
  document.title = words.title;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word];
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", words[element.dataset.label]);
  for (const element of document.querySelectorAll("[data-hint]")) element.placeholder = words[element.dataset.hint];
  at("zone").textContent = say("zone", {zone: start.zone});
  at("at").value = start.at;
  at("hour").value = Number(start.at.slice(11, 13));
  at("task").replaceChildren(...start.tasks.map(task => make("option", {value: task}, words[task])));
  at("kind").replaceChildren(...start.kinds.map(kind => make("option", {value: kind, selected: kind === "visit" ? "" : null}, kind)));
  at("marks").replaceChildren(...["own", "item", "here"].map(kind => make("li", {},
    draw("svg", {viewBox: "0 0 20 20", class: "map-mark", "aria-hidden": "true"}, draw("circle", {class: kind, cx: 10, cy: 10, r: 7})), words[`mark ${kind}`])));

  finder(at("user"), at("users"), async (begins, after) => {
    const found = await ask("users", {begins: begins === asked.user ? "" : begins, after});
    return found && {rows: found.users.map(id => ({id, says: id})), more: found.more};
  }, ({id}) => {
    Object.assign(asked, {user: id, item: ""});
    at("user").value = id;
    at("item").disabled = false;
    at("item").value = "";
    at("why").replaceChildren();
    at("what-if").hidden = true;
    showUser();
    recommend();
  }, {none: words.nobody, more: words.more});
  finder(at("item"), at("found"), async text => {
    const found = text ? await ask("items", {text}) : null;
    return found && {rows: found.items.map(item => ({...item, says: [item.name, item.category, item.id].filter(Boolean).join(" · ")})), more: false};
  }, choose, {none: words["no item"], more: words.more});

  at("at").addEventListener("change", refresh);
  at("task").addEventListener("change", () => { recommend(); explain(); });
  at("hour").addEventListener("input", showHour);
  at("try").addEventListener("submit", tryIt);
  at("keep").addEventListener("click", keep);
  listPlaces([]);
  showHour();
  showCity();
}

const start = await ask("start");
if (start) begin(start);
