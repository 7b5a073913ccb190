// The page that writes operations: plain JavaScript, no request to any other host.
const at = (id) => document.getElementById(id);

let examples = [];
let sdl = "";

function show(number) {
  at("query").value = examples[number].query.join("\n");
  at("variables").value = JSON.stringify(examples[number].variables, null, 2);
}

function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function run() {
  at("run").disabled = true;
  const began = performance.now();
  try {
    const variables = JSON.parse(at("variables").value || "{}");
    const headers = { "Content-Type": "application/json" };
    const token = at("token").value.trim();
    if (token) headers.Authorization = `Bearer ${token}`;
    const body = JSON.stringify({ query: at("query").value, variables });
    const response = await fetch("/graphql", { method: "POST", headers, body });
    at("result").textContent = readable(await response.text());
    at("status").textContent = `HTTP ${response.status}, ${Math.round(performance.now() - began)} ms`;
  } catch (fault) {
    at("result").textContent = String(fault);
    at("status").textContent = "Lỗi / error";
  } finally {
    at("run").disabled = false;
  }
}

function find() {
  const wanted = at("find").value.trim();
  const pane = at("schema");
  pane.replaceChildren();
  const parts = wanted ? sdl.split(new RegExp(`(${wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")})`, "gi")) : [sdl];
  parts.forEach((part, i) => {
    const node = document.createElement(i % 2 ? "mark" : "span");
    node.textContent = part;
    pane.append(node);
  });
  pane.querySelector("mark")?.scrollIntoView({ block: "center" });
}

async function start() {
  examples = await (await fetch("/pages/examples.json")).json();
  examples.forEach((example, number) => at("example").append(new Option(example.name, number)));
  show(0);
  sdl = await (await fetch("/schema.graphql")).text();
  find();
}

at("example").addEventListener("change", (event) => show(event.target.value));
at("run").addEventListener("click", run);
at("find").addEventListener("input", find);
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") run();
});
start();
