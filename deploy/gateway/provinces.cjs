// Which address answers for which province: a closed map, never an address from a request.
"use strict";

/**
 * From {"ht": "https://ht.example/graphql"} to a function of the header X-Province. Without the header,
 * the one province is meant where there is only one. An unknown code gives undefined.
 */
function readProvinces(text) {
  const addresses = new Map(Object.entries(JSON.parse(text)));
  if (addresses.size === 0) throw new Error("provinces: at least one is needed");
  for (const [code, address] of addresses) {
    const { protocol } = new URL(address);
    if (!/^[a-z]{2,8}$/.test(code)) throw new Error(`provinces: ${code} is no code of two to eight letters`);
    if (!["http:", "https:"].includes(protocol)) throw new Error(`provinces: ${code}: http or https only`);
  }
  const only = addresses.size === 1 ? addresses.values().next().value : undefined;
  return (code) => (code === undefined ? only : addresses.get(code));
}

module.exports = { readProvinces };
