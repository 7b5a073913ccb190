// The page that writes operations: plain JavaScript, no request to any other host.
const at = (id) => document.getElementById(id);

const examples = {
  "Thạch Hà, 2023": [
    "query Hierarchy($code: ID!, $year: Int!) {\n  body(code: $code) {\n    name\n    personTally: tally(year: $year, of: PERSON) { excellent good completed notCompleted notRated total }\n    children(first: 20) {\n      totalCount\n      edges { node { code name rating(year: $year) { level } } }\n    }\n  }\n}",
    { code: "ht.thach-ha", year: 2023 },
  ],
  "Ai xếp loại Sở Nội vụ? / Who rates?": [
    "query WhoMayRate($subject: SubjectInput!, $year: Int!) {\n  authority(subject: $subject, year: $year) {\n    act\n    granted\n    rater { name section chair { title } due }\n    clause { id text }\n  }\n  may(act: RATE, subject: $subject, year: $year) { allowed missing clause { id } }\n}",
    { subject: { body: "ht.so-noi-vu.tt" }, year: 2023 },
  ],
  "Hạn mức xuất sắc / quota": [
    'query Quota($year: Int!, $group: ID!) {\n  quotaCheck(year: $year, group: $group, proposals: []) {\n    group { name }\n    excellent good completed notCompleted notRated\n    base limit headroom holds\n    otherReading { base limit holds }\n    clause { id text }\n  }\n}',
    { year: 2023, group: "departments" },
  ],
};

function show(name) {
  const [query, variables] = examples[name];
  at("query").value = query;
  at("variables").value = JSON.stringify(variables, null, 2);
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
    at("result").textContent = JSON.stringify(await response.json(), null, 2);
    at("status").textContent = `HTTP ${response.status}, ${Math.round(performance.now() - began)} ms`;
  } catch (fault) {
    at("result").textContent = String(fault);
    at("status").textContent = "Lỗi / error";
  } finally {
    at("run").disabled = false;
  }
}

let sdl = "";

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

for (const name of Object.keys(examples)) at("example").append(new Option(name));
at("example").addEventListener("change", (event) => show(event.target.value));
at("run").addEventListener("click", run);
at("find").addEventListener("input", find);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "Enter") run();
});
show(Object.keys(examples)[0]);
fetch("/schema.graphql").then((response) => response.text()).then((text) => { sdl = text; find(); });
