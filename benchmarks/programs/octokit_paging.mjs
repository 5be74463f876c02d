// The bare paging loop of GitHub's own client: every seat of an organization, a hundred a page, and nothing done with them.
import { Octokit } from "../../tests/node_modules/@octokit/core/dist-src/index.js";
import { paginateRest } from "../../tests/node_modules/@octokit/plugin-paginate-rest/dist-bundle/index.js";

const [baseUrl, expected] = process.argv.slice(2);
const octokit = new (Octokit.plugin(paginateRest))({ baseUrl });

let seats = 0;
for await (const page of octokit.paginate.iterator("GET /orgs/{org}/copilot/billing/seats", {
  headers: { authorization: "Bearer the-token" },
  org: "acme",
  per_page: 100,
})) {
  seats += page.data.seats.length;
}
if (seats !== Number(expected)) {
  throw new Error(`${seats} seats read instead of ${expected}`);
}
