// Reads a trace as Apollo's own library does: base64 from stdin, JSON to stdout.
import { readFileSync } from "node:fs";
import { Trace } from "@apollo/usage-reporting-protobuf";

const found = Trace.decode(Buffer.from(readFileSync(0, "utf8"), "base64"));
process.stdout.write(JSON.stringify(Trace.toObject(found, { longs: Number })));
