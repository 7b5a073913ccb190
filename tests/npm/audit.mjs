// Prints the results of graphql-http's server audit of the service at the given address, as JSON.
import { auditServer } from 'graphql-http';

const results = await auditServer({ url: process.argv[2] });
console.log(JSON.stringify(results.map(({ id, name, status }) => ({ id, name, status }))));
