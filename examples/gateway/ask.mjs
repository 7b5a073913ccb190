// The same question to one province of several, through the gateway.
//   node examples/gateway/ask.mjs PROVINCE CODE        (GATEWAY_URL, XEPLOAI_TOKEN)

const [province = "ht", code = "ht"] = process.argv.slice(2);
const url = process.env.GATEWAY_URL ?? "http://127.0.0.1:4000/";
/** Where the last answer stood in the province's log. Sent back, the next answer is not older; one for each province. */
const positions = new Map();

async function ask(query, variables) {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${process.env.XEPLOAI_TOKEN ?? ""}`,
      "Content-Type": "application/json",
      "Accept-Language": "en",
      "X-Province": province,
      ...(positions.has(province) && { "Xeploai-Position": positions.get(province) }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const position = response.headers.get("Xeploai-Position");
  if (position) positions.set(province, position);
  const { data, errors } = await response.json();
  if (errors) throw new Error(`${errors[0].extensions.code}: ${errors[0].message}`);
  return data;
}

try {
  const { body } = await ask("query Body($code: ID!) { body(code: $code) { name rating(year: 2022) { level } } }", { code });
  console.log(`${body.name} | ${body.rating?.level ?? "not rated"}`);
} catch (fault) {
  console.error(fault.message);
  process.exitCode = 1;
}
