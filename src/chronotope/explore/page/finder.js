// A field to type in, and a list to choose from, page by page.

import {make} from "./draw.js";

const PAUSE = 250;  // milliseconds without typing

// `find(text, after)` returns {rows, more}, each row with `id` and `says`; `chosen(row)` is told.
export function finder(input, list, find, chosen, words) {
  let timer = 0;

  async function look(after = null) {
    const text = input.value.trim();
    const found = await find(text, after);
    if (!found) return;
    const rows = found.rows.map(row => choice(row.says, () => { close(); chosen(row); }));
    const none = !after && !rows.length ? [make("li", {class: "none"}, words.none)] : [];
    list.querySelector(".more")?.remove();
    if (after) list.append(...rows); else list.replaceChildren(...rows, ...none);
    if (after) rows[0]?.firstChild.focus();
    if (found.more) {
      const more = choice(words.more, () => look(found.rows.at(-1).id));
      more.classList.add("more");
      list.append(more);
    }
    list.hidden = false;
  }

  function close() {
    clearTimeout(timer);
    list.hidden = true;
  }

  function choice(text, act) {
    const button = make("button", {type: "button"}, text);
    button.addEventListener("click", act);
    return make("li", {}, button);
  }

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, PAUSE); });
  input.addEventListener("focus", () => { if (list.hidden) look(); });
  input.parentElement.addEventListener("keydown", event => {
    const stops = [input, ...list.querySelectorAll("button")], step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (event.key === "Escape") { close(); input.blur(); }
    if (event.key === "Enter" && event.target === input) list.querySelector("button")?.click();
    if (!step || list.hidden) return;
    event.preventDefault();
    stops[(stops.indexOf(event.target) + step + stops.length) % stops.length].focus();
  });
  input.parentElement.addEventListener("focusout", event => {
    if (!input.parentElement.contains(event.relatedTarget)) close();
  });
}
