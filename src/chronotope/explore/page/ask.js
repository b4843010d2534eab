// Questions to the program behind the page. What goes wrong is a sentence on the page.

const problem = document.getElementById("problem");
const asking = new Map();  // the latest question of each kind: an answer that comes too late is none
let gone = "";

export const whenGone = sentence => { gone = sentence; };

export function say(sentence) {
  problem.textContent = sentence;
  problem.hidden = !sentence;
}

// Ask and return the answer; null where it failed, which is told, or a later question came.
export async function ask(what, given = {}, sent = null) {
  asking.get(what)?.abort();
  const abort = new AbortController();
  asking.set(what, abort);
  const filled = Object.entries(given).filter(([, value]) => value !== null && value !== "");
  const options = sent === null ? {} : {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(sent)};
  try {
    const response = await fetch(`/ask/${what}?${new URLSearchParams(filled)}`, {...options, signal: abort.signal});
    const text = await response.text();
    if (asking.get(what) !== abort) return null;
    const answer = response.headers.get("Content-Type")?.includes("json") ? JSON.parse(text) : {error: text};
    if (answer.error !== undefined) return fail(what, answer.error);
    fail(what, "");
    return answer;
  } catch (error) {
    if (error.name !== "AbortError") fail(what, gone || String(error));
    return null;
  }
}

const failures = new Map();

function fail(what, sentence) {
  failures.set(what, sentence);
  say([...new Set(failures.values())].filter(Boolean).join(" "));
  return null;
}
