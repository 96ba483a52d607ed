/* Recall of the browser twin's search on the development sets:
 *   node analysis/names/src/measure_browser.mjs ../shared/data/names
 * A query is right at k if one of its answer groups is among the first k groups; ties count as they fall. */

import { readFileSync } from "node:fs";
import { NameIndex } from "../../../src/aigaq/names/browser/aigaq-names.mjs";

const folder = process.argv[2] ?? "../shared/data/names";

function readCsv(path) {
  const rows = readFileSync(path, "utf8").trim().split(/\r?\n/u).map((line) => {
    const fields = line.match(/("([^"]|"")*"|[^,]*)(,|$)/gu).map((f) => f.replace(/,$/u, ""));
    return fields.map((f) => (f.startsWith('"') ? f.slice(1, -1).replaceAll('""', '"') : f));
  });
  const [header, ...body] = rows;
  return body.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}

for (const set of "ABCDEFGHIJKLMN") {
  const [queries, candidates, answers] = ["queries", "candidates", "answers"]
    .map((part) => readCsv(`${folder}/dev_${set}_${part}.csv`));
  const index = new NameIndex(candidates);
  const right = new Map();
  for (const { query_id: q, answer_id: a } of answers) right.set(q, (right.get(q) ?? new Set()).add(a));
  let first = 0, tenth = 0;
  const start = performance.now();
  for (const { id, name, lang } of queries) {
    const groups = [...new Set(index.search(name, 200, lang).map((hit) => hit.id.replace(/#.*$/u, "")))];
    const at = groups.findIndex((group) => right.get(id)?.has(group));
    first += at === 0;
    tenth += at >= 0 && at < 10;
  }
  const each = ((performance.now() - start) / queries.length).toFixed(1);
  const share = (count) => (count / queries.length).toFixed(3);
  console.log(`${set}  recall@1 ${share(first)}  recall@10 ${share(tenth)}  of ${queries.length}, ${each} ms a query`);
}
